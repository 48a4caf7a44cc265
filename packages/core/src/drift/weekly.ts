import type { LakeRow } from "../lake/tables.ts";
import type { Notice } from "../notices/notice.ts";
import type { DriftBaseline } from "./baseline.ts";
import { type Creep, creepOf, type PinnedBaseline, pin } from "./creep.ts";
import { pointsOf } from "./day.ts";
import { DAY_MS } from "./detect/cell.ts";
import { type DocumentDeps, readDay, readPinned, writePinned } from "./documents.ts";
import { creepNotice } from "./drift-notice.ts";
import { ALL, type Family, keyOf } from "./series.ts";
import { mergeThinScalars } from "./thin.ts";

export interface Weekly {
  readonly notice: Notice;
  readonly row: LakeRow;
}

const WEEK_DAYS = 7;

/** Whether a UTC day is a Monday. */
const beginsWeek = (day: number): boolean => new Date(day).getUTCDay() === 1;

/** The baseline of the release that is in force; pinned now when it is ready for the first time. */
async function pinned(
  family: Family,
  app: string,
  baseline: DriftBaseline,
  releasedAt: number,
  deps: DocumentDeps,
): Promise<PinnedBaseline | undefined> {
  const known = await readPinned(family, app, deps);
  if (known !== undefined && known.releasedAt === releasedAt) return known;
  const fresh = pin(baseline, releasedAt);
  if (fresh !== undefined) await writePinned(family, app, fresh, deps);
  return fresh;
}

/**
 * On Mondays, how far last week was from the release: what the trailing baseline followed step by step adds up here.
 * Undefined on other days, before a release is pinned and while nothing has moved.
 */
export async function weeklyLook(
  family: Family,
  app: string,
  {
    baseline,
    releasedAt,
    falsePagesPerWeek,
  }: { baseline: DriftBaseline; releasedAt: number; falsePagesPerWeek: number },
  deps: DocumentDeps,
): Promise<Weekly | undefined> {
  const { day } = baseline;
  const release = await pinned(family, app, baseline, releasedAt, deps);
  if (release === undefined || !beginsWeek(day) || day - release.day < WEEK_DAYS * DAY_MS) return undefined;
  const days = await Promise.all(
    Array.from({ length: WEEK_DAYS }, (_, i) => readDay(family, app, day - (i + 1) * DAY_MS, deps)),
  );
  const keys = Object.keys(release.cells).filter((key) => keyOf(key).segment === ALL);
  // One look a week: the chance of a false note is shared between the series.
  const alpha = Math.min(0.05, falsePagesPerWeek / Math.max(1, keys.length));
  const creeps = keys.flatMap((key): Creep[] => {
    const week = mergeThinScalars(pointsOf(days.toReversed(), (one) => one.scalars, key));
    const creep = creepOf(key, week, release.cells[key] ?? [], alpha);
    return creep === undefined ? [] : [creep];
  });
  if (creeps.length === 0) return undefined;
  const notice = creepNotice(family, app, release, creeps, day);
  const iso = (at: number): string => new Date(at).toISOString();
  return {
    notice,
    row: {
      incident_id: notice.dedupeKey,
      app,
      source: family.name,
      kind: "creep",
      at: iso(day),
      onset: iso(release.day),
      closed_at: iso(day),
      status: "closed",
      ending: null,
      subjects: creeps.map(({ key }) => key).join(","),
      summary: notice.title,
      document: JSON.stringify({ release: { releasedAt, day: release.day }, creeps, lines: notice.lines }),
      rev: day,
    },
  };
}

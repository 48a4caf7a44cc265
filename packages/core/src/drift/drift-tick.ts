import type { LakeRow, LakeTable } from "../lake/tables.ts";
import type { Gauge } from "../metrics.ts";
import type { Notice } from "../notices/notice.ts";
import type { Rollout } from "../rollout/document.ts";
import { judgeMovedLine } from "../sentinel/judge-moved.ts";
import { type FoldDeps, foldDirty } from "../windows/fold-dirty.ts";
import { type DriftDay, dayOf, startOfBucket } from "./day.ts";
import { type DayDeps, openBaseline, refreshDay } from "./day-baseline.ts";
import { DAY_MS } from "./detect/cell.ts";
import { readDay } from "./documents.ts";
import { driftNotice } from "./drift-notice.ts";
import { driftRows, incidentRow } from "./drift-rows.ts";
import { fitSettings } from "./fit-settings.ts";
import type { IncidentChange } from "./incident.ts";
import { stableAt, stableSince } from "./releases.ts";
import type { Family } from "./series.ts";
import { type DriftIncident, type DriftState, newState } from "./state.ts";
import { JUDGED_LAG_MS, type KindReading } from "./step.ts";
import { storiesOf } from "./stories.ts";
import { type Watched, watchBuckets } from "./watch.ts";
import { weeklyLook } from "./weekly.ts";

/** What a tick of detect-drift needs from the world. */
export interface DriftDeps extends FoldDeps, DayDeps {
  readonly getRollout: (app: string) => Promise<Rollout | undefined>;
  /** Start of the oldest bucket of an app that was ever folded. */
  readonly oldestFold: (app: string) => Promise<number | undefined>;
  readonly getDriftState: (family: Family["name"], app: string) => Promise<DriftState | undefined>;
  /** Stores a state while the stored `seq` is one less; false when somebody else was faster. */
  readonly saveDriftState: (family: Family["name"], app: string, state: DriftState) => Promise<boolean>;
  readonly writeLake: (table: LakeTable, part: string, rows: readonly LakeRow[]) => Promise<void>;
  readonly notify: (notice: Notice) => Promise<void>;
  /** What else a page about a family's incident says; `first` is the start of the first bucket with data. */
  readonly moreLines?: (app: string, incident: DriftIncident, first: number) => Promise<readonly string[]>;
}

export interface DriftStage {
  readonly family: Family;
  readonly lagMs: number;
  readonly warmUpDays: number;
  readonly falsePagesPerWeek: number;
  readonly partName: (...identity: string[]) => string;
}

export interface DriftTick {
  readonly gauges: readonly Gauge[];
  readonly settledUntil: number | null;
}

/** Looked at in one tick, ms; a backlog is worked off over several. */
const SPAN_PER_TICK_MS = DAY_MS;

/** Readings are taken in larger steps while they are only kept for later. */
const LEARNING_STEP_MS = 60 * 60_000;

/** Whether a look can wait: nothing can ring today, and the step is not full. */
const isPatient = ({ learning, until }: DriftState, watermark: number): boolean =>
  learning && watermark - until < LEARNING_STEP_MS && dayOf(watermark) === dayOf(until);

const gaugesOf = (app: string, kinds: readonly KindReading[], open: DriftState["incidents"]): Gauge[] =>
  kinds.flatMap(({ kind, ready, score }) => {
    // While it learns it says nothing: no score is not a score of 0.
    if (ready === 0) return [];
    const value = open[kind] === undefined ? score : 1;
    return [{ metric: "DriftScore" as const, dimensions: { app, kind }, value }];
  });

/** Readings of the days around [from, until), those of the buckets in it read anew. */
async function daysAround(
  family: Family,
  app: string,
  from: number,
  until: number,
  first: number,
  stable: (at: number) => string | undefined,
  deps: DriftDeps,
): Promise<Map<number, DriftDay>> {
  const days = new Map<number, DriftDay>();
  const again = Math.max(first, from - JUDGED_LAG_MS - family.bucketMs);
  for (let day = Math.max(dayOf(first), dayOf(from) - DAY_MS); day < until; day += DAY_MS) {
    const span = { from: Math.max(day, again), until: Math.min(day + DAY_MS, until) };
    days.set(
      day,
      span.from < span.until
        ? await refreshDay(family, app, day, span, stable, deps)
        : await readDay(family, app, day, deps),
    );
  }
  return days;
}

interface Looked extends Pick<Watched, "state" | "kinds"> {
  readonly rows: readonly LakeRow[];
  readonly incidents: readonly LakeRow[];
  readonly notices: readonly Notice[];
}

/** What else a page says when an incident opens: who spends more, or that the judge itself has moved. */
async function moreLinesOf(
  app: string,
  change: IncidentChange,
  first: number,
  deps: DriftDeps,
): Promise<readonly string[]> {
  if (change.change !== "opened") return [];
  const ofQuality = change.kind === "performance" || change.kind === "concept";
  const judge = ofQuality ? await judgeMovedLine(deps.readDocument) : undefined;
  const more = (await deps.moreLines?.(app, change.incident, first)) ?? [];
  return judge === undefined ? more : [...more, judge];
}

/** Looks at the buckets of [before.until, until), and says what came of it. */
async function lookOn(
  app: string,
  before: DriftState,
  { until, now }: { readonly until: number; readonly now: number },
  stage: DriftStage,
  deps: DriftDeps,
): Promise<Looked> {
  const rollout = await deps.getRollout(app);
  const stable = stableAt(rollout);
  const { first } = before;
  const { family } = stage;
  const { readFoldedBuckets } = deps;
  const releasedAt = stableSince(rollout);
  const { state, kinds, readings, changes, baselines } = await watchBuckets(before, until, {
    app,
    family,
    days: await daysAround(family, app, before.until, until, first, stable, deps),
    openBaseline: (day, current) => {
      const settings = fitSettings(family, current, releasedAt, stage.warmUpDays);
      return openBaseline(app, day, { first, stable, settings }, deps);
    },
    falsePagesPerWeek: stage.falsePagesPerWeek,
  });
  const incidents: LakeRow[] = [];
  const notices: Notice[] = [];
  for (const { change, at, days, baselineOf } of changes) {
    const inputs = { app, family, days, baselineOf, stable, readFoldedBuckets };
    const stories = change.change === "opened" ? await storiesOf(change.incident, inputs) : [];
    const told = driftNotice(app, change, stories, at);
    const more = await moreLinesOf(app, change, first, deps);
    const notice = more.length === 0 ? told : { ...told, lines: [...told.lines, ...more] };
    notices.push(notice);
    incidents.push(incidentRow(app, change, notice, at));
  }
  for (const [day, baseline] of baselines) {
    // Once: in the tick that looks at the first bucket of the day.
    if (day < before.until || day >= until) continue;
    const { falsePagesPerWeek } = stage;
    const weekly = await weeklyLook(family, app, { baseline, releasedAt, falsePagesPerWeek }, deps);
    if (weekly === undefined) continue;
    notices.push(weekly.notice);
    incidents.push(weekly.row);
  }
  return { state, kinds, rows: driftRows(app, readings, now), incidents, notices };
}

/**
 * One look of detect-drift at an app: reads the new 15-minute buckets, steps the detectors, opens and closes incidents,
 * and gives the gauges. Everything but the state is an overwrite under a key of the buckets, and the state is written
 * last and by compare-and-set, so a tick that is lost or doubled is repeated with the same result.
 */
export async function driftApp(
  app: string,
  now: number,
  stage: DriftStage,
  deps: DriftDeps,
): Promise<DriftTick> {
  const { family } = stage;
  const watermark = startOfBucket(family, now - stage.lagMs);
  const stored = await deps.getDriftState(family.name, app);
  if (stored !== undefined && stored.until >= watermark)
    return { gauges: [], settledUntil: stored.until + family.bucketMs + stage.lagMs };
  if (stored !== undefined && isPatient(stored, watermark))
    return { gauges: [], settledUntil: stored.until + LEARNING_STEP_MS + stage.lagMs };
  const folded = await foldDirty(app, { from: 0, until: watermark, now }, deps);
  const open =
    folded.open === null ? null : startOfBucket(family, folded.open) + family.bucketMs + stage.lagMs;
  const oldest = stored === undefined ? await deps.oldestFold(app) : undefined;
  if (stored === undefined && oldest === undefined) return { gauges: [], settledUntil: open };
  const before = stored ?? newState(startOfBucket(family, oldest ?? 0));
  const reached = startOfBucket(family, Math.min(folded.watermark, watermark));
  const until = Math.min(reached, before.until + SPAN_PER_TICK_MS);
  if (until <= before.until) return { gauges: [], settledUntil: folded.backlog ? now : open };
  const looked = await lookOn(app, before, { until, now }, stage, deps);
  const part = stage.partName(family.name, app, String(before.until), String(until));
  if (looked.rows.length > 0) await deps.writeLake("drift_log", part, looked.rows);
  if (looked.incidents.length > 0) await deps.writeLake("incidents_log", part, looked.incidents);
  for (const notice of looked.notices) await deps.notify(notice);
  if (!(await deps.saveDriftState(family.name, app, looked.state))) return { gauges: [], settledUntil: now };
  const gauges = until === watermark ? gaugesOf(app, looked.kinds, looked.state.incidents) : [];
  return { gauges, settledUntil: until < reached || folded.backlog ? now : open };
}

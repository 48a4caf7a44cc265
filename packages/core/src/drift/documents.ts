import type { DriftBaseline } from "./baseline.ts";
import type { PinnedBaseline } from "./creep.ts";
import { type DriftDay, emptyDay } from "./day.ts";
import type { Family } from "./series.ts";

/** What keeping documents needs from the world. */
export interface DocumentDeps {
  readonly readDocument: (key: string) => Promise<string | undefined>;
  readonly writeDocument: (key: string, text: string, contentType: string) => Promise<void>;
}

const dayText = (day: number): string => new Date(day).toISOString().slice(0, 10);
const folder = ({ name }: Family, app: string): string =>
  `${name}/app=${encodeURIComponent(app.toWellFormed())}`;

/** Where the readings of a UTC day are kept in the lake bucket; replays of detectors read the same. */
export const dayKey = (family: Family, app: string, day: number): string =>
  `${folder(family, app)}/day=${dayText(day)}.json`;

const baselineKey = (family: Family, app: string, day: number): string =>
  `${folder(family, app)}/baseline=${dayText(day)}.json`;

const JSON_TYPE = "application/json";

export async function readDay(
  family: Family,
  app: string,
  day: number,
  deps: DocumentDeps,
): Promise<DriftDay> {
  const text = await deps.readDocument(dayKey(family, app, day));
  return text === undefined ? emptyDay() : (JSON.parse(text) as DriftDay);
}

export const writeDay = (
  family: Family,
  app: string,
  day: number,
  document: DriftDay,
  deps: DocumentDeps,
): Promise<void> => deps.writeDocument(dayKey(family, app, day), JSON.stringify(document), JSON_TYPE);

export async function readBaseline(
  family: Family,
  app: string,
  day: number,
  deps: DocumentDeps,
): Promise<DriftBaseline | undefined> {
  const text = await deps.readDocument(baselineKey(family, app, day));
  return text === undefined ? undefined : (JSON.parse(text) as DriftBaseline);
}

export const writeBaseline = (
  family: Family,
  app: string,
  baseline: DriftBaseline,
  deps: DocumentDeps,
): Promise<void> =>
  deps.writeDocument(baselineKey(family, app, baseline.day), JSON.stringify(baseline), JSON_TYPE);

const pinnedKey = (family: Family, app: string): string => `${folder(family, app)}/pinned.json`;

export async function readPinned(
  family: Family,
  app: string,
  deps: DocumentDeps,
): Promise<PinnedBaseline | undefined> {
  const text = await deps.readDocument(pinnedKey(family, app));
  return text === undefined ? undefined : (JSON.parse(text) as PinnedBaseline);
}

export const writePinned = (
  family: Family,
  app: string,
  pinned: PinnedBaseline,
  deps: DocumentDeps,
): Promise<void> => deps.writeDocument(pinnedKey(family, app), JSON.stringify(pinned), JSON_TYPE);

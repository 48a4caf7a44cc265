import type { TimedFold } from "../rollup/spans.ts";
import { BUCKET_MS, CELL_MS, cellOf } from "../windows/bucket.ts";
import type { DirtyMark } from "../windows/fold-dirty.ts";
import { DAY_MS, dayOf } from "./calendar.ts";
import { bucketsFromOf, type SpendHistory } from "./history.ts";
import { type BucketSpend, spendOf, totalPicoUsd } from "./spend-series.ts";

/** Where an app's spend is kept: compact sums of closed hours, and folds of the hours that changed since. */
export interface SpendDeps {
  /** Hours in which folds changed since their sums were made, oldest first, out of at most `limit` marks. */
  readonly dirtyHours: (app: string, limit: number) => Promise<DirtyMark[]>;
  readonly readFolds: (app: string, from: number, until: number) => Promise<TimedFold[]>;
  /** Sums of the hours that start in [from, until) by start, 1e-12 USD. */
  readonly readHourlySpend: (
    app: string,
    from: number,
    until: number,
  ) => Promise<ReadonlyMap<number, number>>;
  readonly readBucketSpend: (app: string, from: number, until: number) => Promise<BucketSpend[]>;
}

/** Spend by the start of its hour, and of recent buckets by their start. */
export interface KnownSpend {
  readonly hours: ReadonlyMap<number, number>;
  readonly buckets: ReadonlyMap<number, BucketSpend>;
}

/** Days of spend that are read: the forecast's 70 whole days and today. */
const HISTORY_DAYS = 71;
const MARKS_READ = 3_000;
/** So many hours without a sum are no late data: then the sums are not made at all, or a backlog is. */
const MOST_DIRTY_HOURS = 48;

/** Runs of hours that follow each other, as spans. */
function runsOf(hours: readonly number[]): { from: number; until: number }[] {
  const runs: { from: number; until: number }[] = [];
  for (const hour of hours) {
    const last = runs.at(-1);
    if (last?.until === hour) last.until = hour + CELL_MS;
    else runs.push({ from: hour, until: hour + CELL_MS });
  }
  return runs;
}

/**
 * What an app spent, exact for every look at an instant of (from, until]; undefined while so many hours wait for their
 * sums that spend is not known.
 */
export async function readKnownSpend(
  app: string,
  { from, until }: { readonly from: number; readonly until: number },
  deps: SpendDeps,
): Promise<KnownSpend | undefined> {
  // Marks first: whoever makes a sum removes its mark afterwards, so a missing mark means that the sum is there.
  const marks = await deps.dirtyHours(app, MARKS_READ);
  const oldest = dayOf(until).from - HISTORY_DAYS * DAY_MS;
  const dirty = marks.map(({ bucket }) => bucket).filter((hour) => hour >= oldest && hour < until);
  const read = marks.reduce((sum, { tokens }) => sum + tokens.length, 0);
  if (read >= MARKS_READ || dirty.length > MOST_DIRTY_HOURS) return undefined;
  const bucketsFrom = Math.min(bucketsFromOf(from + BUCKET_MS), dayOf(from).from);
  const [hours, stored, ...folded] = await Promise.all([
    deps.readHourlySpend(app, oldest, until),
    deps.readBucketSpend(app, bucketsFrom, until),
    ...runsOf(dirty).map((run) => deps.readFolds(app, run.from, Math.min(run.until, until))),
  ]);
  const fresh = folded.flat().map(spendOf);
  const isDirty = new Set(dirty);
  const byHour = Map.groupBy(fresh, ({ start }) => cellOf(start));
  return {
    hours: new Map([...hours, ...dirty.map((hour) => [hour, totalPicoUsd(byHour.get(hour) ?? [])] as const)]),
    buckets: new Map(
      [...stored.filter(({ start }) => !isDirty.has(cellOf(start))), ...fresh].map((one) => [one.start, one]),
    ),
  };
}

/** Spend as it was known at `until`, from `knownFrom` on. */
export function historyAt({ hours, buckets }: KnownSpend, knownFrom: number, until: number): SpendHistory {
  const bucketsFrom = bucketsFromOf(until);
  const recent = new Map<number, number>();
  for (let at = bucketsFrom; at < until; at += BUCKET_MS) {
    const spend = buckets.get(at);
    if (spend !== undefined) recent.set(at, spend.picoUsd);
  }
  return { knownFrom, until, bucketsFrom, hours, buckets: recent };
}

/** Everything that was spent in the buckets of [from, until), as far as single buckets are known. */
export function spendIn({ buckets }: KnownSpend, from: number, until: number): Omit<BucketSpend, "start"> {
  const sum = { picoUsd: 0, priced: 0, unpriced: 0, judgePicoUsd: 0 };
  for (let at = from; at < until; at += BUCKET_MS) {
    const spend = buckets.get(at);
    if (spend === undefined) continue;
    sum.picoUsd += spend.picoUsd;
    sum.priced += spend.priced;
    sum.unpriced += spend.unpriced;
    sum.judgePicoUsd += spend.judgePicoUsd;
  }
  return sum;
}

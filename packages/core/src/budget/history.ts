import { BUCKET_MS, bucketOf, CELL_MS, cellOf } from "../windows/bucket.ts";
import { DAY_MS, dayOf } from "./calendar.ts";

/** What an app spent, in 1e-12 USD; a bucket or hour without an entry, once spend is known, spent nothing. */
export interface SpendHistory {
  /** First instant from which spend is known, ms. */
  readonly knownFrom: number;
  /** Event time that has surely arrived ends here, at the edge of a 5-minute bucket. */
  readonly until: number;
  /** The hour edge where 5-minute buckets take over from hours; at least 6 h before `until`. */
  readonly bucketsFrom: number;
  /** Start of an hour before `bucketsFrom` → spend. */
  readonly hours: ReadonlyMap<number, number>;
  /** Start of a 5-minute bucket from `bucketsFrom` on → spend. */
  readonly buckets: ReadonlyMap<number, number>;
}

/** Whole hours before `until` that are kept in buckets, so that a window of 6 h ends where it should. */
const BUCKET_HOURS = 7;

/** Where buckets take over from hours when spend is known up to `until`. */
export const bucketsFromOf = (until: number): number => cellOf(until) - (BUCKET_HOURS - 1) * CELL_MS;

/** Start of a window of `length` ms up to the history's end: exact among buckets, before them at the start of its hour. */
export function windowStart({ until, bucketsFrom }: SpendHistory, length: number): number {
  const from = bucketOf(until - length);
  return from >= bucketsFrom ? from : cellOf(from);
}

/** Spend of [from, until) in 1e-12 USD, added in time order; edges lie on buckets, before `bucketsFrom` on hours. */
export function spendBetween(history: SpendHistory, from: number, until: number): number {
  let sum = 0;
  for (let hour = from; hour < Math.min(until, history.bucketsFrom); hour += CELL_MS)
    sum += history.hours.get(hour) ?? 0;
  const end = Math.min(until, history.until);
  for (let bucket = Math.max(from, history.bucketsFrom); bucket < end; bucket += BUCKET_MS)
    sum += history.buckets.get(bucket) ?? 0;
  return sum;
}

/** Start of the first UTC day that is known from its beginning. */
const firstWholeDay = (history: SpendHistory): number => dayOf(history.knownFrom + DAY_MS - 1).from;

/** Whole UTC days known before the day of `until`. */
export const wholeDays = (history: SpendHistory): number =>
  Math.max(0, Math.round((dayOf(history.until).from - firstWholeDay(history)) / DAY_MS));

/** Spend of each of the last `days` whole UTC days (fewer when fewer are known), oldest first. */
export function dailySpend(history: SpendHistory, days: number): number[] {
  const until = dayOf(history.until).from;
  const first = Math.max(firstWholeDay(history), until - days * DAY_MS);
  const spends: number[] = [];
  for (let day = first; day < until; day += DAY_MS) spends.push(spendBetween(history, day, day + DAY_MS));
  return spends;
}

/** The first bucket or hour of [from, until) by whose end more than `limit` was spent; null when it never was. */
export function spentMoreSince(history: SpendHistory, from: number, limit: number): number | null {
  let sum = 0;
  for (let at = from; at < history.until; ) {
    const next = at < history.bucketsFrom ? at + CELL_MS : at + BUCKET_MS;
    sum += spendBetween(history, at, next);
    if (sum > limit) return at;
    at = next;
  }
  return null;
}

import { BUCKET_MS, bucketOf, CELL_MS, cellOf } from "../windows/bucket.ts";
import type { TrafficBucket } from "./traffic.ts";

/** What the counts of some buckets add up to. */
export interface TrafficSum {
  eligible: number;
  flagged: number;
  negative: number;
  drawn: number;
  matched: number;
}

/** The traffic of the last days, added up in the spans that a plan looks at. */
export interface Ledger {
  /** Start of the first bucket known, and of the UTC day and hour of the plan, ms. */
  readonly first: number;
  readonly day: number;
  readonly hour: number;
  readonly today: TrafficSum;
  readonly thisHour: TrafficSum;
  /** The newest half hour, the day before the plan, and everything older. */
  readonly recent: TrafficSum;
  readonly lastDay: TrafficSum;
  readonly older: TrafficSum;
  /** Eligible requests by number of the hour since 1970, and by start of the last buckets. */
  readonly hourly: ReadonlyMap<number, number>;
  readonly buckets: ReadonlyMap<number, number>;
}

export const DAY_MS = 24 * CELL_MS;
const RECENT_MS = 30 * 60_000;
/** Buckets wholly seen from which the present rate is read. */
export const RATE_BUCKETS = 3;

const nothing = (): TrafficSum => ({ eligible: 0, flagged: 0, negative: 0, drawn: 0, matched: 0 });

function add(sum: TrafficSum, bucket: TrafficBucket): void {
  sum.eligible += bucket.eligible;
  sum.flagged += bucket.flagged;
  sum.negative += bucket.negative;
  sum.drawn += bucket.drawn;
  sum.matched += bucket.matched;
}

/** Adds up traffic as it is known at the minute `at`, when events until `seenUntil` have surely arrived; undefined without any. */
export function ledgerOf(
  traffic: readonly TrafficBucket[],
  at: number,
  seenUntil: number,
): Ledger | undefined {
  const day = Math.floor(at / DAY_MS) * DAY_MS;
  const hour = cellOf(at);
  const [today, thisHour, recent, lastDay, older] = [nothing(), nothing(), nothing(), nothing(), nothing()];
  const hourly = new Map<number, number>();
  const buckets = new Map<number, number>();
  const lately = bucketOf(seenUntil) - RATE_BUCKETS * BUCKET_MS;
  let first = Number.POSITIVE_INFINITY;
  // Neighbours are in the same hour as a rule: added up before the map is asked.
  let [hourNumber, inHour] = [0, 0];
  const count = (): void => {
    if (inHour > 0) hourly.set(hourNumber, (hourly.get(hourNumber) ?? 0) + inHour);
    inHour = 0;
  };
  for (const bucket of traffic) {
    const { start, eligible } = bucket;
    // A record may be ahead of the clock by a little; a plan knows nothing of its future.
    if (start > at) continue;
    if (eligible > 0) first = Math.min(first, start);
    if (start >= day) add(today, bucket);
    if (start >= hour) add(thisHour, bucket);
    if (start >= seenUntil - RECENT_MS) add(recent, bucket);
    add(start >= at - DAY_MS ? lastDay : older, bucket);
    const number = Math.floor(start / CELL_MS);
    if (number !== hourNumber) count();
    hourNumber = number;
    inHour += eligible;
    if (start >= lately) buckets.set(start, (buckets.get(start) ?? 0) + eligible);
  }
  count();
  if (first === Number.POSITIVE_INFINITY) return undefined;
  return { first, day, hour, today, thisHour, recent, lastDay, older, hourly, buckets };
}

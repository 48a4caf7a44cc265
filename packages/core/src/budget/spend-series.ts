import type { TimedFold } from "../rollup/spans.ts";

/** What an app spent in one 5-minute bucket: whole numbers, made of its fold alone. */
export interface BucketSpend {
  /** Start of the bucket, ms. */
  readonly start: number;
  /** Spend of the priced requests, 1e-12 USD. */
  readonly picoUsd: number;
  readonly priced: number;
  readonly unpriced: number;
  /** What judging these requests cost, 1e-12 USD; no part of `picoUsd`. */
  readonly judgePicoUsd: number;
}

/** Adds the segments of a bucket up. */
export function spendOf({ start, fold }: TimedFold): BucketSpend {
  const sum = { picoUsd: 0, priced: 0, unpriced: 0, judgePicoUsd: 0 };
  for (const { tally } of fold.values()) {
    const { counts, judge } = tally;
    sum.picoUsd += counts.costPicoUsd;
    sum.priced += counts.n - counts.unpriced;
    sum.unpriced += counts.unpriced;
    sum.judgePicoUsd += judge.picoUsd;
  }
  return { start, ...sum };
}

/** Spend of several buckets together, 1e-12 USD. */
export const totalPicoUsd = (buckets: readonly BucketSpend[]): number =>
  buckets.reduce((sum, { picoUsd }) => sum + picoUsd, 0);

import { BUCKET_MS, CELL_MS, cellOf } from "../windows/bucket.ts";
import { type Fold, mergeFoldInto } from "../windows/fold.ts";

/** Length of each published window, ms; all of them end at the watermark. */
export const SPANS = { "1h": CELL_MS, "24h": 24 * CELL_MS, "7d": 7 * 24 * CELL_MS } as const;
export type Span = keyof typeof SPANS;

/** A fold of the span [start, start + its length). */
export interface TimedFold {
  readonly start: number;
  readonly fold: Fold;
}

/** Merges folds in time order, so that sums are bit-identical whoever asks. */
export function mergeFolds(folds: readonly TimedFold[]): Fold {
  const merged: Fold = new Map();
  for (const { fold } of [...folds].sort((a, b) => a.start - b.start)) mergeFoldInto(merged, fold);
  return merged;
}

/** Where the parts of a window come from: whole hours from their totals, the ends from 5-minute buckets. */
export interface WindowParts {
  readonly buckets: readonly (readonly [from: number, until: number])[];
  readonly hours: readonly [from: number, until: number];
}

/** Splits [until − span, until) into whole hours and the buckets at both ends; `until` is a bucket edge. */
export function windowParts(span: Span, until: number): WindowParts {
  const from = until - SPANS[span];
  const firstHour = cellOf(from + CELL_MS - BUCKET_MS);
  const lastHour = cellOf(until);
  return {
    buckets: [[from, firstHour] as const, [lastHour, until] as const].filter(([start, end]) => start < end),
    hours: [firstHour, lastHour],
  };
}

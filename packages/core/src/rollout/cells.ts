import { BUCKET_MS, CELL_MS, cellOf } from "../windows/bucket.ts";
import type { Epoch } from "./document.ts";
import { type Arms, type BucketFold, mergeArms } from "./span.ts";

/** Both arms in one hour of a canary's life under one share. */
export interface LifeCell {
  /** The canary's planned share; null for a bucket in which it changed, whose split is not known. */
  readonly share: number | null;
  readonly arms: Arms;
}

/** Share that was in force during the whole bucket, null when it changed inside. */
function shareIn({ start }: BucketFold, epochs: readonly Epoch[]): number | null {
  const epoch = epochs.find(({ from, to }) => start >= from && (to === null || start + BUCKET_MS <= to));
  return epoch?.share ?? null;
}

/**
 * Splits a canary's life from `from` on into hours of event time, quiet ones included, and these where the share
 * changed: the start of a regression is a cell, and every cell has one split.
 */
export function lifeCells(
  buckets: readonly BucketFold[],
  epochs: readonly Epoch[],
  names: { readonly stable: string; readonly canary: string },
  exclusive: ReadonlyMap<string, "stable" | "canary">,
  from: number,
): LifeCell[] {
  const cells: { hour: number; share: number | null; buckets: BucketFold[] }[] = [];
  for (const bucket of buckets) {
    if (bucket.start < from) continue;
    const hour = cellOf(bucket.start);
    const share = shareIn(bucket, epochs);
    let last = cells.at(-1);
    for (let quiet = (last?.hour ?? cellOf(from) - CELL_MS) + CELL_MS; quiet < hour; quiet += CELL_MS)
      cells.push({ hour: quiet, share, buckets: [] });
    last = cells.at(-1);
    if (last === undefined || last.hour !== hour || last.share !== share)
      cells.push({ hour, share, buckets: [bucket] });
    else last.buckets.push(bucket);
  }
  return cells.map(({ share, buckets: part }) => ({ share, arms: mergeArms(part, names, exclusive) }));
}

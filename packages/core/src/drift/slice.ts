import type { FoldedBucket } from "../windows/fold-dirty.ts";
import type { Segment } from "../windows/items.ts";
import { emptyProfile, mergeProfileInto, type Profile } from "../windows/profile.ts";
import { emptyTally, mergeTallyInto, type Tally } from "../windows/tally.ts";

/** Everything known about some requests of a drift bucket. */
export interface Slice {
  readonly tally: Tally;
  readonly profile: Profile;
}

/** Merges the segments that `keep` names, bucket by bucket and in key order, so that sums are bit-identical. */
export function sliceOf(buckets: readonly FoldedBucket[], keep: (segment: Segment) => boolean): Slice {
  const slice: Slice = { tally: emptyTally(), profile: emptyProfile() };
  for (const { fold, profiles } of buckets) {
    for (const key of [...fold.keys()].sort()) {
      const part = fold.get(key);
      if (part !== undefined && keep(part.segment)) mergeTallyInto(slice.tally, part.tally);
    }
    for (const key of [...profiles.keys()].sort()) {
      const part = profiles.get(key);
      if (part !== undefined && keep(part.segment)) mergeProfileInto(slice.profile, part.profile);
    }
  }
  return slice;
}

const SEGMENTS_KEPT = 6;
/** Requests that make a segment worth a detector of its own. */
const LEAST_REQUESTS = 10;

/** Models and prompt versions of a bucket that are looked at on their own: the largest of each, when there are several. */
export function segmentsOf(buckets: readonly FoldedBucket[]): string[] {
  return (["model", "promptVersion"] as const).flatMap((dimension) => {
    const requests = new Map<string, number>();
    for (const { fold } of buckets)
      for (const { segment, tally } of fold.values())
        requests.set(segment[dimension], (requests.get(segment[dimension]) ?? 0) + tally.counts.n);
    if (requests.size < 2) return [];
    return [...requests]
      .filter(([, n]) => n >= LEAST_REQUESTS)
      .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
      .slice(0, SEGMENTS_KEPT)
      .map(([value]) => `${dimension}=${value}`);
  });
}

/** Whether a segment of the windows belongs to a segment of the detectors. */
export function belongsTo(segment: Segment, name: string): boolean {
  const [dimension, ...value] = name.split("=");
  if (dimension !== "model" && dimension !== "promptVersion") return true;
  return segment[dimension] === value.join("=");
}

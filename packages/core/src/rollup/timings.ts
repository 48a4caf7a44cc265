import { type Histogram, mergeInto } from "../windows/histogram.ts";
import type { Segment } from "../windows/items.ts";
import type { Profiles } from "../windows/profiles.ts";

/** Histograms of a profile that say how long answers took, ms. */
const TIMINGS = ["ttft", "perOutputToken", "guardrailLatency"] as const;
export type Timings = Readonly<Record<(typeof TIMINGS)[number], Histogram>>;

export const emptyTimings = (): Timings => ({
  ttft: new Map(),
  perOutputToken: new Map(),
  guardrailLatency: new Map(),
});

function mergeTimingsInto(target: Timings, other: Timings): void {
  for (const name of TIMINGS) mergeInto(target[name], other[name]);
}

/** Timings of every segment over the buckets of a span, by `segmentKey`; whole numbers, so any order gives the same. */
export function timingsBySegment(
  buckets: readonly { readonly profiles: Profiles }[],
): Map<string, { readonly segment: Segment; readonly timings: Timings }> {
  const bySegment = new Map<string, { readonly segment: Segment; readonly timings: Timings }>();
  for (const { profiles } of buckets) {
    for (const [key, { segment, profile }] of profiles) {
      const known = bySegment.get(key) ?? { segment, timings: emptyTimings() };
      bySegment.set(key, known);
      mergeTimingsInto(known.timings, profile);
    }
  }
  return bySegment;
}

/** Timings of all segments together. */
export function allTimings(buckets: readonly { readonly profiles: Profiles }[]): Timings {
  const whole = emptyTimings();
  for (const { profiles } of buckets)
    for (const { profile } of profiles.values()) mergeTimingsInto(whole, profile);
  return whole;
}

import type { LakeRow } from "../lake/tables.ts";
import type { Fold } from "../windows/fold.ts";
import { type Histogram, quantile, total } from "../windows/histogram.ts";
import { SEGMENT_COLUMNS, SEGMENT_KEYS } from "../windows/items.ts";
import type { Profiles } from "../windows/profiles.ts";
import { emptyTally } from "../windows/tally.ts";
import { emptyTimings, timingsBySegment } from "./timings.ts";

const percentiles = (name: string, histogram: Histogram): LakeRow => ({
  [`${name}_n`]: total(histogram),
  [`${name}_p50`]: quantile(histogram, 0.5) ?? null,
  [`${name}_p95`]: quantile(histogram, 0.95) ?? null,
  [`${name}_p99`]: quantile(histogram, 0.99) ?? null,
});

/**
 * `operations_log` rows of one hour, one per segment, from its total and its buckets. A bucket keeps fewer profiles than
 * tallies: where it had too many segments, the timings of the smallest stand under the segment `other`, so that each
 * percentile has its own n.
 */
export function operationsRows(
  app: string,
  hour: number,
  total: Fold,
  buckets: readonly { readonly profiles: Profiles }[],
  now: number,
): LakeRow[] {
  const timed = timingsBySegment(buckets);
  const keys = [...new Set([...total.keys(), ...timed.keys()])].sort();
  return keys.flatMap((key) => {
    const segment = total.get(key)?.segment ?? timed.get(key)?.segment;
    if (segment === undefined) return [];
    const { counts, latency } = total.get(key)?.tally ?? emptyTally();
    const { ttft, perOutputToken, guardrailLatency } = timed.get(key)?.timings ?? emptyTimings();
    return {
      app,
      ...Object.fromEntries(SEGMENT_KEYS.map((name) => [SEGMENT_COLUMNS[name], segment[name]])),
      at: new Date(hour).toISOString(),
      requests: counts.n,
      errors: counts.errors,
      error_rate: counts.n > 0 ? counts.errors / counts.n : null,
      refusals: counts.refusals,
      guardrail_assessed: counts.assessed,
      guardrail_intervened: counts.guardrail,
      ...percentiles("latency", latency),
      ...percentiles("ttft", ttft),
      ...percentiles("output_token", perOutputToken),
      ...percentiles("guardrail", guardrailLatency),
      rev: now,
    };
  });
}

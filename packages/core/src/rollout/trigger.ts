import { BUCKET_MS } from "../windows/bucket.ts";
import { total } from "../windows/histogram.ts";
import { mergeVariantInto, type VariantFold } from "../windows/variants.ts";
import type { Trigger } from "./policy.ts";
import { type BucketFold, mergeArms } from "./span.ts";
import { metricOf, summarise } from "./summary.ts";

/** What one trigger says about the last window. */
export interface TriggerReading {
  readonly name: string;
  readonly metric: Trigger["metric"];
  readonly severity: Trigger["severity"];
  /** `shared`: stable breaches too; `thin`: fewer than `minSamples` in an arm even over the whole canary. */
  readonly outcome: "ok" | "breached" | "shared" | "thin";
  readonly canary: number | null;
  readonly stable: number | null;
  readonly limit: number | null;
  readonly samples: { readonly canary: number; readonly stable: number };
  readonly windowMinutes: number;
}

const beyond = (trigger: Trigger, value: number, limit: number): boolean =>
  trigger.comparison === "greater_than" ? value > limit : value < limit;

function limitOf(trigger: Trigger, stable: number): number {
  if (trigger.threshold !== undefined) return trigger.threshold;
  const by = trigger.relative ?? 0;
  return stable * (trigger.comparison === "greater_than" ? 1 + by : 1 - by);
}

const samplesOf = (metric: Trigger["metric"], arm: VariantFold): number => {
  switch (metric) {
    case "error_rate":
      return arm.counts.n;
    case "avg_quality_score":
      return arm.metrics.get("quality")?.moments.n ?? 0;
    case "cost_per_request":
      return arm.counts.n - arm.counts.errors - arm.counts.unpriced;
    case "p95_latency":
      return total(arm.latency);
  }
};

/** Reads a trigger over its window before `watermark`, grown back bucket by bucket until both arms have `minSamples`. */
export function readTrigger(
  trigger: Trigger,
  buckets: readonly BucketFold[],
  names: { readonly stable: string; readonly canary: string },
  exclusive: ReadonlyMap<string, "stable" | "canary">,
  watermark: number,
): TriggerReading {
  const { metric, minSamples } = trigger;
  let from = buckets.findIndex(({ start }) => start + BUCKET_MS > watermark - trigger.window);
  if (from < 0) from = buckets.length;
  const arms = mergeArms(buckets.slice(from), names, exclusive);
  const samples = () => ({ canary: samplesOf(metric, arms.canary), stable: samplesOf(metric, arms.stable) });
  const thin = () => Math.min(samples().canary, samples().stable) < minSamples;
  while (thin() && from > 0) {
    from -= 1;
    const earlier = mergeArms(buckets.slice(from, from + 1), names, exclusive);
    mergeVariantInto(arms.canary, earlier.canary);
    mergeVariantInto(arms.stable, earlier.stable);
  }
  const canary = metricOf(metric, summarise(arms.canary));
  const stable = metricOf(metric, summarise(arms.stable));
  const known = {
    name: trigger.name,
    metric,
    severity: trigger.severity,
    canary,
    stable,
    samples: samples(),
    windowMinutes: Math.max(trigger.window, watermark - (buckets[from]?.start ?? watermark)) / 60_000,
  };
  if (thin() || canary === null || stable === null) return { ...known, outcome: "thin", limit: null };
  const limit = limitOf(trigger, stable);
  const breached = beyond(trigger, canary, limit);
  const shared = breached && trigger.threshold !== undefined && beyond(trigger, stable, limit);
  return { ...known, outcome: shared ? "shared" : breached ? "breached" : "ok", limit };
}

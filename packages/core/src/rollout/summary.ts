import { type Estimate, hajekEstimate } from "@bellwether/stats/hajek";
import { quantile } from "../windows/histogram.ts";
import { coverageOf, measureOf } from "../windows/measures.ts";
import type { VariantFold } from "../windows/variants.ts";
import type { TriggerMetric } from "./policy.ts";

const PICO = 1e12;

/** Numbers of one arm over a span; `null` is "no data", never 0. */
export interface ArmSummary {
  readonly requests: number;
  readonly errors: number;
  readonly errorRate: number | null;
  readonly votes: number;
  readonly negative: number;
  readonly quality: Estimate | null;
  /** Plain mean of what was judged, shown only beside `quality`. */
  readonly naiveQuality: number | null;
  readonly judged: number;
  /** Share of the answers with a text that were judged, and of those drawn that got a result. */
  readonly judgedShare: number | null;
  readonly completionRate: number | null;
  readonly abstained: number;
  readonly failed: number;
  /** USD per priced successful request. */
  readonly costPerRequest: number | null;
  readonly unpriced: number;
  readonly p95LatencyMs: number | null;
  readonly p99LatencyMs: number | null;
  /** Share of votes that are not negative. */
  readonly satisfaction: number | null;
  /** Output tokens per successful request. */
  readonly responseLength: number | null;
  readonly refusals: number;
  readonly guardrail: number;
  /** Weighted means of the judge's metrics that may be shown. */
  readonly metrics: Readonly<Record<string, number>>;
}

function shownMeans(arm: VariantFold): Record<string, number> {
  const means: [string, number][] = [];
  for (const [metric, { moments }] of arm.metrics) {
    const { mean } = measureOf(moments);
    if (mean !== null) means.push([metric, mean]);
  }
  return Object.fromEntries(means);
}

export function summarise(arm: VariantFold): ArmSummary {
  const { counts } = arm;
  const quality = arm.metrics.get("quality");
  const priced = counts.n - counts.errors - counts.unpriced;
  return {
    requests: counts.n,
    errors: counts.errors,
    errorRate: counts.n > 0 ? counts.errors / counts.n : null,
    votes: arm.votes,
    negative: arm.negative,
    quality: (quality && hajekEstimate(quality.moments)) ?? null,
    naiveQuality: quality && quality.moments.n > 0 ? quality.moments.sy / quality.moments.n : null,
    judged: quality?.moments.n ?? 0,
    ...coverageOf(arm),
    abstained: quality?.abstained ?? 0,
    failed: quality?.failed ?? 0,
    costPerRequest: priced > 0 ? counts.costPicoUsd / PICO / priced : null,
    unpriced: counts.unpriced,
    p95LatencyMs: quantile(arm.latency, 0.95) ?? null,
    p99LatencyMs: quantile(arm.latency, 0.99) ?? null,
    satisfaction: arm.votes > 0 ? 1 - arm.negative / arm.votes : null,
    responseLength: counts.n > counts.errors ? counts.outputTokens / (counts.n - counts.errors) : null,
    refusals: counts.refusals,
    guardrail: counts.guardrail,
    metrics: shownMeans(arm),
  };
}

/** A trigger's metric of one arm; `null` when there is no data. */
export function metricOf(metric: TriggerMetric, arm: ArmSummary): number | null {
  switch (metric) {
    case "error_rate":
      return arm.errorRate;
    case "avg_quality_score":
      return arm.quality?.mean ?? null;
    case "cost_per_request":
      return arm.costPerRequest;
    case "p95_latency":
      return arm.p95LatencyMs;
  }
}

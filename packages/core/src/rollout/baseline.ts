import { hajekEstimate } from "@bellwether/stats/hajek";
import { CELL_MS } from "../windows/bucket.ts";
import { binValue, type Histogram, quantile, total } from "../windows/histogram.ts";
import { emptyVariantFold, mergeVariantInto, type VariantFold } from "../windows/variants.ts";
import { type BucketFold, between } from "./span.ts";

/** Mean and sd of stable's requests on a scale of 0 to 1. */
interface Scaled {
  readonly mean: number;
  readonly sd: number;
}

/** Constants of the canary tests, frozen from stable before the first piece of evidence is counted. */
export interface Baseline {
  /** Event time from which evidence counts. */
  readonly from: number;
  readonly quality: Scaled;
  /** Cap in pico-dollars, and stable's cost as `costOf` scales it. Absent when stable has no priced requests. */
  readonly cost?: { readonly cap: number; readonly linear: Scaled; readonly log: Scaled };
  /** Stable's p95 and p99 in ms; absent when the log carries too few latencies. */
  readonly p95LatencyMs?: number;
  readonly p99LatencyMs?: number;
  /** Stable's share of failed calls. */
  readonly errorRate?: number;
}

/** Stable history that goes into the baseline, ms before the canary started. */
export const BASELINE_MS = 24 * 60 * 60_000;
/** Stable requests needed to freeze thresholds and caps. */
const MIN_REQUESTS = 100;
const MIN_SCORED = 20;
/** Any constant keeps the test valid; these only cost power. */
const DEFAULT_QUALITY = { mean: 0.8, sd: 0.25 };
/** A cap near the mean would hide a multiplied cost of a steady app. */
const CAP_OVER_MEAN = 4;
/** The logarithmic scale reaches down to the cap over this. */
export const COST_RANGE = 10_000;

/** Cost of a bin in [0, 1]: its share of the cap, or where its logarithm stands between cap/COST_RANGE and the cap. */
export function costOf(scale: "linear" | "log", cap: number): (bin: number) => number {
  const shareOfCap = (bin: number): number => Math.min(1, binValue(bin) / cap);
  return scale === "linear"
    ? shareOfCap
    : (bin) => 1 + Math.log(Math.max(1 / COST_RANGE, shareOfCap(bin))) / Math.log(COST_RANGE);
}

function momentsOf(histogram: Histogram, value: (bin: number) => number): Scaled {
  const n = total(histogram);
  let sum = 0;
  let squares = 0;
  for (const [bin, count] of histogram) {
    sum += count * value(bin);
    squares += count * value(bin) ** 2;
  }
  const mean = sum / n;
  return { mean, sd: Math.sqrt(Math.max(0, squares / n - mean * mean)) };
}

function qualityBaseline(stable: VariantFold): Baseline["quality"] {
  const moments = stable.metrics.get("quality")?.moments;
  const estimate = moments === undefined ? undefined : hajekEstimate(moments);
  if (moments === undefined || estimate === undefined || estimate.n < MIN_SCORED) return DEFAULT_QUALITY;
  const centre = moments.sw2y / moments.sw2;
  const variance = moments.sw2y2 / moments.sw2 - centre * centre;
  return { mean: estimate.mean, sd: Math.min(0.5, Math.max(0.05, Math.sqrt(Math.max(0, variance)))) };
}

function costBaseline(stable: VariantFold): Pick<Baseline, "cost"> {
  const p999 = quantile(stable.cost, 0.999);
  if (p999 === undefined || p999 === 0) return {};
  const cap = Math.max(p999, CAP_OVER_MEAN * momentsOf(stable.cost, binValue).mean);
  const scaled = (scale: "linear" | "log"): Scaled => momentsOf(stable.cost, costOf(scale, cap));
  return { cost: { cap, linear: scaled("linear"), log: scaled("log") } };
}

/**
 * Freezes the baseline from stable's day before the canary, or, where that is thin, from the first whole hours of
 * the canary itself (which then do not count as evidence); `undefined` until there is enough before `watermark`.
 */
export function freezeBaseline(
  buckets: readonly BucketFold[],
  stableName: string,
  startedAt: number,
  watermark: number,
): Baseline | undefined {
  for (let until = startedAt; until <= watermark; until = Math.floor(until / CELL_MS + 1) * CELL_MS) {
    const stable = emptyVariantFold();
    for (const { fold } of between(buckets, startedAt - BASELINE_MS, until)) {
      const part = fold.get(stableName);
      if (part !== undefined) mergeVariantInto(stable, part);
    }
    if (stable.counts.n < MIN_REQUESTS) continue;
    const timed = total(stable.latency) >= MIN_REQUESTS;
    const p95 = timed ? quantile(stable.latency, 0.95) : undefined;
    const p99 = timed ? quantile(stable.latency, 0.99) : undefined;
    return {
      from: until,
      quality: qualityBaseline(stable),
      ...costBaseline(stable),
      errorRate: stable.counts.errors / stable.counts.n,
      ...(p95 === undefined ? {} : { p95LatencyMs: p95 }),
      ...(p99 === undefined ? {} : { p99LatencyMs: p99 }),
    };
  }
  return undefined;
}

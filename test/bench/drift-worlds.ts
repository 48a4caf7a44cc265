import { DAY_MS, HOUR_MS } from "@bellwether/core/drift/detect/cell";
import type { ScalarPoint } from "@bellwether/core/drift/detect/points";
import { type Random, wander } from "./drift-random.ts";

/** A Monday, 00:00 UTC. */
export const START = Date.parse("2026-01-05T00:00:00Z");
export const QUARTER_MS = 15 * 60_000;
export const FIVE_MS = 5 * 60_000;

/** One metric of one app: values per 15 minutes, their spread, noise between buckets, and a daily and weekly season. */
export const METRICS = {
  tokens: { perBucket: 105, sd: 0.9, bucketSd: 0.03, dailySwing: 0.18, weekend: -0.135, mean: 6 },
  quality: { perBucket: 12, sd: 0.18, bucketSd: 0.012, dailySwing: 0.02, weekend: -0.015, mean: 0.86 },
} as const;
export type Metric = keyof typeof METRICS;

/** Lag-1 correlation of the noise between buckets. */
export const NOISE = { iid: 0, ar: 0.6 } as const;
export type Noise = keyof typeof NOISE;

/** From `at` on the mean is moved by `by`. */
export interface Step {
  readonly at: number;
  readonly by: number;
}

export interface MetricPoint extends ScalarPoint {
  /** the values themselves, when asked for */
  readonly values: readonly number[];
}

/** Daily and weekly season, −1 to 1 and weekend or not. */
export function season(at: number): { readonly swing: number; readonly weekend: boolean } {
  const hour = (at % DAY_MS) / HOUR_MS;
  const weekday = Math.floor((at - START) / DAY_MS) % 7;
  return { swing: Math.sin((2 * Math.PI * hour) / 24), weekend: weekday >= 5 };
}

/** A normal value, or for quality a left-skewed one (negative log of a uniform), mean 0 and sd 1. */
function deviate(metric: Metric, { normal, uniform }: Random): number {
  return metric === "tokens" ? normal() : 1 + Math.log(1 - uniform());
}

/** Buckets of one metric, request by request. */
export function metricStream(
  metric: Metric,
  noise: Noise,
  days: number,
  random: Random,
  { step, keepValues = false }: { readonly step?: Step; readonly keepValues?: boolean } = {},
): MetricPoint[] {
  const { perBucket, sd, bucketSd, dailySwing, weekend, mean } = METRICS[metric];
  const bucketNoise = wander(random, bucketSd, NOISE[noise]);
  return Array.from({ length: (days * DAY_MS) / QUARTER_MS }, (_, i) => {
    const at = START + i * QUARTER_MS;
    const now = season(at);
    const level =
      mean +
      dailySwing * now.swing +
      (now.weekend ? weekend : 0) +
      bucketNoise() +
      (step !== undefined && at >= step.at ? step.by : 0);
    const n = Math.max(2, random.poisson(perBucket));
    const values: number[] = [];
    let [sum, squares] = [0, 0];
    for (let k = 0; k < n; k++) {
      const value = sd * deviate(metric, random);
      sum += value;
      squares += value * value;
      if (keepValues) values.push(level + value);
    }
    const variance = Math.max(0, squares - (sum * sum) / n) / (n - 1);
    return { at, n, mean: level + sum / n, variance: variance / n, values };
  });
}

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { DAY_MS } from "@bellwether/core/drift/detect/cell";
import type { ScalarPoint } from "@bellwether/core/drift/detect/points";
import { type Random, wander } from "./drift-random.ts";
import { QUARTER_MS, START } from "./drift-worlds.ts";

const CURVE = fileURLToPath(
  new URL("../../../shared/data/traces/servegen-rates-10min.csv.gz", import.meta.url),
);

/** Which column, scaled to this many requests per 15 minutes, and the noise upon it. */
export const RATES = {
  column: "m-small",
  perBucket: 105,
  noiseSd: 0.1,
  noiseRho: 0.6,
  tileDays: 14,
} as const;

/** Requests per 15 minutes over the 14 days of a real rate curve, or why there are none. */
export function rateCurve(): readonly number[] | string {
  if (!existsSync(CURVE)) return "skipped: the recorded curve is not there";
  const [header = "", ...lines] = gunzipSync(readFileSync(CURVE)).toString().trim().split("\n");
  const column = header.split(",").indexOf(RATES.column);
  const rates = lines.map((line) => Number(line.split(",")[column]));
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  const ten = (index: number): number => rates[index % rates.length] ?? 0;
  return Array.from({ length: (RATES.tileDays * DAY_MS) / QUARTER_MS }, (_, i) => {
    const first = Math.floor(i * 1.5);
    const halves = i % 2 === 0 ? 2 * ten(first) + ten(first + 1) : ten(first) + 2 * ten(first + 1);
    return ((halves / 3) * RATES.perBucket) / mean;
  });
}

/** Log counts of the tiled curve with fresh noise; from `step.at` on there are `step.factor` times as many requests. */
export function rateStream(
  curve: readonly number[],
  days: number,
  random: Random,
  step?: { readonly at: number; readonly factor: number },
): ScalarPoint[] {
  const noise = wander(random, RATES.noiseSd, RATES.noiseRho);
  return Array.from({ length: (days * DAY_MS) / QUARTER_MS }, (_, i) => {
    const at = START + i * QUARTER_MS;
    const factor = step !== undefined && at >= step.at ? step.factor : 1;
    const count = random.poisson((curve[i % curve.length] ?? 0) * Math.exp(noise()) * factor);
    return { at, n: Math.max(1, count), mean: Math.log(count + 0.5), variance: 1 / Math.max(1, count) };
  });
}

/** How often a week two hours of the curve are off their weekday or weekend hours' median by this factor by themselves. */
export function ownSwingsPerWeek(curve: readonly number[], factor: number): number {
  const windows = Array.from({ length: Math.floor(curve.length / 8) }, (_, w) => ({
    cell: (w % 12) + (Math.floor(w / 12) % 7 >= 5 ? 12 : 0),
    log: Math.log(curve.slice(w * 8, w * 8 + 8).reduce((sum, rate) => sum + rate, 0.5)),
  }));
  const medianOf = (cell: number): number => {
    const logs = windows.filter((one) => one.cell === cell).map(({ log }) => log);
    return logs.sort((a, b) => a - b)[Math.floor(logs.length / 2)] ?? 0;
  };
  const off = windows.filter(({ cell, log }) => Math.abs(log - medianOf(cell)) >= Math.log(factor));
  return (off.length * 7) / RATES.tileDays;
}

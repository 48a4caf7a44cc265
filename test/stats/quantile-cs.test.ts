import { quantileSequence } from "@bellwether/stats/quantile-cs";
import { SKETCH_RELATIVE_ERROR, sketchOf, valueAtRank } from "@bellwether/stats/sketch";
import { describe, expect, it } from "vitest";

/** The evidence that k of t values at or below is not p: the Beta(20p, 20(1−p)) mixture, factor by factor. */
function evidence(k: number, t: number, p: number): number {
  let E = 1;
  for (let i = 0; i < k; i++) E *= (20 * p + i) / p;
  for (let j = 0; j < t - k; j++) E *= (20 * (1 - p) + j) / (1 - p);
  for (let l = 0; l < t; l++) E /= 20 + l;
  return E;
}

describe("the quantile sequence", () => {
  it.each([
    [3, 0.5, 0.05],
    [40, 0.5, 0.05],
    [40, 0.9, 0.05],
    [90, 0.25, 0.01],
    [100, 0.95, 0.2],
    [7, 0.05, 0.9],
  ])("spans the ranks whose evidence stays below 1/alpha: t = %d, p = %d, alpha = %d", (t, p, alpha) => {
    const plausible = Array.from({ length: t + 1 }, (_, k) => k).filter((k) => evidence(k, t, p) < 1 / alpha);
    for (const from of [3, -500]) {
      const sketch = sketchOf(Array.from({ length: t }, (_, i) => from + 2 * i));
      const { low, high } = quantileSequence(sketch, p, alpha);
      const [first, next] = [
        valueAtRank(sketch, plausible[0] ?? Number.NaN),
        valueAtRank(sketch, (plausible.at(-1) ?? Number.NaN) + 1),
      ];
      expect(low).toBe(first === undefined ? undefined : first - SKETCH_RELATIVE_ERROR * Math.abs(first));
      expect(high).toBe(next === undefined ? undefined : next + SKETCH_RELATIVE_ERROR * Math.abs(next));
    }
  });
});

import { type BootstrapEstimate, bootstrapMean, bootstrapRatio } from "@bellwether/stats/bootstrap-ratio";
import { studentTQuantile } from "@bellwether/stats/student-t";
import { seededUniform } from "@bellwether/stats/uniform";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const OPTIONS = { seed: 7, resamples: 1_999 };
const ends = ({ lower, upper }: BootstrapEstimate, alpha: number) => [lower(alpha), upper(alpha)] as const;
/** Skewed to the right, mean about −.16. */
const SKEWED = Array.from({ length: 40 }, (_, i) => (((i + 1) * 37) % 41) / 41).map((x) => x ** 3 - 0.4);

const scores = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 5, maxLength: 30 });
const toScores = (values: readonly number[]) => values.map((value) => value / 100);

describe("bounds of a mean by t and the studentised bootstrap", () => {
  it.each([
    // numpy 2 / scipy 1.17.1, 400,000 resamples: max(t, quantile of t*) on each side, variance mixed with 3 parts of the sample's
    [0.025, -0.2446475, -0.05464],
    [0.005, -0.2746454, -0.0132],
  ])("agree with an independent computation at alpha %d", (alpha, low, high) => {
    const [lower, upper] = ends(bootstrapMean(SKEWED, { seed: 3, resamples: 50_000 }), alpha);
    expect(lower).toBeCloseTo(low, 6);
    expect(Math.abs(upper - high)).toBeLessThan(0.003);
  });

  it("are never tighter than Student's t", () => {
    fc.assert(
      fc.property(scores, (values) => {
        const estimate = bootstrapMean(toScores(values), { seed: 1, resamples: 199 });
        const half = studentTQuantile(0.975, values.length - 1) * estimate.standardError;
        const [low, high] = ends(estimate, 0.025);
        expect(low).toBeLessThanOrEqual(estimate.estimate - half + 1e-12);
        expect(high).toBeGreaterThanOrEqual(estimate.estimate + half - 1e-12);
      }),
      { numRuns: 50 },
    );
  });

  it("turn around exactly when every value changes its sign", () => {
    fc.assert(
      fc.property(scores, (values) => {
        const one = bootstrapMean(toScores(values), { seed: 5, resamples: 199 });
        const other = bootstrapMean(
          toScores(values).map((x) => 0 - x),
          { seed: 5, resamples: 199 },
        );
        expect(other.estimate).toBeCloseTo(0 - one.estimate, 15);
        expect(other.lower(0.02)).toBeCloseTo(0 - one.upper(0.02), 12);
        expect(other.pAbove(0.1)).toBeCloseTo(one.pBelow(-0.1), 12);
      }),
      { numRuns: 50 },
    );
  });

  it("exclude a limit exactly when its p-value is at most alpha", () => {
    const estimate = bootstrapMean(SKEWED, OPTIONS);
    for (const alpha of [0.001, 0.005, 0.0123, 0.05, 0.2])
      for (let limit = -0.5; limit < 0.2; limit += 0.0137) {
        expect(estimate.lower(alpha) > limit).toBe(estimate.pAbove(limit) <= alpha);
        expect(estimate.upper(alpha) < limit).toBe(estimate.pBelow(limit) <= alpha);
      }
  });

  it("are the value itself where all values are equal, down to the level of a sign test", () => {
    const equal = bootstrapMean([0.1, 0.1, 0.1], OPTIONS);
    expect(ends(equal, 0.125)).toEqual([expect.closeTo(0.1), expect.closeTo(0.1)]);
    expect(ends(equal, 0.12)).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
    expect([equal.pAbove(0), equal.pAbove(0.2), equal.pBelow(0.2)]).toEqual([0.125, 1, 0.125]);
  });

  it("do not exist at an alpha finer than the resamples", () => {
    const coarse = bootstrapMean([0, 0.5, 1], { seed: 1, resamples: 99 });
    expect(ends(coarse, 0.009)).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });

  it("refuse what has no interval", () => {
    expect(() => bootstrapMean([1], OPTIONS)).toThrow(/two items/);
    expect(() => bootstrapMean([1, Number.NaN], OPTIONS)).toThrow(/finite/);
    expect(() =>
      bootstrapRatio(
        [
          [1, 0],
          [2, 0],
        ] as const,
        OPTIONS,
      ),
    ).toThrow(/sum to 0/);
    expect(() => bootstrapMean([1, 2], { seed: 1, resamples: 0 })).toThrow(/resamples/);
  });
});

describe("bounds of a ratio of means", () => {
  it("have the linearised standard error, worked by hand", () => {
    // R = 5/4; residuals a − R·b = .75, −.75 → variance of one 1.125 over (4/2)² = .28125
    const ratio = bootstrapRatio(
      [
        [2, 1],
        [3, 3],
      ],
      OPTIONS,
    );
    expect(ratio.estimate).toBe(1.25);
    expect(ratio.standardError).toBeCloseTo(Math.sqrt(0.28125 / 2), 14);
  });

  it("do not depend on the unit", () => {
    const pairs = SKEWED.map((x, i) => [1 + x + (i % 3) / 10, 1 + x] as const);
    const scaled = pairs.map(([a, b]) => [a * 1024, b * 1024] as const);
    expect(ends(bootstrapRatio(scaled, OPTIONS), 0.01)).toEqual(ends(bootstrapRatio(pairs, OPTIONS), 0.01));
  });

  it("miss the truth about as often as they say, for skewed costs of 30 items", () => {
    const uniform = seededUniform(11);
    const gauss = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
    const missed = { low: 0, high: 0 };
    const runs = 400;
    for (let run = 0; run < runs; run++) {
      const pairs = Array.from({ length: 30 }, () => {
        const size = Math.exp(0.8 * gauss());
        return [size * Math.exp(0.3 * gauss()), size * Math.exp(0.3 * gauss())] as const;
      });
      const { lower, upper } = bootstrapRatio(pairs, { seed: run, resamples: 399 });
      if (lower(0.05) > 1) missed.low += 1;
      if (upper(0.05) < 1) missed.high += 1;
    }
    // three standard errors of a rate of .05 over 400 runs
    for (const side of [missed.low, missed.high]) expect(side / runs).toBeLessThan(0.05 + 0.033);
    expect(missed.low + missed.high).toBeGreaterThan(0);
  });
});

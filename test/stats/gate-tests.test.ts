import { binomialCdf } from "@bellwether/stats/binomial";
import { minimumDetectableDifference, pairsToDetect } from "@bellwether/stats/detectable-difference";
import { benjaminiHochberg, holm } from "@bellwether/stats/holm";
import { mcNemar } from "@bellwether/stats/mcnemar";
import { quantileEstimate } from "@bellwether/stats/quantile-interval";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

// Expected values: scipy 1.17.1 (binom, binomtest) and statsmodels 0.15.0 (mcnemar, multipletests, TTestPower).

it.each([
  [3, 10, 0.5, 0.171875],
  [55, 60, 0.95, 0.18033506],
  [57, 60, 0.99, 0.02242016],
  [180, 200, 0.9, 0.53446153],
])("P(Binomial ≤ %d of %d at %d)", (k, n, p, expected) => {
  expect(binomialCdf(k, n, p)).toBeCloseTo(expected, 8);
  expect([binomialCdf(-1, n, p), binomialCdf(n, n, p)]).toEqual([0, 1]);
});

describe("McNemar's exact test", () => {
  it.each([
    [10, 2, 0.03857421875, 0.019287109375],
    [5, 5, 1, 0.623046875],
    [7, 0, 0.015625, 0.0078125],
    [1, 6, 0.125, 0.9921875],
    [40, 22, 0.030015864349067285, 0.015007932174533643],
    [0, 0, 1, 1],
  ])("of %d lost and %d gained", (lost, gained, p, pWorse) => {
    const test = mcNemar(lost, gained);
    expect(test.p).toBeCloseTo(p, 12);
    expect(test.pWorse).toBeCloseTo(pWorse, 12);
  });
  it("refuses what are no counts", () => {
    expect(() => mcNemar(-1, 2)).toThrow(/whole numbers/);
    expect(() => mcNemar(1.5, 2)).toThrow(/whole numbers/);
  });
});

describe("multiplicity", () => {
  const P = [0.01, 0.04, 0.03, 0.005, 0.2, 0.0124];
  it("by Holm rejects what statsmodels rejects", () => {
    expect(holm(P, 0.05).map(({ rejected }) => rejected)).toEqual([true, false, false, true, false, true]);
  });
  it("by Holm gives each hypothesis the level that decides it", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }), (p) => {
        holm(p, 0.05).forEach(({ rejected, level }, i) => {
          expect((p[i] ?? 0) <= level).toBe(rejected);
          expect(level).toBeGreaterThanOrEqual(0.05 / p.length);
        });
      }),
    );
  });
  it("by Benjamini and Hochberg rejects what statsmodels rejects", () => {
    expect(benjaminiHochberg(P, 0.05)).toEqual([true, true, true, true, false, true]);
    expect(benjaminiHochberg([0.9, 0.6], 0.05)).toEqual([false, false]);
    expect(benjaminiHochberg([], 0.05)).toEqual([]);
  });
  it("refuses what is no probability", () => {
    expect(() => holm([1.1], 0.05)).toThrow(/p-value/);
    expect(() => benjaminiHochberg([0.5], 0)).toThrow(/alpha/);
  });
});

describe("bounds of a quantile", () => {
  const upTo = (n: number) => Array.from({ length: n }, (_, i) => n - i);
  it.each([
    [60, 0.5, 0.025, 22, 39],
    [60, 0.95, 0.025, 53, Number.POSITIVE_INFINITY],
    [200, 0.95, 0.005, 181, 198],
    [60, 0.99, 0.05, 58, Number.POSITIVE_INFINITY],
    [300, 0.99, 0.05, 294, 300],
  ])("are order statistics: n %d, p %d, alpha %d", (n, p, alpha, low, high) => {
    const estimate = quantileEstimate(upTo(n), p);
    expect([estimate?.lower(alpha), estimate?.upper(alpha)]).toEqual([low, high]);
    expect(estimate?.estimate).toBe(Math.ceil(p * n));
  });
  it("exclude a limit exactly when its p-value is at most alpha", () => {
    const estimate = quantileEstimate(upTo(80), 0.9);
    for (let limit = 0; limit <= 81; limit += 0.5)
      expect((estimate?.lower(0.03) ?? 0) > limit).toBe((estimate?.pAbove(limit) ?? 1) <= 0.03);
  });
  it("do not exist without a value", () => {
    expect(quantileEstimate([], 0.5)).toBeUndefined();
    expect(() => quantileEstimate([1], 1)).toThrow(/quantile/);
    expect(() => quantileEstimate([Number.NaN], 0.5)).toThrow(/finite/);
  });
});

describe("the minimum detectable difference", () => {
  it.each([
    [30, 0.2, 0.005, 0.13244139490430745],
    [60, 0.17, 0.004, 0.07904383301735454],
    [200, 0.17, 0.05, 0.029991538025344905],
    [200, 0.15, 0.0038, 0.03757629648861649],
  ])("of %d pairs, sd %d, alpha %d is within 1 %% of the noncentral t", (n, sd, alpha, exact) => {
    const difference = minimumDetectableDifference(n, { sd, alpha });
    expect(Math.abs(difference / exact - 1)).toBeLessThan(0.01);
  });
  it("asks for the fewest pairs that do", () => {
    const plan = { sd: 0.2, alpha: 0.01 };
    const pairs = pairsToDetect(0.03, plan);
    expect(minimumDetectableDifference(pairs, plan)).toBeLessThanOrEqual(0.03);
    expect(minimumDetectableDifference(pairs - 1, plan)).toBeGreaterThan(0.03);
    expect(pairsToDetect(0.01, { sd: 0, alpha: 0.01 })).toBe(2);
    expect(pairsToDetect(1e-9, plan)).toBe(Number.POSITIVE_INFINITY);
    expect(minimumDetectableDifference(1, plan)).toBe(Number.POSITIVE_INFINITY);
  });
  it("refuses a plan that is none", () => {
    expect(() => minimumDetectableDifference(10, { sd: -1, alpha: 0.01 })).toThrow(/deviation/);
    expect(() => minimumDetectableDifference(10, { sd: 1, alpha: 0.6 })).toThrow(/alpha/);
    expect(() => minimumDetectableDifference(10, { sd: 1, alpha: 0.1, power: 1 })).toThrow(/power/);
    expect(() => pairsToDetect(0, { sd: 1, alpha: 0.1 })).toThrow(/difference/);
  });
});

import { clusteredMean, emptyClusters, observeCluster } from "@bellwether/stats/clusters";
import { hajekEstimate } from "@bellwether/stats/hajek";
import { horvitzThompsonMean } from "@bellwether/stats/horvitz-thompson";
import type { Estimate } from "@bellwether/stats/mean-interval";
import { emptyMoments, type Moments, observe } from "@bellwether/stats/moments";
import { postStratifiedMean } from "@bellwether/stats/post-stratified";
import { describe, expect, it } from "vitest";

interface Judged {
  readonly y: number;
  readonly pi: number;
}

const population = (N: number, values: readonly Judged[]): Moments => ({
  ...values.reduce((m, { y, pi }) => observe(m, y, pi), emptyMoments()),
  N,
});
const MIXED: readonly Judged[] = [
  { y: 0.2, pi: 0.1 },
  { y: 0.9, pi: 0.1 },
  { y: 0.5, pi: 0.7 },
  { y: 0.7, pi: 0.7 },
  { y: 0.3, pi: 1 },
];

/** Every estimator of a mean on the same requests; each pair of inclusion probabilities is a stratum of 40. */
const ESTIMATORS: readonly [string, (values: readonly Judged[], top: number) => Estimate | undefined][] = [
  ["Hájek", (values, top) => hajekEstimate(population(0, values), { range: [0, top] })],
  [
    "finite Hájek",
    (values, top) => hajekEstimate(population(0, values), { range: [0, top], target: "finite" }),
  ],
  [
    "post-stratified",
    (values, top) =>
      postStratifiedMean(
        [...new Set(values.map(({ pi }) => pi))].map((pi) => ({
          pi,
          moments: population(
            40,
            values.filter((value) => value.pi === pi),
          ),
        })),
        { range: [0, top] },
      ),
  ],
  [
    "clustered",
    (values, top) =>
      clusteredMean(
        values.map(({ y, pi }) => ({ sw: 1 / pi, swy: y / pi })).reduce(observeCluster, emptyClusters()),
        { range: [0, top] },
      ),
  ],
];

describe.each(ESTIMATORS)("the %s mean", (_name, estimate) => {
  it("has a spread in any unit: costs of a ten-millionth scale like scores", () => {
    const unit = 1e-7;
    const scores = estimate(MIXED, 1);
    const costs = estimate(
      MIXED.map(({ y, pi }) => ({ y: y * unit, pi })),
      unit,
    );
    expect(scores?.variance).toBeGreaterThan(0.001);
    expect((costs?.mean ?? 0) / unit).toBeCloseTo(scores?.mean ?? Number.NaN, 9);
    expect((costs?.variance ?? 0) / unit ** 2).toBeCloseTo(scores?.variance ?? Number.NaN, 9);
    expect((costs?.low ?? 1) / unit).toBeCloseTo(scores?.low ?? Number.NaN, 9);
  });
  it("takes what rounding leaves of equal values for no spread at all", () => {
    for (const y of [0.1, 0.3, 0.7, 0.9]) {
      for (const size of [3, 7, 10]) {
        const values = Array.from({ length: size }, (_, i) => ({ y, pi: i % 2 === 0 ? 0.3 : 0.7 }));
        expect(estimate(values, 1)?.variance).toBeLessThan(1e-30);
      }
    }
  });
});

describe("equal values leave room for the unseen mass z²/(nEff+z²), pulled to either end of the range", () => {
  // z² = 1.959963984540054² at 95 %.
  const unseen = 3.841458820694124 / (50 + 3.841458820694124);
  it("on a scale from 1 to 5", () => {
    const all = population(
      0,
      Array.from({ length: 50 }, () => ({ y: 2, pi: 0.1 })),
    );
    const { low, high, variance } = hajekEstimate(all, { range: [1, 5] }) ?? {};
    expect(variance).toBe(0);
    expect(low).toBeCloseTo(2 - 1 * unseen, 12);
    expect(high).toBeCloseTo(2 + 3 * unseen, 12);
  });
  it("but a range without an end bounds nothing, so the interval is the point", () => {
    const all = population(0, [
      { y: 2, pi: 0.1 },
      { y: 2, pi: 0.1 },
    ]);
    for (const range of [
      [0, Number.POSITIVE_INFINITY],
      [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    ] as const) {
      expect(hajekEstimate(all, { range })).toMatchObject({ low: 2, high: 2 });
    }
  });
});

describe("a census: every request served was judged", () => {
  const all = [0.25, 0.75].map((y) => ({ y, pi: 1 }));
  it("is exact about the requests served, by every estimator", () => {
    const finite = { target: "finite" } as const;
    const exact = { mean: 0.5, low: 0.5, high: 0.5, variance: 0, n: 2 };
    expect(hajekEstimate(population(2, all), finite)).toMatchObject(exact);
    expect(horvitzThompsonMean(population(2, all), finite)).toMatchObject(exact);
    expect(postStratifiedMean([{ pi: 1, moments: population(2, all) }], finite)).toMatchObject(exact);
  });
  it("is not exact about the process that produced them", () => {
    for (const estimate of [
      hajekEstimate(population(2, all)),
      horvitzThompsonMean(population(2, all)),
      postStratifiedMean([{ pi: 1, moments: population(2, all) }]),
    ]) {
      expect(estimate?.variance).toBeGreaterThan(0);
      expect(estimate?.low).toBeLessThan(0.4);
      expect(estimate?.high).toBeGreaterThan(0.6);
    }
  });
  it("is none while a request was judged by luck or not at all", () => {
    const finite = { target: "finite" } as const;
    const lucky = all.map(({ y }) => ({ y, pi: 0.5 }));
    for (const estimate of [
      hajekEstimate(population(2, lucky), finite),
      horvitzThompsonMean(population(2, lucky), finite),
      horvitzThompsonMean(population(3, all), finite),
      postStratifiedMean([{ pi: 1, moments: population(3, all) }], finite),
    ]) {
      expect(estimate?.low).toBeLessThan(estimate?.mean ?? Number.NaN);
    }
  });
});

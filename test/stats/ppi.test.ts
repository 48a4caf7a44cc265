import {
  type JudgedItem,
  judgeCorrelation,
  pastLambda,
  predictionPoweredMean,
  tunedLambda,
} from "@bellwether/stats/ppi";
import { studentTQuantile } from "@bellwether/stats/student-t";
import { describe, expect, it } from "vitest";

/** Labels with weights v = w/ρ of 2, 8 and 4; f̄ over all items is 4.4/8, over labels 7.2/14, and Ȳ is 10/14. */
const ITEMS: readonly JudgedItem[] = [
  { weight: 1, judge: 0.2, human: { score: 0.4, rho: 0.5 } },
  { weight: 2, judge: 0.6, human: { score: 0.9, rho: 0.25 } },
  { weight: 1, judge: 1 },
  { weight: 4, judge: 0.5, human: { score: 0.5, rho: 1 } },
];
const [ALL, LABELLED, HUMAN] = [0.55, 7.2 / 14, 10 / 14];

describe("the prediction-powered mean with unequal weights and rates, worked by hand", () => {
  it.each([0, 0.5, 1])("slope %d", (lambda) => {
    const psi = [
      1 * (lambda * (0.2 - ALL) + 2 * (0.4 - HUMAN - lambda * (0.2 - LABELLED))),
      2 * (lambda * (0.6 - ALL) + 4 * (0.9 - HUMAN - lambda * (0.6 - LABELLED))),
      1 * (lambda * (1 - ALL)),
      4 * (lambda * (0.5 - ALL) + 1 * (0.5 - HUMAN - lambda * (0.5 - LABELLED))),
    ];
    const estimate = predictionPoweredMean(ITEMS, { lambda });
    expect(estimate?.mean).toBeCloseTo(HUMAN + lambda * (ALL - LABELLED), 12);
    expect(estimate?.variance).toBeCloseTo(psi.reduce((sum, x) => sum + x * x, 0) / 64, 12);
    expect(estimate?.nEff).toBeCloseTo(14 ** 2 / 84, 12);
    expect(estimate?.n).toBe(3);
  });
  it("has the slope that minimises the spread of its weighted residuals, from 0 to 1.5", () => {
    // a = v(Y−Ȳ) and d = w(1−b/ρ)(f−f̄_A) of the two items with ρ < 1; d of the unlabelled one meets no a.
    const a = [2 * (0.4 - HUMAN), 8 * (0.9 - HUMAN)] as const;
    const d = [-1 * (0.2 - ALL), -6 * (0.6 - ALL), 1 - ALL] as const;
    const slope = -(a[0] * d[0] + a[1] * d[1]) / (d[0] ** 2 + d[1] ** 2 + d[2] ** 2);
    const spread = (factor: number) =>
      tunedLambda(ITEMS.map((item) => ({ ...item, judge: ALL + factor * (item.judge - ALL) })));
    expect(slope).toBeGreaterThan(1.6);
    expect(spread(2)).toBeCloseTo(slope / 2, 12);
    expect(spread(1)).toBe(1.5);
    expect(tunedLambda(ITEMS.map((item) => ({ ...item, judge: -item.judge })))).toBe(0);
  });
  it("correlates human and judge with the weights of labels", () => {
    const mean = (of: (f: number, y: number) => number) =>
      (2 * of(0.2, 0.4) + 8 * of(0.6, 0.9) + 4 * of(0.5, 0.5)) / 14;
    const covariance = mean((f, y) => f * y) - mean((f) => f) * mean((_f, y) => y);
    const spread =
      (mean((f) => f * f) - mean((f) => f) ** 2) * (mean((_f, y) => y * y) - mean((_f, y) => y) ** 2);
    expect(judgeCorrelation(ITEMS)).toBeCloseTo(covariance / Math.sqrt(spread), 12);
  });
  it("has an interval at the level and in the range asked for", () => {
    const onFive = ITEMS.map(({ weight, judge, human }) => ({
      weight,
      judge: 1 + 4 * judge,
      human: human && { ...human, score: 1 + 4 * human.score },
    }));
    const half = (level: number) => {
      const options = { lambda: 0.5, level, range: [-99, 99] as const };
      const { low = Number.NaN, high = Number.NaN } = predictionPoweredMean(onFive, options) ?? {};
      return (high - low) / 2;
    };
    expect(half(0.5) / half(0.8)).toBeCloseTo(
      studentTQuantile(0.75, 14 ** 2 / 84 - 1) / studentTQuantile(0.9, 14 ** 2 / 84 - 1),
      10,
    );
    const options = { lambda: 0.5, range: [1, 5] as const };
    const { mean, low, high } = predictionPoweredMean(onFive, options) ?? { mean: Number.NaN };
    expect(mean).toBeCloseTo(1 + 4 * (HUMAN + 0.5 * (ALL - LABELLED)), 12);
    expect([low, high]).toEqual([1, 5]);
    expect(predictionPoweredMean(ITEMS, options)?.mean).toBe(1);
    expect(predictionPoweredMean(onFive, { lambda: 0 })).toMatchObject({ mean: 1, high: 1 });
  });
});

/** `n` labels with correlation r exactly: orthogonal waves of equal norm. */
function correlated(n: number, r: number): JudgedItem[] {
  return Array.from({ length: n }, (_, i) => {
    const angle = (2 * Math.PI * i) / n;
    const judge = 0.5 + 0.3 * (r * Math.cos(angle) + Math.sqrt(1 - r * r) * Math.sin(angle));
    return { weight: 1, judge, human: { score: 0.5 + 0.4 * Math.cos(angle), rho: 0.2 } };
  });
}

describe("the slope learned from earlier labels", () => {
  it("needs 50 labels, however many items were judged", () => {
    const unlabelled = correlated(200, 0.9).map(({ weight, judge }) => ({ weight, judge }));
    expect(pastLambda([...correlated(49, 0.9), ...unlabelled])).toBe(0);
    expect(pastLambda([...correlated(50, 0.9), ...unlabelled])).toBeGreaterThan(0);
  });
  it("needs a correlation of 1/√(n−2), an eighth with 66 labels", () => {
    expect(judgeCorrelation(correlated(66, 0.123))).toBeCloseTo(0.123, 12);
    expect(pastLambda(correlated(66, 0.123))).toBe(0);
    expect(pastLambda(correlated(66, 0.127))).toBeGreaterThan(0);
    expect(pastLambda(correlated(66, -0.9))).toBe(0);
  });
  it("does not exist where human or judge always say the same", () => {
    const judged = correlated(60, 0.9);
    const sameJudge = judged.map((item) => ({ ...item, judge: 0.5 }));
    const sameHuman = judged.map((item) => ({ ...item, human: { score: 0.5, rho: 0.2 } }));
    for (const items of [sameJudge, sameHuman]) {
      expect(judgeCorrelation(items)).toBeUndefined();
      expect(pastLambda(items)).toBe(0);
    }
    expect(tunedLambda(sameJudge)).toBeUndefined();
  });
});

import { asymptoticHalfWidth, asymptoticPValue, asymptoticSequence } from "@bellwether/stats/asymptotic-cs";
import { empiricalBernsteinSequence } from "@bellwether/stats/empirical-bernstein";
import { hedgedCapital, hedgedSequence } from "@bellwether/stats/hedged-capital";
import {
  normalMixtureBound,
  oneSidedNormalMixture,
  oneSidedNormalMixtureBound,
} from "@bellwether/stats/normal-mixture";
import { predictableBets } from "@bellwether/stats/predictable-bets";
import { quantileSequence } from "@bellwether/stats/quantile-cs";
import { sampleRatioEvidence } from "@bellwether/stats/sample-ratio";
import { sketchOf } from "@bellwether/stats/sketch";
import { seededUniform as seeded } from "@bellwether/stats/uniform";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

/** The stream of the confseq vectors: LCG 1664525·s + 1013904223 mod 2³² from 12345, a tenth of it far below the rest. */
function streamOf(length: number): number[] {
  let s = 12345n;
  return Array.from({ length }, () => {
    s = (1664525n * s + 1013904223n) % 4294967296n;
    const u = Number(s) / 2 ** 32;
    return u < 0.1 ? 5 * u : 0.7 + (0.3 * (u - 0.1)) / 0.9;
  });
}
const STREAM = streamOf(1000);

describe("normal mixture against confseq (C++), alpha .05, tightest at 1000", () => {
  const options = { alpha: 0.05, tightestAt: 1000 };
  it.each([
    [100, 38.55054634, 36.3430509, 2.160726004],
    [1000, 95.98173584, 87.4708416, 3.580569604],
    [10000, 324.1723145, 298.4997724, 3.040000692],
  ])("v = %d", (v, two, one, log) => {
    expect(Math.abs(normalMixtureBound(v, options) / two - 1)).toBeLessThan(1e-9);
    expect(Math.abs(oneSidedNormalMixtureBound(v, options) / one - 1)).toBeLessThan(1e-8);
    expect(Math.abs(oneSidedNormalMixture(3 * Math.sqrt(v), v, options) / log - 1)).toBeLessThan(1e-8);
  });
});

describe("the normal mixture in another unit", () => {
  it.each([1e-12, 1e-3, 1e9])("of variance %d grows by its root", (unit) => {
    const here = { alpha: 0.05, tightestAt: 1000 };
    const there = { alpha: 0.05, tightestAt: 1000 * unit };
    for (const bound of [normalMixtureBound, oneSidedNormalMixtureBound]) {
      expect(bound(300 * unit, there) / Math.sqrt(unit) / bound(300, here)).toBeCloseTo(1, 9);
    }
  });
});

describe("bounded sequences against confseq (Python), first values of its stream", () => {
  it("reads the same stream", () => {
    expect(STREAM.slice(0, 3)).toEqual([0.1020134286954999, 0.08273924118839204, 0.8477185981658597]);
  });
  it("predictable bets", () => {
    const expected = [
      6.524984655851606, 4.81550655571299, 4.1382200679775165, 2.950353318255521, 2.4543395085922777,
    ];
    predictableBets(STREAM.slice(0, 5), 0.05).forEach(({ bet }, i) => {
      expect(bet).toBeCloseTo(expected[i] ?? Number.NaN, 12);
    });
  });
  it.each([
    [50, -0.927463451974001, 0.6415, 0.844],
    [100, 1.9662714177615532, 0.7345, 0.8455],
    [250, 4.159613762044532, 0.7585, 0.828],
    [500, 6.675900341375364, 0.767, 0.8185],
    [1000, 10.345173499336104, 0.7735, 0.8125],
  ])("hedged capital and sequence at t = %d", (t, logCapital, low, high) => {
    const values = STREAM.slice(0, t);
    expect(hedgedCapital(values, 0.75)).toBeCloseTo(logCapital, 9);
    const sequence = hedgedSequence(values);
    expect(Math.abs((sequence?.low ?? 9) - low)).toBeLessThanOrEqual(0.001001);
    expect(Math.abs((sequence?.high ?? 9) - high)).toBeLessThanOrEqual(0.001001);
  });
  it.each([
    [50, 0.594876, 0.952657],
    [100, 0.716449, 0.901043],
    [1000, 0.771999, 0.817421],
  ])(
    "empirical Bernstein at t = %d, where the reference starts its running mean at 0 and we at ½",
    (t, low, high) => {
      const sequence = empiricalBernsteinSequence(STREAM.slice(0, t));
      // Only the penalty of the first value differs: (x−0)² or (1−x)² against (x−½)², over Σλ = t/2 at most.
      const tolerance = (0.9 * (Math.LN2 - 0.5)) / (t / 2 / 1.5);
      expect(Math.abs(sequence.low - low)).toBeLessThan(tolerance);
      expect(Math.abs(sequence.high - high)).toBeLessThan(tolerance);
    },
  );
  it("cover the true mean at every one of 300 looks in at least 95 % of 200 runs (seed 13)", () => {
    const random = seeded(13);
    let bernsteinMissed = 0;
    let hedgedMissed = 0;
    for (let run = 0; run < 200; run++) {
      const values = Array.from({ length: 300 }, () => (random() < 0.3 ? random() : 1));
      const truth = 0.85;
      const looks = [2, 5, 10, 20, 40, 80, 150, 300];
      const missed = (misses: (values: number[]) => boolean) => looks.some((n) => misses(values.slice(0, n)));
      if (missed((v) => hedgedCapital(v, truth) >= Math.log(20))) hedgedMissed++;
      if (
        missed((v) => {
          const { low, high } = empiricalBernsteinSequence(v);
          return truth < low || high < truth;
        })
      ) {
        bernsteinMissed++;
      }
    }
    expect(hedgedMissed).toBeLessThanOrEqual(16);
    expect(bernsteinMissed).toBeLessThanOrEqual(16);
  });
  it("know nothing without values and refuse values outside [0, 1]", () => {
    expect(empiricalBernsteinSequence([])).toEqual({ low: 0, high: 1 });
    expect(hedgedSequence([])).toEqual({ low: 0, high: 1 });
    expect(() => empiricalBernsteinSequence([1.5])).toThrow(RangeError);
    expect(() => hedgedCapital([0.5], 1.5)).toThrow(RangeError);
  });
  it("keep the last mean standing, an end of the range included, and say when none is left", () => {
    const ones = Array.from({ length: 200 }, () => 1);
    expect(hedgedSequence(ones, { grid: 10 })).toEqual({ low: 0.9, high: 1 });
    expect(
      hedgedSequence(
        ones.map(() => 0),
        { grid: 10 },
      ),
    ).toEqual({ low: 0, high: 0.1 });
    expect(
      hedgedSequence(
        ones.map(() => 0.5),
        { grid: 1 },
      ),
    ).toBeUndefined();
  });
  it("stay finite against the means 0 and 1", () => {
    expect(hedgedCapital([0.2, 0.4], 0)).toBeGreaterThan(0);
    expect(hedgedCapital([1, 1], 1)).toBeCloseTo(-Math.LN2, 12);
  });
});

describe("the asymptotic sequence against GrowthBook's half-width, s² = .04, n* = 5000, alpha .05", () => {
  it.each([
    [100, 0.1338877723413208, 0.1321377609829579],
    [1000, 0.02127509401311501, 0.01993767020766029],
    [5000, 0.008584867437653692, 0.007860465517386537],
    [20000, 0.004422407233092284, 0.004056242445390815],
  ])("n = %d", (n, two, one) => {
    const options = { alpha: 0.05, narrowestAt: 5000 };
    expect(asymptoticHalfWidth({ n, variance: 0.04, sides: 2 }, options)).toBeCloseTo(two, 14);
    expect(asymptoticHalfWidth({ n, variance: 0.04, sides: 1 }, options)).toBeCloseTo(one, 14);
  });
  it("has a p-value below alpha exactly when the sequence excludes 0", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 100_000 }),
        fc.double({ min: -0.2, max: 0.2, noNaN: true }),
        fc.double({ min: 0.01, max: 2, noNaN: true }),
        (n, mean, sd) => {
          const m = { n, sum: n * mean, sum2: n * (mean * mean + sd * sd) };
          const sequence = asymptoticSequence(m);
          const p = asymptoticPValue(m);
          if (sequence === undefined || p === undefined) throw new Error("expected both");
          const gap = Math.max(sequence.low, -sequence.high);
          if (Math.abs(gap) > 1e-9) expect(p < 0.05).toBe(gap > 0);
          expect(p).toBeLessThanOrEqual(1);
          expect(p).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });
  it("is the mean ± that half-width", () => {
    const { mean, low, high } = asymptoticSequence(
      { n: 100, sum: 50, sum2: 29 },
      { alpha: 0.05, narrowestAt: 5000 },
    ) ?? { mean: Number.NaN };
    expect(mean).toBe(0.5);
    expect(low).toBeCloseTo(0.5 - 0.1338877723413208, 12);
    expect(high).toBeCloseTo(0.5 + 0.1338877723413208, 12);
  });
  it.each([
    [2, 0.05, 1000],
    [50, 0.01, 1000],
    [5000, 0.05, 200],
  ])("has the p-value alpha where it touches 0: n = %d, alpha = %d", (n, alpha, narrowestAt) => {
    const half = asymptoticHalfWidth({ n, variance: 0.04, sides: 2 }, { alpha, narrowestAt });
    const m = { n, sum: -n * half, sum2: n * (half * half + 0.04) };
    expect(asymptoticPValue(m, { alpha, narrowestAt })).toBeCloseTo(alpha, 10);
  });
  it("does not exist below two values or, for p, without spread", () => {
    expect(asymptoticPValue({ n: 0, sum: 0, sum2: 0 })).toBeUndefined();
    expect(asymptoticHalfWidth({ n: 0, variance: 0, sides: 2 })).toBe(Number.POSITIVE_INFINITY);
    expect(asymptoticSequence({ n: 1, sum: 1, sum2: 1 })).toBeUndefined();
    expect(asymptoticPValue({ n: 1, sum: 1, sum2: 1 })).toBeUndefined();
    expect(asymptoticPValue({ n: 5, sum: 5, sum2: 5 })).toBeUndefined();
    expect(asymptoticHalfWidth({ n: 0, variance: 1, sides: 2 })).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("sample ratio", () => {
  it("is 0 before the first request and grows with a wrong share, not with a right one", () => {
    expect(sampleRatioEvidence({ canary: 0, total: 0, share: 0.1 })).toBeCloseTo(0, 12);
    expect(sampleRatioEvidence({ canary: 1000, total: 10_000, share: 0.1 })).toBeLessThan(0);
    expect(sampleRatioEvidence({ canary: 1200, total: 10_000, share: 0.1 })).toBeGreaterThan(Math.log(2000));
    expect(sampleRatioEvidence({ canary: 800, total: 10_000, share: 0.1 })).toBeGreaterThan(Math.log(2000));
  });
  it("has mean 1 under the planned share, by enumeration of 20 requests", () => {
    let mean = 0;
    let choose = 1;
    for (let x = 0; x <= 20; x++) {
      mean +=
        choose *
        0.1 ** x *
        0.9 ** (20 - x) *
        Math.exp(sampleRatioEvidence({ canary: x, total: 20, share: 0.1 }));
      choose = (choose * (20 - x)) / (x + 1);
    }
    expect(mean).toBeCloseTo(1, 10);
  });
  it("stays exact for millions of requests", () => {
    const E = sampleRatioEvidence({ canary: 500_000, total: 1_000_000, share: 0.5 });
    // Laplace: ½·ln(50/(50+n)) at the null's centre, up to O(1/50).
    expect(Math.abs(E - 0.5 * Math.log(50 / 1_000_050))).toBeLessThan(0.02);
  });
  it("refuses impossible arguments", () => {
    expect(() => sampleRatioEvidence({ canary: 2, total: 1, share: 0.5 })).toThrow(RangeError);
    expect(() => sampleRatioEvidence({ canary: 0, total: 1, share: 1 })).toThrow(RangeError);
  });
});

describe("quantile sequence", () => {
  it("covers the 95th percentile at all looks in at least 95 % of 300 runs (seed 17)", () => {
    const random = seeded(17);
    const truth = Math.exp(-Math.log(1 - 0.95)) - 1; // of exp(Exp(1)) − 1
    let missed = 0;
    for (let run = 0; run < 300; run++) {
      const values = Array.from({ length: 400 }, () => 1 / (1 - random()) - 1);
      const outside = [10, 30, 60, 100, 200, 400].some((n) => {
        const { low, high } = quantileSequence(sketchOf(values.slice(0, n)), 0.95);
        return (low !== undefined && truth < low) || (high !== undefined && high < truth);
      });
      if (outside) missed++;
    }
    expect(missed / 300).toBeLessThanOrEqual(0.05 + 2 * Math.sqrt((0.05 * 0.95) / 300));
  });
  it("narrows around the median and has open ends while it knows too little", () => {
    expect(quantileSequence(sketchOf([1, 2, 3]), 0.95)).toMatchObject({ high: undefined });
    expect(quantileSequence(sketchOf([]), 0.5)).toEqual({ low: undefined, high: undefined });
    const { low, high } = quantileSequence(
      sketchOf(Array.from({ length: 10_001 }, (_, i) => 100 + i / 100)),
      0.5,
    );
    expect(low).toBeGreaterThan(145);
    expect(low).toBeLessThan(150);
    expect(high).toBeGreaterThan(150);
    expect(high).toBeLessThan(155);
  });
});

import { type Estimate, hajekEstimate, kishEffectiveSize, reliability } from "@bellwether/stats/hajek";
import { emptyMoments, type Moments, mergeMoments, observe } from "@bellwether/stats/moments";
import { seededUniform as seeded } from "@bellwether/stats/uniform";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

interface Judged {
  readonly y: number;
  readonly pi: number;
}

function momentsOf(values: readonly Judged[]): Moments {
  return values.reduce((m, { y, pi }) => observe(m, y, pi), emptyMoments());
}

function estimateOf(values: readonly Judged[], options?: Parameters<typeof hajekEstimate>[1]): Estimate {
  const estimate = hajekEstimate(momentsOf(values), options);
  if (estimate === undefined) throw new Error("expected an estimate");
  return estimate;
}

const judged = fc.record({
  y: fc.double({ min: 0, max: 1, noNaN: true }),
  pi: fc.double({ min: 0.0025, max: 1, noNaN: true }),
});

describe("moments", () => {
  it("merge of parts = whole, in any order and split", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(judged, fc.nat(4)), { maxLength: 60 }), (tagged) => {
        const whole = momentsOf(tagged.map(([value]) => value));
        const parts = [4, 2, 0, 3, 1].map((part) =>
          momentsOf(tagged.filter(([, p]) => p === part).map(([value]) => value)),
        );
        const merged = parts.reduce(mergeMoments, emptyMoments());
        for (const key of Object.keys(whole) as (keyof Moments)[]) {
          expect(Math.abs(merged[key] - whole[key])).toBeLessThanOrEqual(1e-12 * Math.abs(whole[key]));
        }
      }),
    );
  });
  it("keeps its argument unchanged and never counts the population", () => {
    const before = emptyMoments();
    const after = observe(before, 1, 0.5);
    expect(before).toEqual(emptyMoments());
    expect(after).toMatchObject({ n: 1, N: 0, sw: 2, sw2: 4, fsw2: 2, sy: 1 });
  });
  it.each([0, -0.1, 1.0001, Number.NaN])("refuses the inclusion probability %d", (pi) => {
    expect(() => observe(emptyMoments(), 1, pi)).toThrow(RangeError);
  });
  it("refuses a value that is no number", () => {
    expect(() => observe(emptyMoments(), Number.NaN, 1)).toThrow(RangeError);
  });
});

describe("the Hájek estimate", () => {
  it("is worked by hand for two weights", () => {
    const values = [
      { y: 1, pi: 0.5 },
      { y: 0, pi: 1 },
      { y: 1, pi: 1 },
    ];
    const { mean, variance, nEff, n } = estimateOf(values);
    // W = 4, Σwy = 3, e = ¼, −¾, ¼: V = (4/16 + 9/16 + 1/16)/16 · Kish = 16/6.
    expect(mean).toBeCloseTo(0.75, 14);
    expect(variance).toBeCloseTo(14 / 256, 14);
    expect(nEff).toBeCloseTo(16 / 6, 14);
    expect(n).toBe(3);
    // Only the first has 1 − pi > 0: ½ · 4 · 1/16 / 16.
    expect(estimateOf(values, { target: "finite" }).variance).toBeCloseTo(1 / 128, 14);
  });
  it("with equal weights is the textbook mean and t interval", () => {
    // t_{.975, 3} = 3.18245 of every table; Σe² = .2, so V = .2/16.
    const { mean, low, high } = estimateOf([0.2, 0.4, 0.6, 0.8].map((y) => ({ y, pi: 0.1 })));
    const half = 3.1824463052842629 * Math.sqrt(0.2 / 16);
    expect(mean).toBeCloseTo(0.5, 14);
    expect(low).toBeCloseTo(0.5 - half, 12);
    expect(high).toBeCloseTo(0.5 + half, 12);
  });
  it("does not exist without observations", () => {
    expect(hajekEstimate(emptyMoments())).toBeUndefined();
    expect(hajekEstimate({ ...emptyMoments(), N: 100 })).toBeUndefined();
  });
  it("knows nothing from one observation", () => {
    expect(estimateOf([{ y: 0.7, pi: 0.3 }])).toMatchObject({ low: 0, high: 1, n: 1 });
    expect(estimateOf([{ y: 3, pi: 1 }], { range: [1, 5] })).toMatchObject({ mean: 3, low: 1, high: 5 });
  });
  it("is exact about the requests served when all of them were judged", () => {
    const all = [0.2, 0.9].map((y) => ({ y, pi: 1 }));
    const { mean, low, high } = estimateOf(all, { target: "finite" });
    expect(mean).toBeCloseTo(0.55, 14);
    expect([low, high]).toEqual([mean, mean]);
  });
  it("is not certain because all values agree: Wilson's interval at the ends of the range", () => {
    const all = estimateOf(Array.from({ length: 50 }, () => ({ y: 1, pi: 0.1 })));
    // Wilson 95 % for 50 of 50: 50/(50+1.959963984540054²).
    expect(all.low).toBeCloseTo(50 / (50 + 3.841458820694124), 12);
    expect(all.high).toBe(1);
    const middle = estimateOf(Array.from({ length: 50 }, () => ({ y: 0.8, pi: 0.1 })));
    expect(middle.low).toBeGreaterThan(0.7);
    expect(middle.low).toBeLessThan(0.8);
    expect(middle.high).toBeGreaterThan(0.8);
  });
  it("lies in the range, contains its mean, widens with the level, and ignores the scale of weights", () => {
    fc.assert(
      fc.property(fc.array(judged, { minLength: 1, maxLength: 40 }), (values) => {
        const wide = estimateOf(values, { level: 0.99 });
        const narrow = estimateOf(values, { level: 0.8 });
        expect(wide.low).toBeGreaterThanOrEqual(0);
        expect(wide.high).toBeLessThanOrEqual(1);
        expect(wide.low).toBeLessThanOrEqual(narrow.low);
        expect(narrow.low).toBeLessThanOrEqual(narrow.mean);
        expect(narrow.mean).toBeLessThanOrEqual(narrow.high);
        expect(narrow.high).toBeLessThanOrEqual(wide.high);
        const thinner = estimateOf(values.map(({ y, pi }) => ({ y, pi: pi / 8 })));
        expect(thinner.mean).toBeCloseTo(narrow.mean, 10);
        expect(thinner.nEff).toBeCloseTo(narrow.nEff, 8);
        expect(narrow.nEff).toBeLessThanOrEqual(values.length * (1 + 1e-12));
      }),
    );
  });
  it("covers the truth where the naive mean never does (seed 7, 1000 repetitions)", () => {
    // A fifth of requests are bad (mean .5 instead of .9) and always judged; the rest are judged at 10 %.
    const random = seeded(7);
    const truth = 0.2 * 0.5 + 0.8 * 0.9;
    let covered = 0;
    let naiveCovered = 0;
    for (let run = 0; run < 1000; run++) {
      let m = emptyMoments();
      for (let i = 0; i < 600; i++) {
        const bad = random() < 0.2;
        const y = (bad ? 0.5 : 0.9) + (random() - 0.5) * 0.2;
        const pi = bad ? 1 : 0.1;
        if (random() < pi) m = observe(m, y, pi);
      }
      const estimate = hajekEstimate(m);
      if (estimate === undefined) throw new Error("expected an estimate");
      if (estimate.low <= truth && truth <= estimate.high) covered++;
      const naive = m.sy / m.n;
      if (Math.abs(naive - truth) <= estimate.high - estimate.mean) naiveCovered++;
    }
    expect(covered / 1000).toBeGreaterThanOrEqual(0.93);
    expect(covered / 1000).toBeLessThanOrEqual(0.97);
    expect(naiveCovered).toBe(0);
  });
});

describe("effective size and what may be shown", () => {
  it("is 0 without observations and n for equal weights", () => {
    expect(kishEffectiveSize(emptyMoments())).toBe(0);
    expect(kishEffectiveSize({ sw: 30, sw2: 90 })).toBe(10);
  });
  it.each([
    [0, "suppressed"],
    [9.99, "suppressed"],
    [10, "flagged"],
    [29.99, "flagged"],
    [30, "published"],
  ] as const)("nEff %d is %s", (nEff, verdict) => expect(reliability(nEff)).toBe(verdict));
});

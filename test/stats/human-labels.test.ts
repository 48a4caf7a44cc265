import { kappaOf } from "@bellwether/stats/agreement";
import { krippendorffAlpha } from "@bellwether/stats/krippendorff";
import { normalQuantile } from "@bellwether/stats/normal";
import {
  type JudgedItem,
  judgeCorrelation,
  pastLambda,
  predictionPoweredMean,
  tunedLambda,
} from "@bellwether/stats/ppi";
import { studentTQuantile } from "@bellwether/stats/student-t";
import { seededUniform as seeded } from "@bellwether/stats/uniform";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const table10 = [
  [0, 4, 1],
  [0, 8, 0],
  [0, 1, 5],
];
const table9 = [
  [0, 0, 0],
  [5, 16, 3],
  [8, 12, 28],
];

describe("kappa against SAS PROC FREQ (printouts quoted in statsmodels' inter_rater tests)", () => {
  it.each([
    ["nominal", table10, 0.4842, 0.138],
    ["linear", table10, 0.4701, 0.1457],
    ["nominal", table9, 0.3333, 0.0814],
    ["linear", table9, 0.2895, 0.0756],
  ] as const)("%s", (weights, table, kappa, se) => {
    const result = kappaOf(table, { weights });
    expect(result?.kappa).toBeCloseTo(kappa, 4);
    expect(result?.standardError).toBeCloseTo(se, 4);
  });
});

describe("kappa", () => {
  it("with quadratic weights is the intraclass form 1 − Σp·d²/Σp_a·p_b·d²", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 4, maxLength: 4 }), {
          minLength: 4,
          maxLength: 4,
        }),
        (table) => {
          const total = table.flat().reduce((a, b) => a + b, 0);
          const row = table.map((r) => r.reduce((a, b) => a + b, 0) / total);
          const column = table.map((_, b) => table.reduce((sum, r) => sum + (r[b] ?? 0), 0) / total);
          let observed = 0;
          let expected = 0;
          table.forEach((r, a) => {
            r.forEach((count, b) => {
              observed += (count / total) * (a - b) ** 2;
              expected += (row[a] ?? 0) * (column[b] ?? 0) * (a - b) ** 2;
            });
          });
          const quadratic = kappaOf(table, { weights: "quadratic" });
          expect(quadratic?.kappa).toBeCloseTo(1 - observed / expected, 10);
          const transposed = kappaOf(
            table.map((_, b) => table.map((r) => r[b] ?? 0)),
            { weights: "quadratic" },
          );
          expect(transposed?.kappa).toBeCloseTo(quadratic?.kappa ?? Number.NaN, 10);
        },
      ),
    );
  });
  it("is 1 for complete agreement and has no value without variety", () => {
    expect(
      kappaOf([
        [5, 0],
        [0, 7],
      ]),
    ).toMatchObject({ kappa: 1, standardError: 0 });
    expect(
      kappaOf([
        [5, 0],
        [0, 0],
      ]),
    ).toBeUndefined();
    expect(
      kappaOf([
        [0, 0],
        [0, 0],
      ]),
    ).toBeUndefined();
  });
  it("widens with a smaller effective size and refuses tables that are none", () => {
    const full = kappaOf(table9)?.standardError ?? Number.NaN;
    expect(kappaOf(table9, { nEff: 18 })?.standardError).toBeCloseTo(2 * full, 12);
    expect(() => kappaOf([[1, 2]])).toThrow(RangeError);
    expect(() =>
      kappaOf([
        [1, -2],
        [0, 1],
      ]),
    ).toThrow(RangeError);
  });
});

const _ = undefined;
/** Krippendorff 2011, section C: four observers, twelve units; published alphas .743, .815, .849. */
const OBSERVERS = [
  [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
  [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
  [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
  [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
];
const UNITS = Array.from({ length: 12 }, (_unit, i) => OBSERVERS.map((ratings) => ratings[i]));

describe("Krippendorff's alpha", () => {
  it.each([
    ["nominal", 0.743],
    ["ordinal", 0.815],
    ["interval", 0.849],
  ] as const)("%s of the published example is %d", (level, alpha) => {
    expect(krippendorffAlpha(UNITS, level)).toBeCloseTo(alpha, 3);
  });
  it("does not depend on the order of raters or units, nor on units with one rating", () => {
    const turned = UNITS.toReversed().map((unit) => unit.toReversed());
    for (const level of ["nominal", "ordinal", "interval"] as const) {
      expect(krippendorffAlpha([...turned, [4, _], [_]], level)).toBeCloseTo(
        krippendorffAlpha(UNITS, level) ?? Number.NaN,
        12,
      );
    }
  });
  it("is 1 for complete agreement and does not exist without variety", () => {
    expect(
      krippendorffAlpha(
        [
          [1, 1],
          [2, 2],
        ],
        "ordinal",
      ),
    ).toBe(1);
    expect(
      krippendorffAlpha(
        [
          [1, 1],
          [1, 1],
        ],
        "interval",
      ),
    ).toBeUndefined();
    expect(krippendorffAlpha([[1], [2]], "nominal")).toBeUndefined();
  });
});

/** The stream of the ppi_py vectors: LCG from 777; Y, noise, F = clip(.2+.7Y+.3(noise−.5)); the first 200 labelled. */
function ppiStream(): { y: number; f: number }[] {
  let s = 777n;
  const a = Array.from({ length: 4400 }, () => {
    s = (1664525n * s + 1013904223n) % 4294967296n;
    return Number(s) / 2 ** 32;
  });
  return Array.from({ length: 2200 }, (_item, i) => {
    const y = a[i] ?? Number.NaN;
    return { y, f: Math.min(1, Math.max(0, 0.2 + 0.7 * y + 0.3 * ((a[i + 2200] ?? Number.NaN) - 0.5))) };
  });
}
const RHO = 200 / 2200;
const NESTED: JudgedItem[] = ppiStream().map(({ y, f }, i) => ({
  weight: 1,
  judge: f,
  human: i < 200 ? { score: y, rho: RHO } : undefined,
}));

describe("prediction-powered mean against ppi_py 0.2.3", () => {
  // With f̄ over all judged items, a slope λ of the disjoint form is λ(n+N)/N here; ppi_py uses z, we use t.
  it.each([
    [0, 0.5030009575607255, 0.4626033272702312, 0.5433985878512197],
    [1, 0.4934649638366419, 0.47326307346560414, 0.5136668542076797],
  ])("disjoint slope %d", (slope, point, low, high) => {
    const estimate = predictionPoweredMean(NESTED, { lambda: slope * (2200 / 2000) });
    const asZ = normalQuantile(0.975) / studentTQuantile(0.975, 199);
    expect(estimate?.mean).toBeCloseTo(point, 12);
    const half = (((estimate?.high ?? 9) - (estimate?.low ?? 0)) / 2) * asZ;
    expect(Math.abs(half / ((high - low) / 2) - 1)).toBeLessThan(1e-3);
    expect(estimate?.n).toBe(200);
    expect(estimate?.nEff).toBeCloseTo(200, 9);
  });
});

describe("prediction-powered mean", () => {
  it("with slope 0 is the weighted human mean, and with all items labelled ignores the judge", () => {
    const items: JudgedItem[] = [
      { weight: 2, judge: 0.9, human: { score: 0.5, rho: 1 } },
      { weight: 1, judge: 0.1, human: { score: 0.8, rho: 1 } },
    ];
    for (const lambda of [0, 0.7]) {
      expect(predictionPoweredMean(items, { lambda })?.mean).toBeCloseTo(1.8 / 3, 12);
    }
  });
  it("centres its influence function: weights {1, 10} do not widen it by the size of the mean (seed 19)", () => {
    const random = seeded(19);
    const items: JudgedItem[] = Array.from({ length: 2000 }, (_item, i) => {
      const y = 0.8 + 0.2 * random();
      return {
        weight: i % 2 === 0 ? 1 : 10,
        judge: y,
        human: i % 10 < 2 ? { score: y, rho: 0.2 } : undefined,
      };
    });
    const { low = 0, high = 1 } = predictionPoweredMean(items, { lambda: 0 }) ?? {};
    // sd .0577 on about 220 effective labels; an uncentred influence function would give ten times this.
    expect((high - low) / 2).toBeLessThan(0.012);
  });
  it("tunes the slope to the regression of human on judge under equal rho", () => {
    const labelled = NESTED.filter(({ human }) => human !== undefined);
    const tuned = tunedLambda(NESTED) ?? Number.NaN;
    const at = (lambda: number) => predictionPoweredMean(NESTED, { lambda })?.variance ?? Number.NaN;
    expect(at(tuned)).toBeLessThan(at(tuned - 0.15));
    expect(at(tuned)).toBeLessThan(at(tuned + 0.15));
    expect(at(tuned)).toBeLessThan(at(0));
    // Gain 1/(1−r²) at most, nearly reached with ten judged items per label.
    const r = judgeCorrelation(labelled) ?? Number.NaN;
    expect(at(0) / at(tuned)).toBeLessThanOrEqual(1.05 / (1 - r * r));
    expect(at(0) / at(tuned)).toBeGreaterThan(0.4 / (1 - r * r));
  });
  it("covers the human mean with a lenient judge and a past slope (seed 23, 400 repetitions of 100 labels)", () => {
    const random = seeded(23);
    const period = (n: number): JudgedItem[] =>
      Array.from({ length: n }, () => {
        const y = 0.5 + 0.5 * random();
        const judge = Math.min(1, y + 0.05 + 0.2 * (random() - 0.5));
        return { weight: 1, judge, human: random() < 0.1 ? { score: y, rho: 0.1 } : undefined };
      });
    const lambda = pastLambda(period(4000));
    expect(lambda).toBeGreaterThan(0.5);
    let covered = 0;
    let narrower = 0;
    for (let run = 0; run < 400; run++) {
      const items = period(1000);
      const estimate = predictionPoweredMean(items, { lambda });
      const humans = predictionPoweredMean(items, { lambda: 0 });
      if (estimate === undefined || humans === undefined) throw new Error("expected estimates");
      if (estimate.low <= 0.75 && 0.75 <= estimate.high) covered++;
      if (estimate.high - estimate.low < humans.high - humans.low) narrower++;
    }
    expect(covered / 400).toBeGreaterThan(0.92);
    expect(covered / 400).toBeLessThan(0.98);
    expect(narrower).toBe(400);
  });
  it("does not use a judge with few labels or without correlation", () => {
    expect(pastLambda(NESTED.slice(0, 49))).toBe(0);
    const random = seeded(29);
    const noise: JudgedItem[] = NESTED.map((item) => ({ ...item, judge: random() }));
    const r = judgeCorrelation(noise) ?? 0;
    expect(pastLambda(noise) === 0).toBe(r < 1 / Math.sqrt(198));
    expect(pastLambda(NESTED)).toBeGreaterThan(0.5);
  });
  it("does not exist without labels, and refuses weights and rates without meaning", () => {
    expect(predictionPoweredMean([{ weight: 1, judge: 0.5 }], { lambda: 1 })).toBeUndefined();
    expect(tunedLambda([{ weight: 1, judge: 0.5 }])).toBeUndefined();
    expect(judgeCorrelation([{ weight: 1, judge: 0.5, human: { score: 1, rho: 1 } }])).toBeUndefined();
    expect(() => predictionPoweredMean([{ weight: 0, judge: 0.5 }], { lambda: 1 })).toThrow(RangeError);
    expect(() => tunedLambda([{ weight: 1, judge: 0.5, human: { score: 1, rho: 0 } }])).toThrow(RangeError);
  });
});

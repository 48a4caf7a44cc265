import { combineEvidence } from "@bellwether/stats/combine";
import { countIncrement } from "@bellwether/stats/count-evidence";
import { logMeanExp, logSumExp } from "@bellwether/stats/log-sum-exp";
import { logEvidence } from "@bellwether/stats/start-mixture";
import { seededUniform as seeded } from "@bellwether/stats/uniform";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const NOTHING = [0, 0, 0, 0, 0, 0];

describe("log-sum-exp", () => {
  it("survives logs far beyond the range of exp", () => {
    expect(logSumExp([1000, 1000])).toBeCloseTo(1000 + Math.LN2, 12);
    expect(logSumExp([-1000, -1001])).toBeCloseTo(-1000 + Math.log1p(Math.exp(-1)), 12);
    expect(logMeanExp([5, 5, 5])).toBeCloseTo(5, 12);
  });
  it("knows sums of nothing and certain ruin", () => {
    expect(logSumExp([])).toBe(Number.NEGATIVE_INFINITY);
    expect(logSumExp([Number.NEGATIVE_INFINITY, 0])).toBe(0);
    expect(logSumExp([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY])).toBe(Number.NEGATIVE_INFINITY);
    expect(logSumExp([0, Number.POSITIVE_INFINITY])).toBe(Number.POSITIVE_INFINITY);
    expect(() => logMeanExp([])).toThrow(RangeError);
  });
});

describe("count evidence", () => {
  it.each([
    [4, 4.0],
    [8, 22.4],
    [12, 153.7],
  ])("%d errors against none is evidence %d (kayenta#426)", (canaryEvents, expected) => {
    const L = countIncrement({
      canaryEvents,
      events: canaryEvents,
      canaryExposure: 50,
      exposure: 100,
      R0: 1,
    });
    expect(Math.abs(Math.exp(logMeanExp(L)) - expected)).toBeLessThan(0.05);
  });
  it("equals the likelihood ratio written out", () => {
    const q = (R: number) => (0.1 * R) / (0.1 * R + 0.9);
    const [first] = countIncrement({ canaryEvents: 3, events: 7, canaryExposure: 10, exposure: 100 });
    const R = 1.1 * 1.15;
    expect(first).toBeCloseTo(3 * Math.log(q(R) / q(1.1)) + 4 * Math.log((1 - q(R)) / (1 - q(1.1))), 12);
  });
  it("adds over cells of equal share exactly", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { minLength: 1, maxLength: 8 }), (cells) => {
        const parts = cells.map(([x, rest]) =>
          countIncrement({ canaryEvents: x, events: x + rest, canaryExposure: 20, exposure: 100 }),
        );
        const x = cells.reduce((sum, [canary]) => sum + canary, 0);
        const n = cells.reduce((sum, [canary, rest]) => sum + canary + rest, 0);
        const whole = countIncrement({ canaryEvents: x, events: n, canaryExposure: 40, exposure: 200 });
        whole.forEach((l, j) => {
          expect(parts.reduce((sum, part) => sum + (part[j] ?? Number.NaN), 0)).toBeCloseTo(l, 9);
        });
      }),
    );
  });
  it("rises with the canary's part of the events", () => {
    const at = (x: number) =>
      logMeanExp(countIncrement({ canaryEvents: x, events: 20, canaryExposure: 10, exposure: 100 }));
    for (let x = 1; x <= 20; x++) expect(at(x)).toBeGreaterThan(at(x - 1));
  });
  it("says nothing where an arm had no traffic, or nothing happened", () => {
    expect(countIncrement({ canaryEvents: 0, events: 5, canaryExposure: 0, exposure: 10 })).toEqual(NOTHING);
    expect(countIncrement({ canaryEvents: 5, events: 5, canaryExposure: 10, exposure: 10 })).toEqual(NOTHING);
    // Events may be seen before or after the requests they belong to.
    expect(countIncrement({ canaryEvents: 3, events: 5, canaryExposure: 0, exposure: 10 })).toEqual(NOTHING);
    expect(countIncrement({ canaryEvents: 3, events: 5, canaryExposure: 10, exposure: 10 })).toEqual(NOTHING);
    expect(
      countIncrement({ canaryEvents: 0, events: 0, canaryExposure: 5, exposure: 10 }).map(Math.abs),
    ).toEqual(NOTHING);
  });
  it("has mean 1 at R0 and at most 1 below it, by enumeration of the binomial", () => {
    const p = 0.3;
    const n = 12;
    const mean = (R: number, R0: number) => {
      const q = (p * R) / (p * R + 1 - p);
      let total = 0;
      let choose = 1;
      for (let x = 0; x <= n; x++) {
        const E = Math.exp(
          logMeanExp(countIncrement({ canaryEvents: x, events: n, canaryExposure: 30, exposure: 100, R0 })),
        );
        total += choose * q ** x * (1 - q) ** (n - x) * E;
        choose = (choose * (n - x)) / (x + 1);
      }
      return total;
    };
    expect(mean(1.1, 1.1)).toBeCloseTo(1, 10);
    expect(mean(1, 1.1)).toBeLessThan(1);
    expect(mean(0.2, 1)).toBeLessThan(1);
    expect(mean(2, 1)).toBeGreaterThan(1);
  });
  it("refuses impossible counts", () => {
    const good = { canaryEvents: 1, events: 2, canaryExposure: 5, exposure: 10 };
    expect(() => countIncrement({ ...good, canaryEvents: 3 })).toThrow(RangeError);
    expect(() => countIncrement({ ...good, canaryEvents: -1 })).toThrow(RangeError);
    expect(() => countIncrement({ ...good, canaryExposure: 11 })).toThrow(RangeError);
    expect(() => countIncrement({ ...good, R0: 0 })).toThrow(RangeError);
  });
});

describe("evidence with an unknown start", () => {
  const direct = (cells: readonly (readonly number[])[]): number => {
    const K = cells.length;
    if (K === 0) return 1;
    let E = 0.2 / K;
    for (let k = 1; k <= K; k++) {
      const sums = NOTHING.map((_, j) => cells.slice(k - 1).reduce((sum, cell) => sum + (cell[j] ?? 0), 0));
      const mean = sums.reduce((sum, s) => sum + Math.exp(s), 0) / 6;
      E += (k === 1 ? 0.8 : 0.2 / (k * (k - 1))) * mean;
    }
    return E;
  };
  const cell = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 6, maxLength: 6 });
  it("equals the formula written out", () => {
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 12 }), (cells) => {
        expect(logEvidence(cells)).toBeCloseTo(Math.log(direct(cells)), 9);
      }),
    );
  });
  it("has weights that sum to 1: without information E = 1, for any number of cells", () => {
    for (const K of [0, 1, 2, 3, 10, 1000]) {
      expect(logEvidence(Array.from({ length: K }, () => NOTHING))).toBeCloseTo(0, 12);
    }
  });
  it("quiet cells count as cells, because a start is an event time", () => {
    const bad = [2, 2, 2, 2, 2, 2];
    expect(logEvidence([NOTHING, NOTHING, bad])).not.toBeCloseTo(logEvidence([bad]), 3);
  });
  it("finds harm after a long good time that the sum from the start hides", () => {
    const good = Array.from({ length: 200 }, () => [-0.2, -0.3, -0.4, -0.6, -0.8, -1]);
    const bad = Array.from({ length: 30 }, () => [0.2, 0.3, 0.4, 0.5, 0.6, 0.7]);
    const E = logEvidence([...good, ...bad]);
    expect(E).toBeGreaterThan(Math.log(100));
    expect(
      logMeanExp(NOTHING.map((_, j) => [...good, ...bad].reduce((s, c) => s + (c[j] ?? 0), 0))),
    ).toBeLessThan(0);
  });
  it("neither overflows nor loses the small at |L| over 700", () => {
    expect(logEvidence([[5000, 0, 0, 0, 0, 0]])).toBeCloseTo(5000 + Math.log(0.8 / 6), 9);
    expect(logEvidence([[-5000, -5000, -5000, -5000, -5000, -5000]])).toBeCloseTo(Math.log(0.2), 9);
  });
  it("refuses ragged cells and increments that are no number", () => {
    expect(() => logEvidence([[0, 0], [0]])).toThrow(RangeError);
    expect(() => logEvidence([[Number.NaN]])).toThrow(RangeError);
  });
  it("stays below 1/alpha at every look with probability at least 1 − alpha (seed 3, 1000 runs)", () => {
    const random = seeded(3);
    let crossed = 0;
    for (let run = 0; run < 1000; run++) {
      const cells: number[][] = [];
      for (let k = 0; k < 60; k++) {
        let x = 0;
        for (let i = 0; i < 8; i++) if (random() < 0.5) x++;
        cells.push(countIncrement({ canaryEvents: x, events: 8, canaryExposure: 50, exposure: 100, R0: 1 }));
        if (logEvidence(cells) >= Math.log(20)) {
          crossed++;
          break;
        }
      }
    }
    expect(crossed / 1000).toBeLessThanOrEqual(0.05 + 2 * Math.sqrt((0.05 * 0.95) / 1000));
    expect(crossed).toBeGreaterThan(0);
  });
});

describe("combined evidence", () => {
  it("is the weighted mean of e-values and names the largest term", () => {
    const { logE, leading } = combineEvidence([
      { name: "quality", weight: 0.4, logE: Math.log(10) },
      { name: "errors", weight: 0.2, logE: Math.log(30) },
      { name: "cost", weight: 0.4, logE: 0 },
    ]);
    expect(Math.exp(logE)).toBeCloseTo(0.4 * 10 + 0.2 * 30 + 0.4, 10);
    expect(leading).toBe("errors");
  });
  it("normalises weights over the parts it is given", () => {
    const parts = [
      { name: "a", weight: 2, logE: 900 },
      { name: "b", weight: 6, logE: 900 },
    ];
    expect(combineEvidence(parts).logE).toBeCloseTo(900, 10);
    expect(combineEvidence(parts).leading).toBe("b");
  });
  it("names the first of equal terms", () => {
    const parts = ["errors", "cost"].map((name) => ({ name, weight: 1, logE: 2 }));
    expect(combineEvidence(parts).leading).toBe("errors");
  });
  it("rejects whenever weighted Bonferroni does", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            weight: fc.double({ min: 0.01, max: 1, noNaN: true }),
            logE: fc.double({ min: -9, max: 9, noNaN: true }),
          }),
          {
            minLength: 1,
            maxLength: 6,
          },
        ),
        (parts) => {
          const named = parts.map((part, i) => ({ ...part, name: String(i) }));
          const total = parts.reduce((sum, { weight }) => sum + weight, 0);
          const { logE, leading } = combineEvidence(named);
          for (const part of parts)
            expect(logE).toBeGreaterThanOrEqual(part.logE + Math.log(part.weight / total) - 1e-12);
          const best = Math.max(...parts.map((part) => part.logE + Math.log(part.weight / total)));
          const led = named[Number(leading)];
          expect((led?.logE ?? Number.NaN) + Math.log((led?.weight ?? Number.NaN) / total)).toBeCloseTo(
            best,
            10,
          );
        },
      ),
    );
  });
  it("does not exist without parts, and refuses weights of zero", () => {
    expect(() => combineEvidence([])).toThrow(RangeError);
    expect(() => combineEvidence([{ name: "a", weight: 0, logE: 0 }])).toThrow(RangeError);
    expect(() => combineEvidence([{ name: "a", weight: 1, logE: Number.NaN }])).toThrow(RangeError);
  });
});

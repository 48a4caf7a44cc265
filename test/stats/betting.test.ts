import {
  type ArmValue,
  type BettingGrid,
  bettingIncrement,
  costGrid,
  promotionGrid,
  qualityGrid,
} from "@bellwether/stats/betting";
import { logMeanExp } from "@bellwether/stats/log-sum-exp";
import { seededUniform as seeded } from "@bellwether/stats/uniform";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const settings = fc.record({
  q: fc.double({ min: 0.05, max: 0.95, noNaN: true }),
  baseline: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
  sd: fc.double({ min: 0.01, max: 0.5, noNaN: true }),
  delta: fc.double({ min: 0, max: 0.05, noNaN: true }),
});
const grids = settings.chain((s) =>
  fc.constantFrom<BettingGrid>(
    qualityGrid(s),
    costGrid(s),
    promotionGrid({ ...s, margin: s.delta, harm: "lower_is_harm" }),
    promotionGrid({ ...s, margin: s.delta, harm: "higher_is_harm" }),
  ),
);
const unit = fc.double({ min: 0, max: 1, noNaN: true });
const arm = fc.constantFrom("canary" as const, "stable" as const);
const values = fc.array(fc.record({ arm, value: unit, count: fc.nat(5) }), { maxLength: 30 });

const one = (a: ArmValue["arm"], value: number): ArmValue => ({ arm: a, value, count: 1 });
const evidence = (grid: BettingGrid, list: Iterable<ArmValue>) => logMeanExp(bettingIncrement(grid, list));

describe("betting grids", () => {
  it("are worked by hand at q = ½", () => {
    const grid = qualityGrid({ q: 0.5, baseline: 0.86, sd: 0.18, delta: 0.01 });
    expect(grid.bound).toBeCloseTo(1.72 + 0.01, 12);
    expect(grid.lam[0]).toBeCloseTo(0.02 / (0.18 ** 2 * 4), 12);
    expect(grid.lam[5]).toBeCloseTo(0.95 / 1.73, 12);
    expect(grid.lam).toHaveLength(6);
  });
  it("for cost is capped at the boldest bet and starts at 3 % of the baseline", () => {
    const grid = costGrid({ q: 0.5, baseline: 0.2, sd: 0.1, delta: 0.01 });
    expect(grid.bound).toBeCloseTo(1.61, 12);
    expect(grid.lam[0]).toBeCloseTo((0.03 * 0.2) / 0.04, 12);
    expect(grid.lam[5]).toBeCloseTo(0.95 / 1.61, 12);
  });
  it("never lose more than 95 % on one value, for every arm and value", () => {
    fc.assert(
      fc.property(grids, arm, unit, (grid, a, value) => {
        expect(Math.min(...grid.lam)).toBeGreaterThan(0);
        for (const v of [value, 0, 1]) {
          for (const l of bettingIncrement(grid, [one(a, v)])) {
            expect(l).toBeGreaterThanOrEqual(Math.log(0.05) - 1e-12);
          }
        }
      }),
    );
  });
  it("use the tightest bound: some arm and value reaches −G", () => {
    fc.assert(
      fc.property(grids, (grid) => {
        const sign = grid.direction === "higher_is_harm" ? 1 : -1;
        const g = [0, 1].flatMap((value) => [
          (sign * (value - grid.baseline)) / grid.q - grid.delta,
          (-sign * (value - grid.baseline)) / (1 - grid.q) - grid.delta,
        ]);
        expect(Math.min(...g)).toBeCloseTo(-grid.bound, 10);
      }),
    );
  });
  it("refuse settings without meaning", () => {
    const good = { q: 0.5, baseline: 0.8, sd: 0.1, delta: 0 };
    for (const q of [0, 1, Number.NaN]) expect(() => qualityGrid({ ...good, q })).toThrow(RangeError);
    expect(() => qualityGrid({ ...good, baseline: 1.2 })).toThrow(RangeError);
    expect(() => qualityGrid({ ...good, sd: -1 })).toThrow(RangeError);
    expect(() => costGrid({ ...good, baseline: 0 })).toThrow(RangeError);
    expect(() => promotionGrid({ ...good, margin: 2, harm: "lower_is_harm" })).toThrow(RangeError);
  });
  it("bet boldly, not infinitely, when stable never varied", () => {
    const grid = qualityGrid({ q: 0.5, baseline: 1, sd: 0, delta: 0 });
    for (const lam of grid.lam) expect(lam).toBeCloseTo(0.95 / grid.bound, 12);
  });
});

describe("betting increments", () => {
  it("do not depend on order, partition or grouping into counts", () => {
    fc.assert(
      fc.property(grids, values, fc.nat(30), (grid, list, cut) => {
        const whole = bettingIncrement(grid, list);
        const turned = bettingIncrement(grid, list.toReversed());
        const head = bettingIncrement(grid, list.slice(0, cut));
        const tail = bettingIncrement(grid, list.slice(cut));
        const single = bettingIncrement(
          grid,
          list.flatMap(({ arm: a, value, count }) => Array.from({ length: count }, () => one(a, value))),
        );
        whole.forEach((l, j) => {
          const close = (x: number) => expect(Math.abs(x - l)).toBeLessThan(1e-9);
          close(turned[j] ?? Number.NaN);
          close((head[j] ?? Number.NaN) + (tail[j] ?? Number.NaN));
          close(single[j] ?? Number.NaN);
        });
      }),
    );
  });
  it("rise with harm in the canary and fall with the same harm in stable", () => {
    fc.assert(
      fc.property(settings, unit, unit, (s, a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const quality = qualityGrid(s);
        const cost = costGrid(s);
        const rises = (x: number[], y: number[]) =>
          x.forEach((l, j) => {
            expect(y[j] ?? Number.NaN).toBeGreaterThanOrEqual(l);
          });
        rises(
          bettingIncrement(quality, [one("canary", high)]),
          bettingIncrement(quality, [one("canary", low)]),
        );
        rises(
          bettingIncrement(quality, [one("stable", low)]),
          bettingIncrement(quality, [one("stable", high)]),
        );
        rises(bettingIncrement(cost, [one("canary", low)]), bettingIncrement(cost, [one("canary", high)]));
        rises(bettingIncrement(cost, [one("stable", high)]), bettingIncrement(cost, [one("stable", low)]));
      }),
    );
  });
  it("refuse values and counts outside their range instead of betting on them", () => {
    const grid = qualityGrid({ q: 0.5, baseline: 0.8, sd: 0.1, delta: 0 });
    for (const value of [-0.01, 1.01, Number.NaN]) {
      expect(() => bettingIncrement(grid, [one("canary", value)])).toThrow(RangeError);
    }
    for (const count of [-1, 0.5]) {
      expect(() => bettingIncrement(grid, [{ arm: "canary", value: 0.5, count }])).toThrow(RangeError);
    }
  });
  it("sum to zero for no values", () => {
    expect(bettingIncrement(qualityGrid({ q: 0.5, baseline: 0.8, sd: 0.1, delta: 0 }), [])).toEqual([
      0, 0, 0, 0, 0, 0,
    ]);
  });
});

/** E[E_n] by walking every path of n values; each value is the canary's with probability q, good with the arm's rate. */
function expectedEvidence(grid: BettingGrid, canaryMean: number, stableMean: number, n: number): number {
  const outcomes = [
    { probability: grid.q * canaryMean, increments: bettingIncrement(grid, [one("canary", 1)]) },
    { probability: grid.q * (1 - canaryMean), increments: bettingIncrement(grid, [one("canary", 0)]) },
    { probability: (1 - grid.q) * stableMean, increments: bettingIncrement(grid, [one("stable", 1)]) },
    { probability: (1 - grid.q) * (1 - stableMean), increments: bettingIncrement(grid, [one("stable", 0)]) },
  ];
  const walk = (left: number, sums: readonly number[]): number =>
    left === 0
      ? Math.exp(logMeanExp(sums))
      : outcomes.reduce(
          (total, { probability, increments }) =>
            total +
            (probability === 0
              ? 0
              : probability *
                walk(
                  left - 1,
                  sums.map((s, j) => s + (increments[j] ?? 0)),
                )),
          0,
        );
  return walk(
    n,
    grid.lam.map(() => 0),
  );
}

describe("fairness, by exact enumeration of every path of 5 values", () => {
  it("E has mean 1 at the edge of the null and at most 1 inside it, wherever the baseline was frozen", () => {
    for (const q of [0.2, 0.5, 0.7]) {
      for (const baseline of [0.5, 0.8, 1]) {
        const grid = qualityGrid({ q, baseline, sd: 0.3, delta: 0.05 });
        expect(expectedEvidence(grid, 0.65, 0.7, 5)).toBeCloseTo(1, 9);
        expect(expectedEvidence(grid, 0.75, 0.7, 5)).toBeLessThan(1);
        expect(expectedEvidence(grid, 0.4, 0.7, 5)).toBeGreaterThan(1);
      }
    }
  });
  it("holds for cost and for promotion, each in its own direction", () => {
    const cost = costGrid({ q: 0.5, baseline: 0.4, sd: 0.3, delta: 0.02 });
    expect(expectedEvidence(cost, 0.42, 0.4, 5)).toBeCloseTo(1, 9);
    expect(expectedEvidence(cost, 0.3, 0.4, 5)).toBeLessThan(1);
    const quality = promotionGrid({ q: 0.5, baseline: 0.8, sd: 0.3, margin: 0.05, harm: "lower_is_harm" });
    expect(expectedEvidence(quality, 0.75, 0.8, 5)).toBeCloseTo(1, 9);
    expect(expectedEvidence(quality, 0.7, 0.8, 5)).toBeLessThan(1);
    expect(expectedEvidence(quality, 0.8, 0.8, 5)).toBeGreaterThan(1);
    const cheaper = promotionGrid({ q: 0.5, baseline: 0.4, sd: 0.3, margin: 0.05, harm: "higher_is_harm" });
    expect(expectedEvidence(cheaper, 0.45, 0.4, 5)).toBeCloseTo(1, 9);
    expect(expectedEvidence(cheaper, 0.5, 0.4, 5)).toBeLessThan(1);
  });
});

describe("looking after every value (seed 11)", () => {
  /** Scores with mean about .86 and sd about .18, most of them near 1. */
  const score = (random: () => number, drop: number) => {
    const u = random();
    return Math.max(0, (u < 0.15 ? 0.5 * random() : 0.85 + 0.15 * random()) - drop);
  };
  const run = (random: () => number, drop: number, looks: number): number | undefined => {
    const grid = qualityGrid({ q: 0.5, baseline: 0.82, sd: 0.25, delta: 0 });
    const wealth = grid.lam.map(() => 0);
    for (let n = 1; n <= looks; n++) {
      const canary = random() < 0.5;
      const value = score(random, canary ? drop : 0);
      bettingIncrement(grid, [one(canary ? "canary" : "stable", value)]).forEach((l, j) => {
        wealth[j] = (wealth[j] ?? 0) + l;
      });
      if (logMeanExp(wealth) >= Math.log(20)) return n;
    }
    return undefined;
  };
  it("rejects a good canary in at most 5 % of 400 runs of 2000 looks", () => {
    const random = seeded(11);
    const rejected = Array.from({ length: 400 }, () => run(random, 0, 2000)).filter((n) => n !== undefined);
    expect(rejected.length / 400).toBeLessThanOrEqual(0.05 + 2 * Math.sqrt((0.05 * 0.95) / 400));
  });
  it("finds a drop of .1 within 1500 values in every one of 50 runs", () => {
    const random = seeded(11);
    for (let i = 0; i < 50; i++) expect(run(random, 0.1, 1500)).toBeDefined();
  });
});

describe("the failure of spinnaker#6278", () => {
  it("7 of 10 canary values at 100 times the cost is evidence, and more than 6 of 10", () => {
    const grid = costGrid({ q: 0.5, baseline: 0.01, sd: 0.05, delta: 0 });
    const at = (high: number) =>
      evidence(grid, [
        { arm: "canary", value: 1, count: high },
        { arm: "canary", value: 0.01, count: 10 - high },
        { arm: "stable", value: 0.01, count: 10 },
      ]);
    expect(at(7)).toBeGreaterThan(at(6));
    expect(at(6)).toBeGreaterThan(0);
  });
});

import {
  goodnessOfFit,
  jensenShannon,
  kolmogorovSmirnov,
  populationStability,
  wasserstein1,
} from "@bellwether/stats/distribution-distance";
import { seededUniform as seeded } from "@bellwether/stats/uniform";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const counts = fc
  .array(fc.nat({ max: 50 }), { minLength: 2, maxLength: 8 })
  .filter((c) => c.some((n) => n > 0));

describe("distances of a window from its reference", () => {
  it("are 0 from itself", () => {
    fc.assert(
      fc.property(counts, (reference) => {
        const same = { reference, current: reference };
        expect(populationStability(same).psi).toBe(0);
        expect(jensenShannon(same)).toBe(0);
        expect(kolmogorovSmirnov(same)).toEqual({ d: 0, p: 1 });
      }),
    );
  });
  it("know two distributions that have nothing in common", () => {
    const apart = { reference: [30, 0], current: [0, 40] };
    expect(jensenShannon(apart)).toBe(1);
    expect(kolmogorovSmirnov(apart).d).toBe(1);
    expect(kolmogorovSmirnov(apart).p).toBeLessThan(1e-12);
    expect(populationStability(apart).p).toBeLessThan(1e-12);
  });
  it("PSI is on average its null mean, and its p uniform, without a change (seed 4, 2,000 windows)", () => {
    const uniform = seeded(4);
    const sample = (n: number): number[] => {
      const row = new Array<number>(10).fill(0);
      for (let i = 0; i < n; i++) {
        const bin = Math.floor(uniform() * 10);
        row[bin] = (row[bin] ?? 0) + 1;
      }
      return row;
    };
    const found = Array.from({ length: 2000 }, () =>
      populationStability({ reference: sample(1000), current: sample(300) }),
    );
    const mean = found.reduce((sum, { psi }) => sum + psi, 0) / found.length;
    expect(found[0]?.nullMean).toBeCloseTo(9 * (1 / 1000 + 1 / 300), 12);
    expect(Math.abs(mean / (found[0]?.nullMean ?? 0) - 1)).toBeLessThan(0.05);
    const below = found.filter(({ p }) => p < 0.05).length / found.length;
    expect(Math.abs(below - 0.05)).toBeLessThan(0.015);
  });
  it("Wasserstein-1 of N(0, 1) against N(0.5, 1) is 0.5 sd, in any unit", () => {
    const grid = Array.from({ length: 1201 }, (_, i) => (i - 600) / 100);
    const density = (mean: number): number[] =>
      grid.map((x) => Math.round(1e6 * Math.exp(-((x - mean) ** 2) / 2)));
    const samples = { reference: density(0), current: density(0.5) };
    expect(wasserstein1(samples, grid)).toBeCloseTo(0.5, 3);
    expect(
      wasserstein1(
        samples,
        grid.map((x) => 1000 * x + 7),
      ),
    ).toBeCloseTo(0.5, 3);
  });
  it("KS at its published critical values (Smirnov 1948: λ = 1.3581 at 5 %, 1.6276 at 1 %)", () => {
    const at = (lambda: number): number => {
      const root = Math.sqrt(500_000);
      const d = lambda / (root + 0.12 + 0.11 / root);
      const moved = Math.round(d * 1e6);
      return kolmogorovSmirnov({ reference: [5e5, 5e5], current: [5e5 - moved, 5e5 + moved] }).p;
    };
    expect(at(1.3581)).toBeCloseTo(0.05, 3);
    expect(at(1.6276)).toBeCloseTo(0.01, 3);
  });
  it("G of Mendel's peas against 9:3:3:1, by hand", () => {
    const expected = [312.75, 104.25, 104.25, 34.75];
    const observed = [315, 108, 101, 32];
    const byHand = 2 * observed.reduce((sum, o, i) => sum + o * Math.log(o / (expected[i] ?? 0)), 0);
    const { g, df, p, residuals } = goodnessOfFit(observed, [9 / 16, 3 / 16, 3 / 16, 1 / 16]);
    expect(g).toBeCloseTo(byHand, 10);
    expect([df, Math.round(p * 100)]).toEqual([3, 92]);
    expect(residuals.map(Math.sign)).toEqual([1, 1, -1, -1]);
    expect(residuals.reduce((sum, r) => sum + r * r, 0)).toBeCloseTo(g, 12);
  });
  it("refuse samples that cannot be compared", () => {
    expect(() => jensenShannon({ reference: [1], current: [1, 2] })).toThrow(/1 bins against 2/);
    expect(() => kolmogorovSmirnov({ reference: [0, 0], current: [1, 2] })).toThrow(/without observations/);
    expect(() => goodnessOfFit([1, 2], [1, 0])).toThrow(/positive/);
    expect(() => goodnessOfFit([1, 2], [0.5, 0.6])).toThrow(/sum to 1/);
    expect(() => wasserstein1({ reference: [1, 1], current: [1, 1] }, [1])).toThrow(/1 values for 2 bins/);
    expect(wasserstein1({ reference: [3, 0], current: [1, 1] }, [1, 2])).toBeUndefined();
    expect(populationStability({ reference: [3], current: [4] })).toMatchObject({ psi: 0, p: 1 });
  });
});

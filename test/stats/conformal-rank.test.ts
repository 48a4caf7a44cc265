import { conformalScore, normalScores } from "@bellwether/stats/conformal-rank";
import { normalQuantile } from "@bellwether/stats/normal";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

describe("conformal ranks", () => {
  it.each([
    [5, 0, 0],
    [3.5, 0.5, 0.3],
    [3, 0, 0.2],
    [3, 0.5, 0.5],
    [0, 0.5, 0.9],
  ])("z=%d u=%d has p=%d among 1, 3, 3, 4", (z, u, p) => {
    expect(conformalScore([1, 3, 3, 4], z, u).p).toBeCloseTo(p, 12);
  });
  it("are never 0 or 1, and their scores never leave ±Φ⁻¹(M/(M+1))", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -5, max: 5 }), { maxLength: 30 }),
        fc.integer({ min: -9, max: 9 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (values, z, u) => {
          const sorted = values.sort((a, b) => a - b);
          const { p, x } = conformalScore(sorted, z, u);
          const most = sorted.length < 2 ? 0 : normalQuantile(sorted.length / (sorted.length + 1));
          expect(p).toBeGreaterThan(0);
          expect(p).toBeLessThan(1);
          expect(Math.abs(x)).toBeLessThanOrEqual(most + 1e-12);
        },
      ),
    );
  });
  it("are uniform over u and over which of M + 1 values is the new one, ties or not", () => {
    const values = [1, 2, 2, 2, 7, 7, 9];
    const us = Array.from({ length: 100 }, (_, i) => (i + 0.5) / 100);
    const ps = values
      .flatMap((z, i) =>
        us.map(
          (u) =>
            conformalScore(
              values.filter((_, j) => j !== i),
              z,
              u,
            ).p,
        ),
      )
      .sort((a, b) => a - b);
    ps.forEach((p, i) => {
      expect(Math.abs(p - (i + 0.5) / ps.length)).toBeLessThan(0.011);
    });
  });
  it("rise with z", () => {
    const sorted = [-2, -1, 0, 0, 1, 2];
    const xs = [-1, -0.5, 0, 0.5, 1, 3].map((z) => conformalScore(sorted, z, 0.5).x);
    expect(xs).toEqual([...xs].sort((a, b) => a - b));
    expect(new Set(xs).size).toBe(xs.length);
  });
  it("refuse a u outside [0, 1) and a z that is no number", () => {
    expect(() => conformalScore([], 0, 1)).toThrow(/u lies/);
    expect(() => conformalScore([], Number.NaN, 0)).toThrow(/no number/);
  });
});

describe("normal scores", () => {
  it("keep the order of the series and give ties their mean rank", () => {
    const scores = normalScores([3, 1, 1, 9], [1, 1, 3, 9]);
    expect([...scores]).toEqual([0.625, 0.25, 0.25, 0.875].map(normalQuantile));
  });
  it("refuse a value that was not sorted", () => {
    expect(() => normalScores([1], [2])).toThrow(/not among/);
  });
});

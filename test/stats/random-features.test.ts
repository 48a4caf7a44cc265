import { scaledMmd } from "@bellwether/stats/mmd";
import { randomFeatures } from "@bellwether/stats/random-features";
import { seededUniform as seeded } from "@bellwether/stats/uniform";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);

function normals(seed: number): () => number {
  const uniform = seeded(seed);
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

function sumOf(vectors: readonly Float64Array[]): Float64Array {
  const sum = new Float64Array(vectors[0]?.length ?? 0);
  for (const vector of vectors)
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (vector[i] ?? 0);
  return sum;
}

describe("random Fourier features", () => {
  it("have length 1, sparse and dense alike, and do not depend on what was asked before", () => {
    const used = randomFeatures(7, 50, 2);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: 49 }), fc.double({ min: -5, max: 5, noNaN: true })), {
          maxLength: 8,
        }),
        (pairs) => {
          const sparse = [...new Map(pairs)];
          const dense = new Float64Array(50);
          for (const [index, value] of sparse) dense[index] = value;
          const phi = used(sparse);
          expect(phi.length).toBe(128);
          expect(dot(phi, phi)).toBeCloseTo(1, 12);
          const fresh = randomFeatures(7, 50, 2)(dense);
          expect(Math.max(...phi.map((x, i) => Math.abs(x - (fresh[i] ?? 9))))).toBeLessThan(1e-9);
        },
      ),
      { numRuns: 30 },
    );
  });
  it("approximate the Gaussian kernel", () => {
    const map = randomFeatures(3, 20, 1.5, 4096);
    const normal = normals(2);
    for (let i = 0; i < 5; i++) {
      const a = Float64Array.from({ length: 20 }, () => 0.3 * normal());
      const b = Float64Array.from({ length: 20 }, () => 0.3 * normal());
      const squared = a.reduce((sum, x, j) => sum + (x - (b[j] ?? 0)) ** 2, 0);
      expect(Math.abs(dot(map(a), map(b)) - Math.exp(-squared / (2 * 1.5 ** 2)))).toBeLessThan(0.05);
    }
  });
  it("are pinned: stored sums are only worth something while the map stays the same", () => {
    const phi = randomFeatures(1, 1000, 1)([[999, 1]]);
    expect(phi[0]).toBeCloseTo(0.105706940342, 11);
    expect(phi[64]).toBeCloseTo(-0.066716135706, 11);
  });
  it("refuse a vector of another length, an index outside and a bandwidth of 0", () => {
    expect(() => randomFeatures(1, 3, 1)(new Float32Array(2))).toThrow(/3 entries, got 2/);
    expect(() => randomFeatures(1, 3, 1)([[3, 1]])).toThrow(/index 3/);
    expect(() => randomFeatures(1, 3, 0)).toThrow(/bandwidth/);
  });
});

describe("MMD from sums", () => {
  it("is the mean over pairs, less the cross term, plus the reference's length", () => {
    const normal = normals(6);
    const map = randomFeatures(5, 8, 2);
    const items = Array.from({ length: 9 }, () => map(Float64Array.from({ length: 8 }, normal)));
    const mean = sumOf(Array.from({ length: 4 }, () => map(Float64Array.from({ length: 8 }, normal)))).map(
      (x) => x / 4,
    );
    const pairs = items.flatMap((a, i) => items.filter((_, j) => j !== i).map((b) => dot(a, b)));
    const direct =
      pairs.reduce((sum, k) => sum + k, 0) / pairs.length -
      2 * (dot(sumOf(items), mean) / 9) +
      dot(mean, mean);
    expect(
      scaledMmd(
        9,
        sumOf(items),
        mean.map((x) => 9 * x),
      ),
    ).toBeCloseTo(9 * direct, 10);
  });
  it("is 0 on average without a difference and clearly positive with one (seed 9, 400 windows)", () => {
    const normal = normals(9);
    const map = randomFeatures(5, 4, 2);
    const draw = (n: number, shift: number): Float64Array =>
      sumOf(Array.from({ length: n }, () => map(Float64Array.from({ length: 4 }, () => normal() + shift))));
    const mean = draw(40_000, 0).map((x) => x / 40_000);
    const average = (shift: number): number => {
      let sum = 0;
      for (let i = 0; i < 400; i++)
        sum += scaledMmd(
          30,
          draw(30, shift),
          mean.map((x) => 30 * x),
        );
      return sum / 400;
    };
    expect(Math.abs(average(0))).toBeLessThan(0.06);
    expect(average(0.5)).toBeGreaterThan(0.8);
  });
  it("needs two items", () => {
    expect(() => scaledMmd(1, [1], [1])).toThrow(/two items/);
  });
});

import {
  mergeSketches,
  SKETCH_RELATIVE_ERROR,
  type Sketch,
  sketchOf,
  sketchQuantile,
  valueAtRank,
} from "@bellwether/stats/sketch";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const value = fc.oneof(
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.double({ min: -1e-6, max: 1e-6, noNaN: true }),
  fc.constant(0),
  fc.integer({ min: -50, max: 50 }),
);
const values = fc.array(value, { maxLength: 80 });

describe("the quantile sketch", () => {
  it("is within 1 % of every exact order statistic, over signed data", () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 80 }), (list) => {
        const sketch = sketchOf(list);
        list
          .toSorted((a, b) => a - b)
          .forEach((exact, i) => {
            const approximate = valueAtRank(sketch, i + 1) ?? Number.NaN;
            expect(Math.abs(approximate - exact)).toBeLessThanOrEqual(
              SKETCH_RELATIVE_ERROR * Math.abs(exact) * (1 + 1e-9) + 1e-300,
            );
          });
      }),
    );
  });
  it("merge of parts = whole, over signed data, in any order and split", () => {
    fc.assert(
      fc.property(values, values, values, (a, b, c) => {
        const whole = sketchOf([...a, ...b, ...c]);
        const left = mergeSketches(mergeSketches(sketchOf(c), sketchOf(a)), sketchOf(b));
        expect(left).toEqual(whole);
      }),
    );
  });
  it("keeps negative values through a merge (sketches-js 2.1.1 gives 0.99 here)", () => {
    const merged = mergeSketches(sketchOf([1, 2]), sketchOf([-100, -1]));
    expect(sketchQuantile(merged, 0)).toBe(-100);
    expect(sketchQuantile(merged, 1)).toBe(2);
    expect(Math.abs((sketchQuantile(merged, 0.4) ?? Number.NaN) + 1)).toBeLessThan(0.011);
  });
  it("is plain JSON", () => {
    const sketch = sketchOf([-3, 0, 0.25, 1e9]);
    const read = JSON.parse(JSON.stringify(sketch)) as Sketch;
    expect(read).toEqual(sketch);
    expect(sketchQuantile(read, 0.9)).toBe(sketchQuantile(sketch, 0.9));
  });
  it("has no quantile while empty, and the empty sketch changes nothing", () => {
    expect(sketchQuantile(sketchOf([]), 0.5)).toBeUndefined();
    expect(mergeSketches(sketchOf([]), sketchOf([]))).toEqual(sketchOf([]));
    expect(mergeSketches(sketchOf([]), sketchOf([5]))).toEqual(sketchOf([5]));
  });
  it("is exact at its first and last rank and has no other end", () => {
    const sketch = sketchOf([-7.77, 3.3, 1234.5]);
    expect(valueAtRank(sketch, 1)).toBe(-7.77);
    expect(valueAtRank(sketch, 3)).toBe(1234.5);
    for (const k of [-1, 0, 4, Number.NaN]) expect(valueAtRank(sketch, k)).toBeUndefined();
  });
  it("takes values too small for a bucket for zeros, and keeps them between the signs", () => {
    const sketch = sketchOf([5e-324, -5e-324, 0, -2, 3]);
    expect(sketch.zero).toBe(3);
    expect([2, 3, 4].map((k) => valueAtRank(sketch, k))).toEqual([0, 0, 0]);
  });
  it("refuses what it cannot hold", () => {
    expect(() => sketchOf([Number.NaN])).toThrow(RangeError);
    expect(() => sketchOf([Number.POSITIVE_INFINITY])).toThrow(RangeError);
    expect(() => sketchQuantile(sketchOf([1]), 1.1)).toThrow(RangeError);
    expect(valueAtRank(sketchOf([1]), 2)).toBeUndefined();
  });
});

import {
  addTo,
  binOf,
  binValue,
  countAbove,
  decodeHistogram,
  encodeHistogram,
  type Histogram,
  mergeInto,
  quantile,
  total,
} from "@bellwether/core/windows/histogram";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const histogramOf = (values: readonly number[]): Histogram => {
  const histogram: Histogram = new Map();
  for (const value of values) addTo(histogram, binOf(value));
  return histogram;
};
const positive = fc.double({ min: 1e-12, max: 1e16, noNaN: true });

describe("a bin", () => {
  it.each([1e-12, 0.01, 1, 1.02, 1.02 ** 700, 2, 3_000, 9e15, 1e16])("stands for %d within 1 %%", (value) => {
    expect(Math.abs(binValue(binOf(value)) - value) / value).toBeLessThanOrEqual(0.01 + 1e-9);
  });

  it("stands for any value within 1 %", () => {
    fc.assert(
      fc.property(positive, (value) => {
        expect(Math.abs(binValue(binOf(value)) / value - 1)).toBeLessThanOrEqual(0.01 + 1e-9);
      }),
    );
  });

  it("keeps the order of values, and zeros below everything", () => {
    fc.assert(
      fc.property(positive, positive, (a, b) => {
        expect(Math.sign(binOf(a) - binOf(b)) * Math.sign(a - b)).toBeGreaterThanOrEqual(0);
        expect(binOf(0)).toBeLessThan(binOf(a));
      }),
    );
    expect(binValue(binOf(0))).toBe(0);
  });
});

describe("quantile", () => {
  it.each([
    [[], 0.5, undefined],
    [[0, 0, 0], 0.95, 0],
    [[100], 0, 100],
    [[100], 1, 100],
    [[1, 2, 3, 4], 0.5, 2],
    [[1, 2, 3, 4], 0.51, 3],
    [Array.from({ length: 100 }, (_, n) => n + 1), 0.95, 95],
  ])("of %j at %d is by nearest rank", (values, p, expected) => {
    const found = quantile(histogramOf(values), p);
    if (expected === undefined || expected === 0) expect(found).toBe(expected);
    else expect(Math.abs((found ?? 0) / expected - 1)).toBeLessThanOrEqual(0.0101);
  });

  it("is within 1 % of the exact nearest rank", () => {
    fc.assert(
      fc.property(
        fc.array(positive, { minLength: 1 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, p) => {
          const exact = values.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(p * values.length)) - 1] ?? 0;
          expect(Math.abs((quantile(histogramOf(values), p) ?? 0) / exact - 1)).toBeLessThanOrEqual(0.0101);
        },
      ),
    );
  });
});

describe("merging and storing", () => {
  it("gives the same histogram in any order and partition", () => {
    fc.assert(
      fc.property(fc.array(positive), fc.nat(), (values, at) => {
        const cut = at % (values.length + 1);
        const merged = histogramOf(values.slice(cut));
        mergeInto(merged, histogramOf(values.slice(0, cut).reverse()));
        expect(encodeHistogram(merged)).toBe(encodeHistogram(histogramOf(values)));
        expect(total(merged)).toBe(values.length);
      }),
    );
  });

  it("survives its text, and an empty one is empty", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(positive, fc.constant(0))), (values) => {
        const histogram = histogramOf(values);
        expect(decodeHistogram(encodeHistogram(histogram))).toEqual(histogram);
      }),
    );
    expect(
      encodeHistogram(
        new Map([
          [40, 1],
          [12, 3],
        ]),
      ),
    ).toBe("12:3 40:1");
    expect(encodeHistogram(new Map())).toBe("");
  });

  it("counts what lies above a threshold", () => {
    const histogram = histogramOf([0, 10, 10, 20, 40]);
    expect([-1, 0, 15, 100].map((threshold) => countAbove(histogram, threshold))).toEqual([5, 4, 2, 0]);
  });
});

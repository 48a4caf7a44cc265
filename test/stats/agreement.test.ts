import { kappaOf } from "@bellwether/stats/agreement";
import { krippendorffAlpha } from "@bellwether/stats/krippendorff";
import { describe, expect, it } from "vitest";

describe("weighted agreement, worked by hand", () => {
  // Margins .5/.3/.2 and .4/.4/.2; neighbours are half an agreement linearly, three quarters of one by the square.
  const table = [
    [30, 15, 5],
    [5, 20, 5],
    [5, 5, 10],
  ];
  it.each([
    ["nominal", 0.6, 0.2 + 0.12 + 0.04],
    ["linear", 0.6 + 0.5 * 0.3, 0.36 + 0.5 * (0.5 * 0.4 + 0.3 * 0.4 + 0.3 * 0.2 + 0.2 * 0.4)],
    ["quadratic", 0.6 + 0.75 * 0.3, 0.36 + 0.75 * (0.5 * 0.4 + 0.3 * 0.4 + 0.3 * 0.2 + 0.2 * 0.4)],
  ] as const)("%s", (weights, observed, expected) => {
    const result = kappaOf(table, { weights });
    expect(result?.observed).toBeCloseTo(observed, 12);
    expect(result?.expected).toBeCloseTo(expected, 12);
    expect(result?.kappa).toBeCloseTo((observed - expected) / (1 - expected), 12);
  });
  it("does not exist for one category, whatever the weights", () => {
    for (const weights of ["nominal", "linear", "quadratic"] as const) {
      expect(kappaOf([[5]], { weights })).toBeUndefined();
    }
  });
  it("has a standard error for the effective number of items", () => {
    const all = kappaOf(table)?.standardError ?? Number.NaN;
    expect(kappaOf(table, { nEff: 25 })?.standardError).toBeCloseTo(2 * all, 12);
  });
});

describe("Krippendorff's alpha of two raters with two values", () => {
  it("is 1 − (n−1)·disagreements/(n0·n1), his closed form for this case", () => {
    // 10 units: 4 × (0,0), 3 × (1,1), 3 × (0,1): n = 20, n0 = 11, n1 = 9 and 6 disagreeing ordered pairs.
    const units = [
      ...Array.from({ length: 4 }, () => [0, 0]),
      ...Array.from({ length: 3 }, () => [1, 1]),
      ...Array.from({ length: 3 }, () => [0, 1]),
    ];
    for (const level of ["nominal", "interval"] as const) {
      expect(krippendorffAlpha(units, level)).toBeCloseTo(1 - (19 * 3) / (11 * 9), 12);
    }
  });
});

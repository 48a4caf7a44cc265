import { eBenjaminiHochberg } from "@bellwether/stats/e-bh";
import { describe, expect, it } from "vitest";

const logs = (...e: number[]): number[] => e.map(Math.log);

describe("e-BH", () => {
  it("rejects the k largest when the k-th is at least S/(k·a)", () => {
    // S = 4, a = .1: thresholds 40, 20, 13.3, 10
    expect(eBenjaminiHochberg(logs(50, 1, 21, 12), 0.1)).toEqual([0, 2]);
    expect(eBenjaminiHochberg(logs(11, 10.1, 12, 14), 0.1)).toEqual([0, 1, 2, 3]);
    expect(eBenjaminiHochberg(logs(39, 19, 13, 9), 0.1)).toEqual([]);
  });
  it("takes e-values beyond a double, 0 and none at all", () => {
    expect(eBenjaminiHochberg([5000, Number.NEGATIVE_INFINITY], 0.05)).toEqual([0]);
    expect(eBenjaminiHochberg([], 0.05)).toEqual([]);
  });
  it("refuses another rate and what is no number", () => {
    expect(() => eBenjaminiHochberg([1], 0)).toThrow(/rate/);
    expect(() => eBenjaminiHochberg([Number.NaN], 0.1)).toThrow(/no number/);
  });
});

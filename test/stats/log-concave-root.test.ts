import { logConcaveRoot } from "@bellwether/stats/log-concave-root";
import { describe, expect, it } from "vitest";

describe("the root of a concave log-probability", () => {
  // −e⁻ᵘ is concave and rises, −eᵘ is concave and falls; both reach −3 where |u| = ln 3.
  it.each([-4, -1, 0, 2, 4])("is found from %d, on either side of it", (start) => {
    const rising = (u: number) => ({ value: -Math.exp(-u), slope: Math.exp(-u) });
    const falling = (u: number) => ({ value: -Math.exp(u), slope: -Math.exp(u) });
    expect(logConcaveRoot(rising, -3, start)).toBeCloseTo(-Math.log(3), 14);
    expect(logConcaveRoot(falling, -3, start)).toBeCloseTo(Math.log(3), 14);
  });
  it("is found to relative precision far from 0", () => {
    const line = (u: number) => ({ value: -1e12 / u, slope: 1e12 / (u * u) });
    expect(Math.abs(logConcaveRoot(line, -1, 3e11) / 1e12 - 1)).toBeLessThan(1e-14);
  });
  it("is refused where there is none", () => {
    expect(() => logConcaveRoot(() => ({ value: -1, slope: 1 }), 0, 0)).toThrow(RangeError);
    expect(() => logConcaveRoot(() => ({ value: Number.NaN, slope: 1 }), 0, 0)).toThrow(RangeError);
  });
});

import { mixWithin } from "@bellwether/stats/mix-within";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const part = fc.record({ n: fc.nat({ max: 100 }), mean: fc.double({ min: 0, max: 1, noNaN: true }) });

const meanOf = (parts: readonly { readonly n: number; readonly mean: number }[]): number =>
  parts.reduce((sum, { n, mean }) => sum + n * mean, 0) / parts.reduce((sum, { n }) => sum + n, 0);

describe("what a change of the mean is made of", () => {
  it("adds up exactly, also with cells that are new or gone", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ reference: part, current: part }), { minLength: 1, maxLength: 8 }),
        (cells) => {
          const parts = mixWithin(cells);
          const before = meanOf(cells.map(({ reference }) => reference));
          const after = meanOf(cells.map(({ current }) => current));
          if (parts === undefined) expect(Number.isNaN(before + after)).toBe(true);
          else {
            expect(parts.total).toBeCloseTo(after - before, 10);
            expect(parts.mix + parts.within).toBeCloseTo(parts.total, 12);
          }
        },
      ),
    );
  });
  it("is all mix when only shares move, and all within when only means do", () => {
    const easy = (n: number, mean = 0.9) => ({ n, mean });
    const hard = (n: number, mean = 0.5) => ({ n, mean });
    const mix = mixWithin([
      { reference: easy(80), current: easy(50) },
      { reference: hard(20), current: hard(50) },
    ]);
    expect(mix?.within).toBe(0);
    expect(mix?.mix).toBeCloseTo(-0.12, 12);
    const within = mixWithin([
      { reference: easy(80), current: easy(40, 0.8) },
      { reference: hard(20), current: hard(10, 0.4) },
    ]);
    expect(within?.mix).toBeCloseTo(0, 12);
    expect(within?.within).toBeCloseTo(-0.1, 12);
  });
});

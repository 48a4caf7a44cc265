import { permanentRandomNumber } from "@bellwether/core/sampling/unit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

describe("permanentRandomNumber", () => {
  // Python: int(hashlib.sha256(f"{salt}|{id}".encode()).hexdigest()[:14], 16) >> 3, over 2**53.
  it.each([
    ["bellwether", "r-1", 0.4079491308264348],
    ["bellwether", "7f3c1f2e-0000-4000-8000-000000000001", 0.33608257375292383],
    ["other", "r-1", 0.2206818317777236],
    ["s", "é", 0.8166311359074951],
  ])("of %s|%s is the first 53 bits of SHA-256", (salt, id, expected) => {
    expect(permanentRandomNumber(salt, id)).toBe(expected);
  });

  it("lies in [0, 1) on a grid of 2^-53", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (salt, id) => {
        const u = permanentRandomNumber(salt, id);
        expect(u >= 0 && u < 1 && Number.isInteger(u * 2 ** 53)).toBe(true);
      }),
    );
  });

  const draw = (salt: string): number[] =>
    Array.from({ length: 20_000 }, (_, n) => permanentRandomNumber(salt, `request-${n}`));

  it("is uniform: chi-square over 100 cells below its 99.9 % quantile at 99 degrees of freedom", () => {
    const cells = new Array<number>(100).fill(0);
    for (const u of draw("bellwether")) cells[Math.floor(u * 100)] = (cells[Math.floor(u * 100)] ?? 0) + 1;
    const chi2 = cells.reduce((sum, n) => sum + (n - 200) ** 2 / 200, 0);
    expect(chi2).toBeLessThan(148.23);
  });

  it("is uncorrelated between salts, so that judging does not depend on the arm", () => {
    const [a, b] = [draw("judge"), draw("routing")];
    const r = a.reduce((sum, u, n) => sum + (u - 0.5) * ((b[n] ?? 0) - 0.5), 0) / a.length / (1 / 12);
    expect(Math.abs(r)).toBeLessThan(4 / Math.sqrt(a.length));
  });
});

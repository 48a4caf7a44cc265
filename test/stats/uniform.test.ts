import { seededIndices, seededUniform } from "@bellwether/stats/uniform";
import { describe, expect, it } from "vitest";

describe("the seeded uniform generator", () => {
  it("gives the published sequence of mulberry32 for seed 1", () => {
    const uniform = seededUniform(1);
    expect([uniform(), uniform(), uniform()]).toEqual([
      0.6270739405881613, 0.002735721180215478, 0.5274470399599522,
    ]);
  });

  it("takes 32 bits of a seed and fills [0, 1) evenly", () => {
    expect(seededUniform(2 ** 32 + 7)()).toBe(seededUniform(7)());
    const uniform = seededUniform(42);
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < 10_000; i++) {
      const place = Math.floor(uniform() * 10);
      tenths[place] = (tenths[place] ?? Number.NaN) + 1;
    }
    expect(tenths).toHaveLength(10);
    // sd of a tenth is 30.
    for (const count of tenths) expect(Math.abs(count - 1_000)).toBeLessThan(120);
  });
});

it("draws the same indices many at a time", () => {
  const fill = seededIndices(2 ** 31 + 9, 60);
  const uniform = seededUniform(2 ** 31 + 9);
  const into = new Uint32Array(500);
  for (let batch = 0; batch < 2; batch++) {
    fill(into);
    expect([...into]).toEqual(Array.from(into, () => Math.floor(60 * uniform())));
  }
});

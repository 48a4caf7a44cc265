import { contributorsOf, type DimensionSpend, leadersOf } from "@bellwether/core/budget/contributors";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const row = (
  dimension: DimensionSpend["dimension"],
  value: string | null,
  picoUsd: number,
): DimensionSpend => ({
  dimension,
  value,
  picoUsd,
});

describe("contributors to a rise of spend", () => {
  // Two earlier days of 100 together, so 50 are expected; 120 were spent.
  const earlier = [row("tenant", "acme", 60), row("tenant", "globex", 40), row("model", "haiku", 100)];
  const recent = [
    row("tenant", "acme", 95),
    row("tenant", "globex", 10),
    row("tenant", "new", 15),
    row("model", "haiku", 120),
  ];

  it("are spend − expected per value, with the share of the excess and the rest as other", () => {
    const found = contributorsOf(recent, earlier, { days: 2, most: 1 });
    expect(found).toMatchObject({ spentPicoUsd: 120, expectedPicoUsd: 50, excessPicoUsd: 70 });
    expect(found.byDimension.tenant).toEqual({
      top: [{ ...row("tenant", "acme", 95), expectedPicoUsd: 30, excessPicoUsd: 65, share: 65 / 70 }],
      otherPicoUsd: 5,
    });
    expect(found.byDimension.feature).toEqual({ top: [], otherPicoUsd: 70 });
  });

  it("name nobody when nothing rose", () => {
    const found = contributorsOf(earlier, recent, { days: 1, most: 3 });
    expect(found.excessPicoUsd).toBe(-20);
    expect(Object.values(found.byDimension).flatMap(({ top }) => top)).toEqual([]);
    expect(leadersOf(found)).toEqual([]);
  });

  it("lead with what explains more of the rise than of ordinary spend", () => {
    // Haiku is 100 % of the rise and of everything else: that says nothing.
    expect(
      leadersOf(contributorsOf(recent, earlier, { days: 2, most: 3 })).map(({ value }) => value),
    ).toEqual(["acme"]);
    const absent = [row("user", null, 80), row("feature", "agents", 80)];
    expect(leadersOf(contributorsOf(absent, [], { days: 7, most: 3 })).map(({ value }) => value)).toEqual([
      "agents",
    ]);
  });

  it("order equals by name, those without one last, whatever the order of the rows", () => {
    const rows = [row("user", "b", 5), row("user", null, 5), row("user", "a", 5)];
    for (const order of [rows, [...rows].reverse()]) {
      const { top } = contributorsOf(order, [], { days: 1, most: 3 }).byDimension.user;
      expect(top.map(({ value }) => value)).toEqual(["a", "b", null]);
    }
  });

  it("top and other always add up to the excess", () => {
    const rows = fc.array(
      fc
        .tuple(fc.constantFrom("a", "b", "c", null), fc.integer({ min: 0, max: 1_000 }))
        .map(([value, picoUsd]) => row("tenant", value, picoUsd)),
    );
    fc.assert(
      fc.property(rows, rows, fc.integer({ min: 1, max: 3 }), (now, before, most) => {
        const { excessPicoUsd, byDimension } = contributorsOf(now, before, { days: 4, most });
        const { top, otherPicoUsd } = byDimension.tenant;
        const sum = top.reduce((total, each) => total + each.excessPicoUsd, otherPicoUsd);
        expect(sum).toBeCloseTo(excessPicoUsd, 6);
        for (const { share } of top) expect(share).toBeGreaterThan(0);
      }),
    );
  });
});

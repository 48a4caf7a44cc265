import {
  type CategoryBaseline,
  fitCategories,
  lookCategories,
} from "@bellwether/core/drift/detect/categorical";
import { DAY_MS } from "@bellwether/core/drift/detect/cell";
import type { CategoryPoint } from "@bellwether/core/drift/detect/points";
import { seededUniform as seeded } from "@bellwether/stats/uniform";
import { describe, expect, it } from "vitest";

const BUCKET = 15 * 60_000;
const START = Date.parse("2026-01-05T00:00:00Z");
const OPTIONS = { until: START + 28 * DAY_MS, excluded: [], bucketMs: BUCKET };

function draw(
  uniform: () => number,
  shares: Readonly<Record<string, number>>,
  n = 60,
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (let i = 0; i < n; i++) {
    let left = uniform();
    const name = Object.keys(shares).find((key) => {
      left -= shares[key] ?? 0;
      return left <= 0;
    });
    if (name !== undefined) counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

const SHARES = { haiku: 0.7, sonnet: 0.25, opus: 0.05001 };
const uniform = seeded(5);
const points: CategoryPoint[] = Array.from({ length: 28 * 96 }, (_, i) => ({
  at: START + i * BUCKET,
  counts: draw(uniform, SHARES),
}));

function ready(of: readonly CategoryPoint[]): CategoryBaseline {
  const fit = fitCategories(of, OPTIONS);
  if (fit.status !== "ready") throw new Error("learning");
  return fit.baseline;
}
const baseline = ready(points);
const look = (counts: Record<string, number>) =>
  lookCategories(baseline, { at: OPTIONS.until, counts }, 0.5, []);

describe("the mix of categories", () => {
  it("is usual when it is drawn as before: p uniform (seed 5, 400 buckets)", () => {
    const ps = Array.from({ length: 400 }, () => look(draw(uniform, SHARES))?.p ?? Number.NaN);
    expect(Math.abs(ps.reduce((sum, p) => sum + p, 0) / 400 - 0.5)).toBeLessThan(0.05);
    expect(ps.filter((p) => p < 0.1).length / 400).toBeLessThan(0.15);
    expect(baseline.meanG).toBeGreaterThan(1.5);
    expect(baseline.meanG).toBeLessThan(3);
  });
  it("names the categories that moved, and which way", () => {
    const found = look({ haiku: 20, sonnet: 36, opus: 4 });
    expect(found?.x).toBeGreaterThan(3);
    expect(found?.contributions.map(({ category, residual }) => [category, Math.sign(residual)])).toEqual([
      ["sonnet", 1],
      ["haiku", -1],
      ["opus", 1],
    ]);
    expect(found?.js).toBeGreaterThan(0.05);
    expect(found?.residual).toBeCloseTo((found?.z ?? 0) - baseline.meanG, 3);
  });
  it("takes a category it has never seen for a change", () => {
    const found = look({ haiku: 40, sonnet: 15, opus: 3, nova: 2 });
    expect(found?.contributions[0]).toMatchObject({ category: "nova" });
    expect(found?.x).toBeGreaterThan(2);
  });
  it("does not take hostile names for anything else", () => {
    const named = points.map(({ at, counts }) => ({
      at,
      counts: JSON.parse(JSON.stringify(counts).replace("haiku", "__proto__").replace("opus", "constructor")),
    }));
    expect(ready(named).categories).toEqual(["__proto__", "constructor", "sonnet"]);
    expect(ready(named).calibration).toEqual(baseline.calibration);
  });
  it("has no look at an empty bucket or an unknown cell, and is plain JSON", () => {
    expect(look({})).toBeUndefined();
    expect(look({ haiku: 0 })).toBeUndefined();
    const weekdays = ready(points.filter(({ at }) => Math.floor((at - START) / DAY_MS) % 7 < 5));
    const saturday = { at: START + 33 * DAY_MS, counts: SHARES };
    expect(lookCategories(weekdays, saturday, 0.5, [])).toBeUndefined();
    expect(JSON.parse(JSON.stringify(baseline))).toEqual(baseline);
    expect(fitCategories(points.slice(0, 96), OPTIONS)).toEqual({ status: "learning", daysLeft: 13 });
  });
});

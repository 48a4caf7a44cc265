import { SAVED_QUERIES } from "@bellwether/core/lake/saved-queries";
import { calibrate, correctedMean } from "@bellwether/core/review/corrected";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTemporaryLake, type TemporaryLake } from "../../support/temporary-lake.ts";
import { lakeOf, reviewedPopulation } from "../review/reviewed-population.ts";

const { judged } = reviewedPopulation({
  seed: 11,
  requests: 9_000,
  days: 30,
  bias: 0.05,
  labelRate: 0.05,
  share: 0.8,
});
const calibrations = calibrate(judged);
const iso = (at: number): string => new Date(at).toISOString();

describe("corrected means in SQL", () => {
  let lake: TemporaryLake;

  beforeAll(async () => {
    const rows = lakeOf(judged);
    const [first] = rows.reviews_log[0] ?? [];
    lake = await openTemporaryLake({
      ...rows,
      reviews_log: [
        ...rows.reviews_log,
        // A second and a third opinion that the median leaves where they were, a changed mind, and a skip.
        [
          { ...first, reviewer: "bob", label: 0, at: iso(judged[0]?.at ?? 0) },
          { ...first, reviewer: "eve", label: first?.label ?? null },
          { ...first, reviewer: "dan", label: null },
        ],
        [{ ...first, rev: 2 }],
      ],
      calibrations_log: [
        calibrations.map(({ week, slope, completion, labels }) => ({
          app: "bot",
          metric: "quality",
          at: iso(week),
          slope,
          completion,
          labels,
          rev: 1,
        })),
      ],
    });
  });
  afterAll(() => lake.remove());

  it("agree with core/review for every variant", async () => {
    const rows = await lake.select(SAVED_QUERIES["quality-by-variant"]?.sql ?? "");
    const variants = [...new Set(judged.map(({ variant }) => variant))];
    expect(rows).toHaveLength(variants.length);
    for (const variant of variants) {
      const row = rows.find((one) => one.variant === variant);
      const expected = correctedMean(
        judged.filter((one) => one.variant === variant),
        calibrations,
      );
      if (expected.kind !== "corrected") throw new Error(`${variant}: ${expected.reason}`);
      expect(row?.labels).toBe(expected.labels);
      expect(row?.corrected_mean).toBeCloseTo(expected.mean, 10);
      expect(row?.corrected_low).toBeCloseTo(expected.low, 4);
      expect(row?.corrected_high).toBeCloseTo(expected.high, 4);
      expect(Number(row?.mean)).toBeGreaterThan(expected.mean + 0.02);
    }
  });

  it("stand beside every metric, too", async () => {
    const rows = await lake.select(SAVED_QUERIES["scores-by-metric"]?.sql ?? "");
    const byVariant = await lake.select(SAVED_QUERIES["quality-by-variant"]?.sql ?? "");
    expect(rows.map(({ variant }) => variant)).toEqual(byVariant.map(({ variant }) => variant));
    for (const [i, row] of rows.entries())
      expect(row.corrected_mean).toBeCloseTo(Number(byVariant[i]?.corrected_mean), 10);
  });
});

it("no labels: no corrected mean, and the judge's stays as it is", async () => {
  const { requests_log, evaluations_log } = lakeOf(judged);
  const lake = await openTemporaryLake({ requests_log, evaluations_log });
  const rows = await lake.select(SAVED_QUERIES["quality-by-variant"]?.sql ?? "");
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows) {
    expect(row).toMatchObject({ corrected_mean: null, corrected_low: null, labels: 0 });
    expect(row.mean).toBeGreaterThan(0);
  }
  lake.remove();
});

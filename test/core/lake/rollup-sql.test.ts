import { SAVED_QUERIES } from "@bellwether/core/lake/saved-queries";
import { rollupRows } from "@bellwether/core/rollup/rollup-rows";
import { mergeFolds } from "@bellwether/core/rollup/spans";
import { CELL_MS } from "@bellwether/core/windows/bucket";
import { hajekEstimate } from "@bellwether/stats/hajek";
import { emptyMoments, observe } from "@bellwether/stats/moments";
import { seededUniform as seeded } from "@bellwether/stats/uniform";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTemporaryLake, type TemporaryLake } from "../../support/temporary-lake.ts";
import { bucketFold, bucketItems, type Judged, START, segment } from "../rollup/folds.ts";

const HOURS_AGO = [0, 3, 23, 24, 100, 167, 168] as const;
const random = seeded(20261121);
const PIS = [1, 0.1, 0.02] as const;

/** Scores of one variant in the hour so many hours before the newest. */
const judgedIn = (variant: string, ago: number): Judged[] =>
  Array.from({ length: 25 }, (_, i) => ({
    id: `${variant}-${ago}-${i}`,
    score: Math.min(1, random() + 0.2),
    pi: PIS[i % PIS.length] ?? 1,
  }));

const JUDGED = new Map(
  ["v1", "v2"].flatMap((variant) =>
    HOURS_AGO.map((ago) => [`${variant} ${ago}`, judgedIn(variant, ago)] as const),
  ),
);

function expected(variant: string, hours: number) {
  const scores = HOURS_AGO.filter((ago) => ago < hours).flatMap(
    (ago) => JUDGED.get(`${variant} ${ago}`) ?? [],
  );
  return hajekEstimate(scores.reduce((sum, { score, pi }) => observe(sum, score, pi), emptyMoments()));
}

describe("quality over spans from hourly roll-ups", () => {
  let lake: TemporaryLake;
  beforeAll(async () => {
    const rollups_log = HOURS_AGO.map((ago) => {
      const index = -12 * ago;
      const fold = mergeFolds([
        bucketFold(
          bucketItems(index, segment("v1"), 100, JUDGED.get(`v1 ${ago}`) ?? []),
          bucketItems(index, segment("v2"), 50, JUDGED.get(`v2 ${ago}`) ?? []),
          bucketItems(index, segment("v3"), 9, []),
        ),
      ]);
      return rollupRows("bot", START - ago * CELL_MS, fold, START);
    });
    const at = new Date(START).toISOString();
    const requests_log = [[{ request_id: "newest", at, app: "bot", rev: 1 }]];
    lake = await openTemporaryLake({ rollups_log, requests_log });
  });
  afterAll(() => lake.remove());

  it.each([
    ["v1", "1h", 1],
    ["v1", "24h", 24],
    ["v2", "24h", 24],
    ["v2", "7d", 168],
  ] as const)("%s over %s is the Hájek estimate of every score in it", async (variant, span, hours) => {
    const rows = await lake.select(SAVED_QUERIES["quality-by-span"]?.sql ?? "");
    const row = rows.find((one) => one.variant === variant && one.span === span);
    const estimate = expected(variant, hours);
    const inSpan = HOURS_AGO.filter((ago) => ago < hours).length;
    expect(row).toMatchObject({ n: 25 * inSpan, requests: (variant === "v1" ? 100 : 50) * inSpan });
    expect(row?.mean).toBeCloseTo(estimate?.mean ?? Number.NaN, 10);
    expect(row?.low).toBeCloseTo(estimate?.low ?? Number.NaN, 4);
    expect(row?.high).toBeCloseTo(estimate?.high ?? Number.NaN, 4);
    expect(row?.n_eff).toBeCloseTo(estimate?.nEff ?? Number.NaN, 8);
    expect(row?.judged_share).toBeCloseTo(variant === "v1" ? 0.25 : 0.5, 12);
    expect(row?.completion_rate).toBe(1);
  });

  it("lists what nobody judged, without a number", async () => {
    const rows = await lake.select(SAVED_QUERIES["quality-by-span"]?.sql ?? "");
    expect(rows.find((row) => row.variant === "v3" && row.span === "1h")).toMatchObject({
      requests: 9,
      n: 0,
      mean: null,
      low: null,
      high: null,
      n_eff: 0,
      naive_mean: null,
      reliability: "suppressed",
      judged_share: 0,
      completion_rate: null,
    });
  });

  it("calls an hour final when feedback can no longer change it", async () => {
    const rows = await lake.select(SAVED_QUERIES["quality-by-hour"]?.sql ?? "");
    const states = new Map(rows.map((row) => [row.hour_start, row.state]));
    const stateOf = (ago: number) => states.get(new Date(START - ago * CELL_MS).toISOString());
    expect(HOURS_AGO.map(stateOf)).toEqual([
      "provisional",
      "provisional",
      "provisional",
      "provisional",
      "final",
      "final",
      "final",
    ]);
  });
});

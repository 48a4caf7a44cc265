import { ANALYST_VIEWS } from "@bellwether/core/lake/analyst-views";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTemporaryLake, type TemporaryLake } from "../../support/temporary-lake.ts";

const DAY = "2026-06-06";
let lake: TemporaryLake;

/** An hour's roll-up of n answers that all weigh w; a share `good` of them scored 1. */
const rollup = (hour: number, n: number, w: number, good: number) => ({
  app: "bot",
  variant: "v1",
  prompt_version: "p1",
  model_id: "haiku",
  metric: "quality",
  at: `${DAY}T0${hour}:00:00.000Z`,
  requests: n * w,
  eligible: n * w,
  drawn: n,
  scored: n,
  abstained: 0,
  sum_w: n * w,
  sum_w2: n * w * w,
  sum_wy: n * w * good,
  sum_w2y: n * w * w * good,
  sum_w2y2: n * w * w * good,
  sum_y: n * good,
  rev: 1,
});

const request = (request_id: string, more: Record<string, string | number | null>) => ({
  request_id,
  at: `${DAY}T07:30:00.000Z`,
  app: "bot",
  variant: "v1",
  model_id: "haiku",
  input_tokens: 10,
  output_tokens: 5,
  outcome: "sampled_out",
  deciding_rule: "random",
  pi: 0.02,
  rev: 1,
  ...more,
});

beforeAll(async () => {
  lake = await openTemporaryLake({
    rollups_log: [[rollup(1, 40, 1, 1), rollup(2, 40, 3, 0.5)]],
    requests_log: [
      [
        request("a", { cost_pico_usd: 2e9 }),
        request("b", { cost_pico_usd: 1e9, outcome: "judged" }),
        request("c", { cost_pico_usd: null }),
        request("judge", { app: "bellwether-judge", cost_pico_usd: 9e9 }),
      ],
    ],
  });
});
afterAll(() => lake.remove());

describe("analyst views", () => {
  it.each(ANALYST_VIEWS)("$name has the columns and types that Athena is told", async ({ name, columns }) => {
    const types = {
      string: "VARCHAR",
      bigint: "BIGINT",
      double: "DOUBLE",
      int: "INTEGER",
      boolean: "BOOLEAN",
    };
    const { columns: found } = await lake.runSql(`select * from ${name}`);
    expect(found).toEqual(columns.map((column) => ({ name: column.name, type: types[column.type] })));
  });

  it("quality weighs the hours of a day", async () => {
    const [day, ...more] = await lake.select("select * from quality");
    expect(more).toEqual([]);
    // (40·1·1 + 40·3·0.5) / (40·1 + 40·3); Kish's n: 160² / (40 + 360).
    expect(day).toMatchObject({
      day: DAY,
      mean: 0.625,
      n_eff: 64,
      scored: 80,
      naive_mean: 0.75,
      reliability: "published",
    });
    expect(Number(day?.low)).toBeLessThan(0.625);
    expect(Number(day?.high)).toBeGreaterThan(0.625);
  });

  it("cost_ledger leaves the judge out and does not take unpriced for free", async () => {
    expect(await lake.select("select * from cost_ledger")).toEqual([
      expect.objectContaining({
        day: DAY,
        app: "bot",
        requests: 3,
        unpriced: 1,
        input_tokens: 30,
        cost_usd: 0.003,
      }),
    ]);
  });

  it("decision_ledger shares sum to one a day and app", async () => {
    const rows = await lake.select(
      "select app, sum(share) as whole, sum(requests) as n from decision_ledger group by app order by app",
    );
    expect(rows).toEqual([
      { app: "bellwether-judge", whole: 1, n: 1 },
      { app: "bot", whole: 1, n: 3 },
    ]);
  });
});

import {
  earlierSpans,
  knownSpanSql,
  spendByDimensionSql,
  spendBySubjectSql,
  spendByTimeSql,
} from "@bellwether/core/budget/spend-sql";
import { bindSavedQuery } from "@bellwether/core/lake/bind-query";
import { SAVED_QUERIES } from "@bellwether/core/lake/saved-queries";
import type { LakeRow } from "@bellwether/core/lake/tables";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTemporaryLake, type TemporaryLake } from "../../support/temporary-lake.ts";

const call = (request_id: string, at: string, picoUsd: number | null, more: LakeRow = {}): LakeRow => ({
  request_id,
  at: `2026-11-${at}:00.000Z`,
  app: "bot",
  model_id: "haiku",
  cost_pico_usd: picoUsd,
  rev: 1,
  ...more,
});
const instant = (text: string) => Date.parse(`2026-11-${text}:00.000Z`);

let lake: TemporaryLake;
beforeAll(async () => {
  // One part for each hour, as ingest writes them.
  lake = await openTemporaryLake({
    requests_log: [
      [
        call("a", "20T09:58", 40, { tenant: "acme", user_id: "ann", rev: 1 }),
        call("a", "20T09:58", 40, { tenant: "acme", user_id: "ann", rev: 2 }),
        call("b", "20T09:59", 2, { tenant: "acme", user_id: "bob" }),
      ],
      [
        call("c", "20T10:00", 300, { tenant: "globex", user_id: "ann" }),
        call("failed", "20T10:01", null, { tenant: "globex", error_code: "ThrottlingException" }),
        call("unpriced", "20T10:02", null, { tenant: "globex", user_id: "ann", model_id: "unheard-of" }),
        call("untagged", "20T10:04", 7),
        call("other", "20T10:03", 1_000, { app: "it's", tenant: "acme" }),
        call("judge", "20T10:03", 9e15, { app: "bellwether-judge" }),
        call("looped", "20T10:03", 9e15, { outcome: "filtered", outcome_reason: "loop_guard" }),
      ],
      [call("next", "21T00:00", 5_000, { user_id: "eve" })],
    ],
  });
});
afterAll(() => lake.remove());

const span = (from: string, until: string) => ({ from: instant(from), until: instant(until) });

describe("spend by time", () => {
  it("adds each request once, without the judge, and counts what has no price", async () => {
    expect(await lake.select(spendByTimeSql("bot", span("20T00:00", "22T00:00"), 13))).toEqual([
      { app: "bot", period: "2026-11-20T09", pico_usd: 42, requests: 2, priced: 2, unpriced: 0 },
      { app: "bot", period: "2026-11-20T10", pico_usd: 307, requests: 4, priced: 2, unpriced: 1 },
      { app: "bot", period: "2026-11-21T00", pico_usd: 5_000, requests: 1, priced: 1, unpriced: 0 },
    ]);
  });

  it.each([
    ["20T09:59", "20T10:02", ["2026-11-20T09:59", "2026-11-20T10:00", "2026-11-20T10:01"]],
    [
      "20T10:00",
      "20T11:00",
      ["2026-11-20T10:00", "2026-11-20T10:01", "2026-11-20T10:02", "2026-11-20T10:04"],
    ],
    ["20T10:04", "21T00:00", ["2026-11-20T10:04"]],
    ["20T11:00", "21T00:00", []],
    ["21T00:00", "21T00:05", ["2026-11-21T00:00"]],
  ])("holds the minutes of [%s, %s)", async (from, until, minutes) => {
    const rows = await lake.select(spendByTimeSql("bot", span(from, until), 16));
    expect(rows.map(({ period }) => period)).toEqual(minutes);
  });

  it("of every app keeps them apart, whatever their names", async () => {
    const rows = await lake.select(spendByTimeSql(null, span("20T00:00", "21T00:00"), 10));
    expect(rows.map(({ app, pico_usd }) => [app, pico_usd])).toEqual([
      ["bot", 349],
      ["it's", 1_000],
    ]);
    expect(await lake.select(spendByTimeSql("it's", span("20T00:00", "21T00:00"), 10))).toHaveLength(1);
    expect((await lake.select(knownSpanSql())).map(({ app, last_at }) => [app, last_at])).toEqual([
      ["bot", "2026-11-21T00:00:00.000Z"],
      ["it's", "2026-11-20T10:03:00.000Z"],
    ]);
  });

  it("asks for days and hours by partition, so that the rest of the lake is not read", () => {
    const sql = spendByTimeSql("bot", span("20T09:58", "21T03:05"), 16);
    expect(sql).toContain("dt between '2026-11-20' and '2026-11-21'");
    expect(sql).toContain("not (dt = '2026-11-20' and hour < '09')");
    expect(sql).toContain("not (dt = '2026-11-21' and hour > '03')");
    expect(sql).toMatch(/from requests_log\s+where/);
  });
});

describe("spend by subject and dimension", () => {
  it("is by tenant and by user, the largest first; who is not named is neither", async () => {
    const rows = await lake.select(spendBySubjectSql("bot", span("20T00:00", "21T00:00")));
    expect(rows.map(({ kind, subject, pico_usd, unpriced }) => [kind, subject, pico_usd, unpriced])).toEqual([
      ["user", "ann", 340, 1],
      ["tenant", "globex", 300, 1],
      ["tenant", "acme", 42, 0],
      ["user", "bob", 2, 0],
    ]);
  });

  it("of several spans adds up in every dimension alike", async () => {
    const today = span("21T00:00", "21T12:00");
    const rows = await lake.select(spendByDimensionSql("bot", earlierSpans(today, 3)));
    const sums = new Map<unknown, number>();
    for (const { dimension, pico_usd } of rows)
      sums.set(dimension, (sums.get(dimension) ?? 0) + Number(pico_usd));
    expect(Object.fromEntries(sums)).toEqual({
      feature: 349,
      model: 349,
      prompt_version: 349,
      tenant: 349,
      user: 349,
    });
    expect(rows).toContainEqual({ dimension: "tenant", value: null, pico_usd: 7, requests: 1 });
    expect(rows).toContainEqual({ dimension: "model", value: "unheard-of", pico_usd: null, requests: 1 });
  });
});

describe("saved queries of budgets", () => {
  const saved = (name: string, values: Record<string, string>) => {
    const query = SAVED_QUERIES[name];
    if (query === undefined) throw new Error(`no saved query ${name}`);
    return lake.select(bindSavedQuery(query, values));
  };

  it("budget-days sums days and the month so far", async () => {
    expect(await saved("budget-days", { since: "2026-11-01" })).toEqual([
      {
        app: "bot",
        day: "2026-11-20",
        cost_usd: 349e-12,
        month_to_date_usd: 349e-12,
        requests: 6,
        unpriced: 1,
      },
      {
        app: "bot",
        day: "2026-11-21",
        cost_usd: 5e-9,
        month_to_date_usd: expect.closeTo(5.349e-9, 15),
        requests: 1,
        unpriced: 0,
      },
      { app: "it's", day: "2026-11-20", cost_usd: 1e-9, month_to_date_usd: 1e-9, requests: 1, unpriced: 0 },
    ]);
    expect(await saved("budget-days", { since: "2026-11-21" })).toHaveLength(1);
  });

  it("budget-tenants and budget-users take one day", async () => {
    const rows = await saved("budget-tenants", { day: "2026-11-20" });
    expect(rows.map(({ app, tenant, unpriced }) => [app, tenant, unpriced])).toEqual([
      ["it's", "acme", 0],
      ["bot", "globex", 1],
      ["bot", "acme", 0],
      ["bot", null, 0],
    ]);
    expect((await saved("budget-users", { day: "2026-11-21" })).map(({ user_id }) => user_id)).toEqual([
      "eve",
    ]);
  });
});

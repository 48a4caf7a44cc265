import { SAVED_QUERIES } from "@bellwether/core/lake/saved-queries";
import type { LakeRow } from "@bellwether/core/lake/tables";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTemporaryLake, type TemporaryLake } from "../../support/temporary-lake.ts";

const DOLLAR = 1e12;

/** A call on a day of June whose parts are given in USD. */
function call(id: string, day: number, usd: readonly number[] | null, more: LakeRow = {}): LakeRow {
  const [input, output, read, write5m, write1h] = (usd ?? []).map((part) => part * DOLLAR);
  const total = (input ?? 0) + (output ?? 0) + (read ?? 0) + (write5m ?? 0) + (write1h ?? 0);
  return {
    request_id: id,
    at: `2026-06-${String(day).padStart(2, "0")}T07:00:00.000Z`,
    app: "bot",
    model_id: "claude",
    region_tier: "geo",
    rev: 1,
    input_tokens: 100,
    output_tokens: 10,
    cache_read_tokens: 0,
    cache_write_tokens: 0,
    cache_write_1h_tokens: 0,
    ...(usd === null
      ? { unpriced_reason: "unknown_model" }
      : {
          cost_usd: total / DOLLAR,
          cost_pico_usd: total,
          input_pico_usd: input ?? 0,
          output_pico_usd: output ?? 0,
          cache_read_pico_usd: read ?? 0,
          cache_write_5m_pico_usd: write5m ?? 0,
          cache_write_1h_pico_usd: write1h ?? 0,
          price_version: "2026-09-23",
        }),
    source_key: "k.gz",
    source_line: 7,
    ...more,
  };
}
const cached = { cache_read_tokens: 50, cache_write_tokens: 30, cache_write_1h_tokens: 20 };
const said = (id: string, about: LakeRow, minute: number, more: LakeRow): LakeRow => ({
  feedback_id: id,
  at: `2026-06-20T08:${minute}:00.000Z`,
  negative: false,
  kind: "thumbs",
  value: "up",
  rev: 1,
  ...about,
  ...more,
});
const DOWN = { negative: true, value: "down" };

let lake: TemporaryLake;
beforeAll(async () => {
  lake = await openTemporaryLake({
    requests_log: [
      [
        call("a", 20, [2, 1], { session_id: "good", tenant: "t1", feature: "chat", prompt_version: "p1" }),
        call("b", 20, [1, 1, 0.5, 0.25, 4], { ...cached, session_id: "good", tenant: "t2" }),
        call("c", 20, null, { model_id: "a1b2", model_arn: "arn:profile/a1b2", session_id: "bad" }),
        call("judge", 20, [1000, 1000], { app: "bellwether-judge" }),
        call("loop", 20, [1000, 1000], { outcome_reason: "loop_guard" }),
      ],
      [call("d", 19, [1, 2], { session_id: "bad" })],
      [call("e", 19, [0.5, 0.5], { model_id: "nova", session_id: "silent" })],
      // Six days before the newest, and seven: the first and the last day of two weeks.
      [call("f", 14, [0, 0.25])],
      [call("g", 13, [4, 0]), call("old", 6, [500, 500])],
    ],
    feedback_log: [
      [
        said("1", { session_id: "good" }, 10, DOWN),
        said("2", { request_id: "a" }, 20, {}),
        said("3", { request_id: "d" }, 10, {}),
        said("4", { session_id: "bad" }, 20, { kind: "implicit", value: "abandon" }),
        said("5", { session_id: "silent" }, 30, { kind: "comment", value: "hm" }),
      ],
    ],
  });
});
afterAll(() => lake.remove());

const saved = (name: string) => lake.select(SAVED_QUERIES[name]?.sql ?? "");

describe("the cost explorer", () => {
  it("shows each day, model and token kind against the day before, and no change where there was no day before", async () => {
    const rows = await saved("cost-explorer");
    const of = (day: string) =>
      rows
        .filter((row) => row.day === `2026-06-${day}`)
        .map((row) => [
          row.model_id,
          row.token_kind,
          row.tokens,
          row.cost_usd,
          row.previous_cost_usd,
          row.change_usd,
          row.change,
        ]);
    expect(of("20")).toEqual([
      ["claude", "cache_write_1h", 20, 4, 0, 4, null],
      ["claude", "input", 200, 3, 1, 2, 2],
      ["claude", "output", 20, 2, 2, 0, 0],
      ["claude", "cache_read", 50, 0.5, 0, 0.5, null],
      ["claude", "cache_write_5m", 10, 0.25, 0, 0.25, null],
    ]);
    expect(of("19")).toEqual([
      ["claude", "output", 10, 2, null, null, null],
      ["claude", "input", 100, 1, null, null, null],
      ["nova", "input", 100, 0.5, null, null, null],
      ["nova", "output", 10, 0.5, null, null, null],
    ]);
  });

  it("sums to what cost-by-model says", async () => {
    const sum = (rows: Record<string, unknown>[]) => rows.reduce((all, row) => all + Number(row.cost_usd), 0);
    expect(sum(await saved("cost-explorer"))).toBe(sum(await saved("cost-by-model")));
  });
});

describe("a week against the week before", () => {
  it("ends both with the newest day, and says how many days have data", async () => {
    const rows = await saved("cost-change");
    expect(rows.filter((row) => row.model_id === "claude" && row.token_kind === "input")).toEqual([
      {
        model_id: "claude",
        token_kind: "input",
        tokens: 400,
        previous_tokens: 100,
        cost_usd: 4,
        previous_cost_usd: 4,
        change_usd: 0,
        change: 0,
        days: 3,
        previous_days: 1,
      },
    ]);
    expect(rows.find((row) => row.model_id === "nova")).toMatchObject({
      previous_cost_usd: null,
      change: null,
    });
  });
});

describe("cost queries", () => {
  it("cut spend by tenant, feature and prompt version", async () => {
    const groups = async (name: string, column: string) =>
      Object.fromEntries((await saved(name)).map((row) => [String(row[column]), row.cost_usd]));
    expect(await groups("cost-by-tenant", "tenant")).toEqual({ t1: 3, t2: 6.75, null: 1_008.25 });
    expect(await groups("cost-by-feature", "feature")).toMatchObject({ chat: 3 });
    expect(await groups("cost-by-prompt-version", "prompt_version")).toMatchObject({ p1: 3 });
  });

  it("list the dearest requests with their parts and the place of their text", async () => {
    const [first, second] = await saved("most-expensive-requests");
    expect(first).toMatchObject({ request_id: "old", cost_usd: 1_000 });
    expect(second).toMatchObject({
      request_id: "b",
      cost_usd: 6.75,
      input_usd: 1,
      output_usd: 1,
      cache_read_usd: 0.5,
      cache_write_usd: 4.25,
      price_version: "2026-09-23",
      source: "k.gz#7",
    });
  });

  it("name what has no price by the ARN that a price or profile line needs", async () => {
    expect(await saved("unpriced-models")).toMatchObject([
      { model_id: "a1b2", model_arn: "arn:profile/a1b2", region_tier: "geo", requests: 1 },
    ]);
  });

  it("divide the spend of sessions with a verdict by those whose last verdict was good", async () => {
    // good: 3 + 6.75; bad, last abandoned: 3 and one unpriced call; silent has only a comment.
    expect(await saved("cost-per-resolved-session")).toEqual([
      {
        app: "bot",
        sessions: 3,
        with_verdict: 2,
        resolved: 1,
        cost_usd: 12.75,
        unpriced: 1,
        usd_per_resolved_session: 12.75,
      },
    ]);
  });
});

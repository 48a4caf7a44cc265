import { bindSavedQuery } from "@bellwether/core/lake/bind-query";
import { SAVED_QUERIES } from "@bellwether/core/lake/saved-queries";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTemporaryLake, type TemporaryLake } from "../../support/temporary-lake.ts";

const at = (minute: number) => `2026-06-06T07:${String(minute).padStart(2, "0")}:00.000Z`;
const priced = (picoUsd: number) => ({ cost_usd: picoUsd / 1e12, cost_pico_usd: picoUsd });
const scored = (request_id: string, metric: string, score: number, more = {}) => ({
  request_id,
  metric,
  at: at(1),
  app: "bot",
  variant: "stable",
  status: "scored",
  score,
  pi: 0.5,
  rev: 1,
  ...more,
});

/** Values under which every saved query finds something. */
const PARAMETERS: Readonly<Record<string, string>> = {
  request_id: "judged",
  day: "2026-06-06",
  since: "2026-06-01",
};

let lake: TemporaryLake;
beforeAll(async () => {
  const bot = {
    at: at(1),
    app: "bot",
    variant: "stable",
    model_id: "claude",
    rev: 1,
    input_tokens: 10,
    output_tokens: 5,
  };
  const drifting = { app: "bot", kind: "data", series: "input_tokens", segment: "all", rev: 1 };
  lake = await openTemporaryLake({
    reviews_log: [
      [
        {
          request_id: "judged",
          metric: "quality",
          reviewer: "ann",
          label: 0.25,
          rho: 0.5,
          app: "bot",
          at: at(9),
          rev: 1,
        },
        {
          request_id: "judged",
          metric: "quality",
          reviewer: "bob",
          label: null,
          rho: 0.5,
          app: "bot",
          at: at(9),
          rev: 1,
        },
      ],
    ],
    agreement_log: [
      [
        {
          app: "bot",
          metric: "quality",
          judge_version: "j.1",
          at: at(9),
          status: "unknown",
          labels: 1,
          rev: 1,
        },
      ],
    ],
    drift_log: [
      [
        { ...drifting, at: at(0), n: 40, value: 6.5, expected: 6.5, effect: 0, log_e: 1, p_value: 1 },
        { ...drifting, at: at(1), n: 41, value: 6.9, expected: 6.5, effect: 0.4, log_e: 12, p_value: 0.001 },
      ],
    ],
    incidents_log: [
      [
        {
          incident_id: "bot/drift/data/1",
          at: at(1),
          app: "bot",
          source: "drift",
          kind: "data",
          status: "open",
          onset: at(0),
          subjects: "input_tokens|all",
          summary: "bot: data drift",
          document: "{}",
          rev: 1,
        },
      ],
    ],
    rollups_log: [
      [
        {
          app: "bot",
          variant: "stable",
          prompt_version: "p1",
          model_id: "claude",
          metric: "quality",
          at: at(0),
          final_at: at(0).replace("06-06", "06-09"),
          requests: 4,
          eligible: 3,
          drawn: 2,
          scored: 1,
          abstained: 1,
          failed: 0,
          sum_w: 2,
          sum_w2: 4,
          sum_wy: 1.8,
          sum_w2y: 3.6,
          sum_w2y2: 3.24,
          sum_y: 0.9,
          rev: 1,
        },
      ],
    ],
    operations_log: [[{ app: "bot", variant: "stable", at: at(0), requests: 4, errors: 1, rev: 1 }]],
    requests_log: [
      [
        {
          ...bot,
          request_id: "judged",
          user_id: "ann",
          session_id: "s1",
          outcome: "judged",
          u: 0.1,
          pi: 0.5,
          rules: "random",
          deciding_rule: "random",
          priority: 4,
          source_key: "k.gz",
          source_line: 3,
          ...priced(100_000_000_000),
        },
        {
          ...bot,
          request_id: "sampled-out",
          user_id: "ann",
          session_id: "s1",
          outcome: "sampled_out",
          u: 0.9,
          pi: 0.02,
          rules: "random",
          deciding_rule: "random",
          ...priced(200_000_000_000),
        },
        {
          ...bot,
          request_id: "failed-call",
          user_id: "bob",
          session_id: "s2",
          outcome: "filtered",
          outcome_reason: "failed_call",
          error_code: "ThrottlingException",
          unpriced_reason: "no_usage",
          input_tokens: null,
          output_tokens: null,
        },
        {
          ...bot,
          request_id: "unpriced",
          user_id: "bob",
          session_id: "s2",
          model_id: "unknown-model",
          outcome: "judged",
          u: 0.2,
          pi: 1,
          rules: "negative_feedback,random",
          deciding_rule: "negative_feedback",
          unpriced_reason: "unknown_model",
          guardrail_detected: "topicPolicy",
          guardrail_assessments: 1,
          source_key: "k.gz",
          source_line: 9,
        },
        {
          ...bot,
          request_id: "judge-tag",
          app: "bellwether-judge",
          outcome: "filtered",
          outcome_reason: "loop_guard",
          ...priced(1e15),
        },
        {
          ...bot,
          request_id: "judge-role",
          app: "evaluate-role",
          outcome: "filtered",
          outcome_reason: "loop_guard",
          ...priced(1e15),
        },
        {
          ...bot,
          request_id: "abstained",
          variant: "canary",
          outcome: "abstained",
          outcome_reason: "no_context",
          u: 0,
          pi: 0.5,
          deciding_rule: "random",
          ...priced(1),
        },
      ],
    ],
    evaluations_log: [
      [
        scored("judged", "quality", 0.9, {
          cost_pico_usd: 3_000_000_000,
          input_tokens: 700,
          output_tokens: 30,
          judge_model: "haiku",
          injection: "passage 2: override",
        }),
        scored("judged", "faithfulness", 0.8, { reason: "one claim is not supported" }),
        scored("judged", "safety", 1),
        scored("unpriced", "quality", 0.2, {
          pi: 1,
          reason: "off topic",
          cost_pico_usd: 1_000_000_000,
          judge_model: "haiku",
        }),
        {
          request_id: "abstained",
          metric: "quality",
          at: at(2),
          status: "abstained",
          reason: "no_context",
          pi: 0.5,
          rev: 1,
          judge_model: "haiku",
        },
        {
          request_id: "abstained",
          metric: "faithfulness",
          at: at(2),
          status: "failed",
          reason: "throttled",
          pi: 0.5,
          rev: 1,
        },
      ],
    ],
    feedback_log: [
      [
        {
          feedback_id: "f1",
          request_id: "judged",
          kind: "thumbs",
          value: "down",
          negative: true,
          user_id: "ann",
          at: at(2),
          rev: 1,
        },
        {
          feedback_id: "f2",
          request_id: "judged",
          kind: "thumbs",
          value: "up",
          negative: false,
          user_id: "ann",
          at: at(3),
          rev: 1,
        },
        {
          feedback_id: "f3",
          request_id: "unpriced",
          kind: "rating",
          value: "5",
          negative: false,
          user_id: "bob",
          at: at(4),
          rev: 1,
        },
        {
          feedback_id: "f4",
          request_id: "abstained",
          kind: "thumbs",
          value: "down",
          negative: true,
          at: at(4),
          rev: 1,
        },
        {
          feedback_id: "f5",
          session_id: "s1",
          kind: "implicit",
          value: "abandon",
          negative: false,
          at: at(4),
          rev: 1,
        },
      ],
    ],
    rollbacks_log: [
      [
        {
          app: "bot",
          generation: 4,
          at: at(9),
          from_variant: "canary",
          to_variant: "stable",
          rule: "quality",
          reason: "E = 212",
          e_value: 212,
          rev: 1,
        },
      ],
    ],
    quarantine_log: [
      [
        { source_key: "a.gz", source_line: 2, reason: "not_json", at: at(1), rev: 1 },
        { source_key: "a.gz", source_line: 5, reason: "not_json", at: at(2), rev: 1 },
        { source_key: "b.gz", source_line: null, reason: "gzip_damaged", at: at(3), rev: 1 },
      ],
    ],
  });
});
afterAll(() => lake.remove());

function saved(name: string, values: Record<string, string> = {}) {
  const query = SAVED_QUERIES[name];
  if (query === undefined) throw new Error(`no saved query ${name}`);
  return lake.select(bindSavedQuery(query, values));
}

describe("saved queries", () => {
  it.each(Object.entries(SAVED_QUERIES))(
    "%s runs on a full lake and on an empty one",
    async (name, query) => {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(query.description.length).toBeGreaterThan(20);
      const values = Object.fromEntries(
        (query.parameters ?? []).map((name) => [name, PARAMETERS[name] ?? ""]),
      );
      const sql = bindSavedQuery(query, values);
      const full = await lake.select(sql);
      expect(full.length).toBeGreaterThan(0);
      const empty = await openTemporaryLake({});
      expect((await empty.runSql(sql)).rows).toHaveLength(name === "why-not-evaluated" ? 1 : 0);
      empty.remove();
    },
  );

  it("judge-misses sets people beside the judge", async () => {
    expect(await saved("judge-misses")).toMatchObject([
      { request_id: "judged", metric: "quality", judge: 0.9, people: 0.25, reviewers: 1 },
    ]);
  });

  it.each([
    [
      "judged",
      "it was evaluated",
      { u: 0.1, pi: 0.5, deciding_rule: "random", quality: 0.9, source_line: 3 },
    ],
    [
      "sampled-out",
      "eligible, not drawn: u is not below pi",
      { u: 0.9, pi: 0.02, rules: "random", quality: null },
    ],
    ["failed-call", "never eligible: failed_call", { u: null, pi: null, outcome: "filtered" }],
    [
      "abstained",
      "drawn; the judge gave no score: no_context",
      { quality_status: "abstained", quality: null },
    ],
    [
      "it's nowhere",
      "not in the lake: not read yet, quarantined, or not a request id",
      { outcome: null, at: null },
    ],
  ])("why-not-evaluated explains %s", async (request_id, explanation, columns) => {
    expect(await saved("why-not-evaluated", { request_id })).toEqual([
      expect.objectContaining({ request_id, explanation, ...columns }),
    ]);
  });

  it("cost sums the apps' calls only and never prices the unpriced", async () => {
    const total = { requests: 4, unpriced: 2, failed: 1 };
    const [first, second] = await saved("cost-by-variant");
    expect(first).toMatchObject({ app: "bot", variant: "stable", ...total, cost_usd: 0.3, input_tokens: 30 });
    expect(first?.usd_per_priced_request).toBeCloseTo(0.15, 12);
    expect(second).toMatchObject({ variant: "canary", cost_usd: 1e-12, unpriced: 0 });
    expect(await saved("cost-by-model")).toMatchObject([
      { model_id: "claude", cost_usd: 0.300000000001, requests: 4, unpriced: 1, failed: 1 },
      { model_id: "unknown-model", cost_usd: null, requests: 1, unpriced: 1, usd_per_priced_request: null },
    ]);
    expect((await saved("cost-by-user")).map((row) => [row.user_id, row.cost_usd, row.unpriced])).toEqual([
      ["ann", 0.3, 0],
      [null, 1e-12, 0],
      ["bob", null, 2],
    ]);
    expect((await saved("cost-by-session")).map((row) => [row.session_id, row.cost_usd])).toEqual([
      ["s1", 0.3],
      [null, 1e-12],
      ["s2", null],
    ]);
    expect(await saved("unpriced-models")).toMatchObject([
      { model_id: "claude", unpriced_reason: "no_usage", requests: 1, input_tokens: null },
      {
        model_id: "unknown-model",
        unpriced_reason: "unknown_model",
        requests: 1,
        input_tokens: 10,
        first_at: at(1),
      },
    ]);
    expect(await saved("judge-spend")).toEqual([
      {
        day: "2026-06-06",
        judge_model: "haiku",
        judged: 3,
        cost_usd: 0.004,
        unpriced: 1,
        input_tokens: 700,
        output_tokens: 30,
      },
    ]);
  });

  it("worst-answers come worst first, with the reason and the place of the text", async () => {
    expect(await saved("worst-answers")).toMatchObject([
      {
        request_id: "unpriced",
        quality: 0.2,
        weakest_metric: null,
        reason: "off topic",
        source: "k.gz#9",
        user_id: "bob",
      },
      {
        request_id: "judged",
        quality: 0.9,
        weakest_metric: "faithfulness",
        weakest_score: 0.8,
        reason: "one claim is not supported",
        source: "k.gz#3",
      },
    ]);
  });

  it("suspected-injections name the request, the section and the place of the text", async () => {
    expect(await saved("suspected-injections")).toMatchObject([
      {
        request_id: "judged",
        injection: "passage 2: override",
        quality: 0.9,
        source: "k.gz#3",
        user_id: "ann",
      },
    ]);
  });

  it("evaluation-outcomes keep scored, abstained and failed apart", async () => {
    expect(await saved("evaluation-outcomes")).toEqual([
      { metric: "faithfulness", scored: 1, abstained: 0, failed: 1, scored_share: 0.5 },
      { metric: "quality", scored: 2, abstained: 1, failed: 0, scored_share: 2 / 3 },
      { metric: "safety", scored: 1, abstained: 0, failed: 0, scored_share: 1 },
    ]);
  });

  it("decision-ledger accounts for every request", async () => {
    const rows = await saved("decision-ledger");
    expect(rows[0]).toEqual({
      outcome: "filtered",
      outcome_reason: "loop_guard",
      deciding_rule: null,
      requests: 2,
      share: 2 / 7,
      mean_pi: null,
    });
    expect(rows.map((row) => Number(row.requests)).reduce((a, b) => a + b)).toBe(7);
    expect(rows.map((row) => Number(row.share)).reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  });

  it("feedback-vs-judge takes a user's last vote and weights by 1/pi", async () => {
    // ann: down then up, judge 0.9 → both good, w = 2; bob: 5 stars, judge 0.2 → disagreement, w = 1.
    expect(await saved("feedback-vs-judge")).toEqual([
      {
        app: "bot",
        variant: "stable",
        requests: 2,
        both_good: 1,
        both_bad: 0,
        user_bad_judge_good: 0,
        user_good_judge_bad: 1,
        agreement: 2 / 3,
        naive_agreement: 0.5,
        n_eff: 9 / 5,
      },
    ]);
  });

  it("quarantine-reasons and rollbacks show what happened and where", async () => {
    expect(await saved("quarantine-reasons")).toEqual([
      { reason: "not_json", records: 2, files: 1, example: "a.gz#2", first_at: at(1), last_at: at(2) },
      { reason: "gzip_damaged", records: 1, files: 1, example: "b.gz", first_at: at(3), last_at: at(3) },
    ]);
    expect(await saved("rollbacks")).toEqual([
      {
        at: at(9),
        app: "bot",
        generation: 4,
        from_variant: "canary",
        to_variant: "stable",
        rule: "quality",
        e_value: 212,
        reason: "E = 212",
      },
    ]);
  });
});

describe("bindSavedQuery", () => {
  const query = { title: "t", description: "d", sql: "select ? as a, ? as b", parameters: ["a", "b"] };

  it("puts values in as literals that cannot end early", async () => {
    const sql = bindSavedQuery(query, { b: "?'; drop view requests --", a: "$&" });
    expect(await lake.select(sql)).toEqual([{ a: "$&", b: "?'; drop view requests --" }]);
  });

  it("refuses a missing and an unknown parameter", () => {
    expect(() => bindSavedQuery(query, { a: "1" })).toThrow("parameter b is missing");
    expect(() => bindSavedQuery(query, { a: "1", b: "2", c: "3" })).toThrow("no parameter c; it takes a, b");
  });

  it.each(Object.entries(SAVED_QUERIES))("%s has one ? per parameter", (_, { sql, parameters = [] }) => {
    expect(sql.split("?")).toHaveLength(parameters.length + 1);
  });
});

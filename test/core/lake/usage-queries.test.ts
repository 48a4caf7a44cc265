import { wilsonSql } from "@bellwether/core/lake/interval-sql";
import { SAVED_QUERIES } from "@bellwether/core/lake/saved-queries";
import type { LakeRow } from "@bellwether/core/lake/tables";
import { wilsonInterval } from "@bellwether/stats/wilson";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTemporaryLake, type TemporaryLake } from "../../support/temporary-lake.ts";

let requests = 0;
const call = (at: string, more: LakeRow = {}): LakeRow => ({
  request_id: `r${++requests}`,
  at: `2026-06-${at}.000Z`,
  app: "bot",
  prompt_version: "p1",
  variant: "stable",
  model_id: "anthropic.claude-haiku-4-5-20251001-v1:0",
  region: "us-east-1",
  region_tier: "geo",
  rev: 1,
  ...more,
});

const wilson = (part: number, whole: number) => wilsonInterval(part / whole, whole);

let votes = 0;
const feedback = (kind: string, value: string | null, more: LakeRow): LakeRow => ({
  feedback_id: `f${String(++votes).padStart(3, "0")}`,
  kind,
  value,
  negative: value === "down" || value === "1" || value === "2" || value === "regenerate",
  at: "2026-06-05T00:00:00.000Z",
  rev: 1,
  ...more,
});

async function lakeOf(requests_log: readonly LakeRow[], feedback_log: readonly LakeRow[] = []) {
  const lake = await openTemporaryLake({
    requests_log: [requests_log],
    ...(feedback_log.length > 0 && { feedback_log: [feedback_log] }),
  });
  return { ...lake, saved: (name: string) => lake.select(SAVED_QUERIES[name]?.sql ?? "") };
}
type SavedLake = TemporaryLake & { saved(name: string): Promise<Record<string, unknown>[]> };

describe("wilsonSql", () => {
  it("is the interval of packages/stats, also at 0 and 1, and nothing of nothing", async () => {
    const lake = await openTemporaryLake({});
    const cases = [0, 1, 3, 7, 200].flatMap((whole) => [
      ...new Set([0, Math.ceil(whole / 3), whole].map((part) => [part, whole] as const)),
    ]);
    const { low, high } = wilsonSql("k", "n");
    const rows = await lake.select(
      `select k, n, ${low} as low, ${high} as high from (${cases.map(([k, n]) => `select ${k} as k, ${n} as n`).join(" union all ")}) as shares`,
    );
    expect(rows).toHaveLength(cases.length);
    for (const { k, n, low: l, high: h } of rows) {
      if (n === 0) expect([l, h]).toEqual([null, null]);
      else {
        expect(l).toBeCloseTo(wilson(Number(k), Number(n)).low, 12);
        expect(h).toBeCloseTo(wilson(Number(k), Number(n)).high, 12);
      }
    }
    lake.remove();
  });
});

describe("usage-by-version", () => {
  let lake: SavedLake;
  beforeAll(async () => {
    const ann = { user_id: "ann" };
    const bob = { user_id: "bob" };
    lake = await lakeOf([
      // Day 1, p1: ann talks for 6 minutes in one session (3 turns, one of two calls, one failed attempt), bob calls once.
      call("01T08:00:00", { ...ann, session_id: "a", trace_id: "t1" }),
      call("01T08:00:03", { ...ann, session_id: "a", trace_id: "t1" }),
      call("01T08:03:00", { ...ann, session_id: "a", error_code: "ThrottlingException" }),
      call("01T08:04:00", { ...ann, session_id: "a" }),
      call("01T08:06:00", { ...ann, session_id: "a" }),
      call("01T09:00:00", { ...bob, session_id: "b" }),
      // Nobody's call, and the judge's.
      call("01T10:00:00"),
      call("01T10:00:01", { app: "bellwether-judge", user_id: "judge", session_id: "j" }),
      // Day 1, p2: ann again: not new here.
      call("01T11:00:00", { ...ann, prompt_version: "p2", session_id: "c" }),
      // ann comes back after 7 days, bob after 8.
      call("08T08:00:00", ann),
      call("09T08:00:00", bob),
    ]);
  });
  afterAll(() => lake.remove());

  it("counts calls, sessions, turns, users and who came back within 7 days", async () => {
    const rows = await lake.saved("usage-by-version");
    expect(rows.map(({ prompt_version, day }) => [day, prompt_version])).toEqual([
      ["2026-06-01", "p1"],
      ["2026-06-01", "p2"],
      ["2026-06-08", "p1"],
      ["2026-06-09", "p1"],
    ]);
    expect(rows[0]).toEqual({
      app: "bot",
      prompt_version: "p1",
      day: "2026-06-01",
      requests: 7,
      failed: 1,
      session_requests: 6,
      user_requests: 6,
      sessions: 2,
      // ann's three turns (t1 and two calls) and bob's one.
      turns_per_session: 2,
      session_minutes: 3,
      users: 2,
      new_users: 2,
      requests_per_user: 3,
      return_rate: 0.5,
      return_state: "final",
    });
    expect(rows[1]).toMatchObject({ users: 1, new_users: 0, session_minutes: 0, return_rate: 1 });
  });

  it("does not know yet who comes back to the last days, and says so", async () => {
    const rows = await lake.saved("usage-by-version");
    for (const row of rows.slice(2))
      expect(row).toMatchObject({ return_rate: null, return_state: "not yet known", sessions: 0 });
    expect(rows[2]).toMatchObject({ turns_per_session: null, session_minutes: null });
  });

  it("counts model calls per trace only, and what cannot be put together apart", async () => {
    const [p1, p2] = await lake.saved("calls-per-user-request");
    expect(p1).toMatchObject({
      prompt_version: "p1",
      user_requests: 1,
      calls_per_user_request: 2,
      calls_p50: 2,
      most_calls: 2,
      guardrail_assessments_per_user_request: null,
      untraced_calls: 7,
    });
    expect(p2).toMatchObject({ user_requests: 0, calls_per_user_request: null, untraced_calls: 1 });
  });
});

describe("satisfaction-by-version", () => {
  let lake: SavedLake;
  beforeAll(async () => {
    const calls = Array.from({ length: 20 }, (_, i) =>
      call("01T08:00:00", {
        request_id: `q${i}`,
        user_id: `u${i}`,
        session_id: `s${i % 10}`,
        prompt_version: i < 16 ? "p1" : "p2",
      }),
    );
    const of = (i: number) => ({ request_id: `q${i}`, user_id: `u${i}` });
    const ratings = [5, 5, 5, 5, 5, 4, 4, 3, 2, 1];
    lake = await lakeOf(
      [...calls, call("01T09:00:00", { request_id: "other", app: "shop", session_id: "x" })],
      [
        // q0: down, then up: the last vote counts; q1 up; q2 down.
        feedback("thumbs", "down", { ...of(0), at: "2026-06-02T00:00:00.000Z" }),
        feedback("thumbs", "up", { ...of(0), at: "2026-06-03T00:00:00.000Z" }),
        feedback("thumbs", "up", of(1)),
        feedback("thumbs", "down", of(2)),
        // Two votes without a user are one user's: the later one counts.
        feedback("thumbs", "up", { request_id: "q3", at: "2026-06-02T00:00:00.000Z" }),
        feedback("thumbs", "down", { request_id: "q3", at: "2026-06-03T00:00:00.000Z" }),
        ...ratings.map((rating, i) => feedback("rating", String(rating), of(i + 4))),
        // The same event delivered twice counts once.
        { ...feedback("rating", "5", of(4)), feedback_id: "f007", rev: 2 },
        feedback("implicit", "abandon", { session_id: "s0" }),
        feedback("implicit", "abandon", { session_id: "s0" }),
        feedback("implicit", "regenerate", of(1)),
        feedback("implicit", "copy", of(17)),
        feedback("thumbs", "down", { request_id: "unknown-request" }),
      ],
    );
  });
  afterAll(() => lake.remove());
  const version = async (app: string, prompt: string) =>
    (await lake.saved("satisfaction-by-version")).find(
      (row) => row.app === app && row.prompt_version === prompt,
    );

  it("counts the last vote of a user, with Wilson's interval", async () => {
    const row = await version("bot", "p1");
    const interval = wilson(2, 4);
    expect(row).toMatchObject({ answered: 16, sessions: 10, thumbs: 4, thumbs_rate: 0.5 });
    expect(row?.thumbs_low).toBeCloseTo(interval.low, 12);
    expect(row?.thumbs_high).toBeCloseTo(interval.high, 12);
  });

  it("makes CSAT, mean and NPS of the ratings", async () => {
    const row = await version("bot", "p1");
    expect(row).toMatchObject({ ratings: 10, csat: 0.7 });
    expect(row?.mean_rating).toBeCloseTo(3.9, 12);
    // Five promoters, three detractors.
    expect(row?.nps).toBeCloseTo(20, 12);
    // n + 3 = 13, promoters 5.75, detractors 3.75: net 2/13, variance (9.5/13 − 4/169)/13.
    const half = 1.959963984540054 * Math.sqrt((9.5 / 13 - 4 / 169) / 13);
    expect(row?.nps_low).toBeCloseTo(100 * (2 / 13 - half), 9);
    expect(row?.nps_high).toBeCloseTo(100 * (2 / 13 + half), 9);
    // Sum of squares 171, sd² = (171 − 39²/10)/9 = 2.1.
    expect(row?.rating_low).toBeCloseTo(3.9 - 1.959963984540054 * Math.sqrt(0.21), 9);
    expect(row?.rating_high).toBeCloseTo(3.9 + 1.959963984540054 * Math.sqrt(0.21), 9);
    expect(row?.csat_low).toBeCloseTo(wilson(7, 10).low, 12);
  });

  it("calls a vote negative as the windows do: of all a user's votes on a request the last", async () => {
    // q0 up, q1 up or regenerate (the higher id of the same instant), q2 down, q3 down, ten ratings of which two negative.
    expect(await version("bot", "p1")).toMatchObject({ votes: 14, negative_rate: 5 / 14 });
  });

  it("gives signals per session or answer, and no rate where the app never sent one", async () => {
    expect(await version("bot", "p1")).toMatchObject({
      abandon_rate: 0.1,
      regenerate_rate: 1 / 16,
      copy_rate: 0,
      rephrase_rate: null,
      escalate_rate: null,
    });
    expect(await version("bot", "p2")).toMatchObject({ copy_rate: 0.25, abandon_rate: 0 });
  });

  it("never takes silence for satisfaction", async () => {
    expect(await version("shop", "p1")).toMatchObject({
      answered: 1,
      thumbs: 0,
      thumbs_rate: null,
      thumbs_low: null,
      csat: null,
      csat_high: null,
      nps: null,
      nps_low: null,
      negative_rate: null,
      abandon_rate: null,
    });
  });
});

describe("guardrails, latency, errors and quotas", () => {
  let lake: SavedLake;
  beforeAll(async () => {
    const traced = (more: LakeRow) => ({ guardrail_assessments: 2, ...more });
    const nova = { model_id: "amazon.nova-lite-v1:0", region_tier: "regional" };
    const timed = Array.from({ length: 20 }, (_, i) =>
      call(`02T08:${String(i).padStart(2, "0")}:00`, {
        ...nova,
        prompt_version: "timed",
        latency_ms: (20 - i) * 100,
        output_tokens: 11,
        ...(i % 2 === 0 && { ttft_ms: 50 }),
      }),
    );
    lake = await lakeOf([
      call("01T08:00:00", {
        ...traced({ guardrail: "topicPolicy,wordPolicy", guardrail_input: "topicPolicy,wordPolicy" }),
        guardrail_ms: 100,
        trace_id: "t1",
        input_tokens: 0,
      }),
      call("01T08:00:01", {
        ...traced({ guardrail: "wordPolicy", guardrail_output: "wordPolicy" }),
        guardrail_ms: 300,
        trace_id: "t1",
        input_tokens: 1_000,
        output_tokens: 100,
        cache_write_tokens: 200,
        cache_read_tokens: 9_000,
      }),
      call("01T08:00:02", {
        ...traced({ guardrail_detected: "contentPolicy" }),
        guardrail_ms: 200,
        trace_id: "t2",
      }),
      call("01T08:00:03", { guardrail: "unnamed", guardrail_assessments: 0 }),
      call("01T08:01:00", { error_code: "ThrottlingException" }),
      call("01T08:01:01", { error_code: "ModelTimeoutException" }),
      call("01T08:01:02", { error_code: "ThrottlingException" }),
      call("01T08:02:00", { input_tokens: 1_500, output_tokens: 10 }),
      ...timed,
      // The judge shares the account's quotas, and nothing else.
      call("02T08:03:30", { ...nova, app: "bellwether-judge", input_tokens: 500, latency_ms: 1 }),
    ]);
  });
  afterAll(() => lake.remove());

  it("guardrails-by-policy has every policy on every side, and blocks without a name", async () => {
    const rows = await lake.saved("guardrails-by-policy");
    expect(rows.map((row) => [row.finding, row.policy, row.calls, row.requests, row.assessed])).toEqual([
      ["detected", "contentPolicy", 1, 8, 4],
      ["input", "topicPolicy", 1, 8, 4],
      ["input", "wordPolicy", 1, 8, 4],
      ["output", "wordPolicy", 1, 8, 4],
      ["unknown", "unnamed", 1, 8, 4],
    ]);
    expect(rows[0]?.share).toBe(1 / 8);
    expect(rows[0]?.low).toBeCloseTo(wilson(1, 8).low, 12);
    expect(rows[0]?.high).toBeCloseTo(wilson(1, 8).high, 12);
  });

  it("guardrails-by-version has calls, interventions, assessments per user request and time", async () => {
    expect(await lake.saved("guardrails-by-version")).toMatchObject([
      {
        prompt_version: "p1",
        requests: 8,
        assessed: 4,
        untraced: 1,
        intervened: 3,
        intervention_rate: 3 / 8,
        detected: 1,
        assessments: 6,
        assessments_per_user_request: 3,
        guardrail_ms_n: 3,
        guardrail_ms_p50: 200,
        guardrail_ms_p95: 300,
      },
    ]);
  });

  it("latency-by-model takes the nearest rank of the calls that have a value", async () => {
    const row = (await lake.saved("latency-by-model")).find(
      ({ model_id }) => model_id === "amazon.nova-lite-v1:0",
    );
    expect(row).toMatchObject({
      calls: 20,
      latency_ms_n: 20,
      latency_ms_p50: 1_000,
      latency_ms_p95: 1_900,
      latency_ms_p99: 2_000,
      ttft_ms_n: 10,
      ttft_ms_p50: 50,
      // (2,000 − 50)/10, (1,800 − 50)/10 …: the fifth of ten is (1,000 − 50)/10.
      ms_per_token_n: 10,
      ms_per_token_p50: 95,
    });
  });

  it("errors-by-code shares the calls of the segment", async () => {
    const rows = await lake.saved("errors-by-code");
    expect(rows.map((row) => [row.error_code, row.failed, row.calls, row.share])).toEqual([
      ["ThrottlingException", 2, 8, 0.25],
      ["ModelTimeoutException", 1, 8, 0.125],
    ]);
  });

  it("quota-use finds the busiest minutes, output at its burndown, cache reads at nothing, the judge included", async () => {
    expect(await lake.saved("quota-use")).toMatchObject([
      {
        region: "us-east-1",
        region_tier: "geo",
        output_burndown: 5,
        peak_requests_per_minute: 4,
        peak_requests_at: "2026-06-01T08:00",
        // 1,000 + 200 + 5 · 100 in the first minute; 1,500 + 5 · 10 in the third.
        peak_tokens_per_minute: 1_700,
        peak_tokens_at: "2026-06-01T08:00",
        throttled: 2,
        minutes_in_use: 3,
      },
      {
        region_tier: "regional",
        output_burndown: 1,
        peak_requests_per_minute: 2,
        peak_tokens_per_minute: 511,
        peak_tokens_at: "2026-06-02T08:03",
        minutes_in_use: 20,
      },
    ]);
  });
});

import type { LakeRow } from "@bellwether/core/lake/tables";
import { type CountItems, countRequest } from "@bellwether/core/windows/count-requests";
import { foldItems } from "@bellwether/core/windows/fold";
import { quantile, total } from "@bellwether/core/windows/histogram";
import { SEGMENT_COLUMNS, SEGMENT_KEYS, segmentFrom } from "@bellwether/core/windows/items";
import { variantsOf } from "@bellwether/core/windows/variants";
import { describe, expect, it } from "vitest";

const AT = Date.parse("2026-10-06T07:57:00Z");
const row = (rest: LakeRow = {}): LakeRow => ({
  app: "bot",
  variant: "v1",
  prompt_version: "p7",
  model_id: "haiku",
  pi: 0.02,
  first_pi: 0.02,
  u: 0.5,
  rules: "random_sample",
  input_tokens: 100,
  output_tokens: 10,
  cache_read_tokens: 5,
  cache_write_tokens: 3,
  cost_pico_usd: 2_000_000,
  latency_ms: 1_000,
  ...rest,
});
const counted = (...rows: readonly LakeRow[]): CountItems => {
  const items: CountItems = new Map();
  for (const each of rows) countRequest(items, each, AT, "object-0");
  return items;
};
const only = (items: CountItems) => [...items.values()][0];

describe("countRequest", () => {
  it("adds whole numbers into one item per bucket and segment", () => {
    const item = only(counted(row(), row({ rules: "new_user,random_sample" })));
    expect(item).toMatchObject({
      kind: "count",
      bucket: Date.parse("2026-10-06T07:55:00Z"),
      part: "object-0",
    });
    expect(item?.counts).toEqual({
      n: 2,
      errors: 0,
      guardrail: 0,
      assessed: 0,
      refusals: 0,
      unpriced: 0,
      eligible: 2,
      flagged: 1,
      drawn: 0,
      newUsers: 1,
      inputTokens: 200,
      outputTokens: 20,
      cacheReadTokens: 10,
      cacheWriteTokens: 6,
      costPicoUsd: 4_000_000,
    });
  });

  it("counts a failed call as an error, without latency and cost of its own", () => {
    const item = only(counted(row({ error_code: "ThrottlingException", pi: null, first_pi: null })));
    expect(item?.counts).toMatchObject({ n: 1, errors: 1, eligible: 0 });
    expect(total(item?.latency ?? new Map()) + total(item?.cost ?? new Map())).toBe(0);
  });

  it("counts an unpriced call as unpriced, not as free", () => {
    const { cost_pico_usd: _, ...unpriced } = row({ unpriced_reason: "unknown_model" });
    const item = only(counted(unpriced));
    expect(item?.counts).toMatchObject({ unpriced: 1, costPicoUsd: 0 });
    expect(item?.cost.size).toBe(0);
  });

  it("keeps a price of 0 as a price", () => {
    const item = only(counted(row({ cost_pico_usd: 0 })));
    expect(item?.counts.unpriced).toBe(0);
    expect(quantile(item?.cost ?? new Map(), 0.5)).toBe(0);
  });

  it("keeps segments apart by app, variant, prompt version and model, and never by user or session", () => {
    const items = counted(
      row(),
      row({ app: "b" }),
      row({ variant: "v2" }),
      row({ prompt_version: "p8" }),
      row({ model_id: "nova" }),
      row({ user_id: "u", session_id: "s", tenant: "t" }),
    );
    expect(items.size).toBe(5);
    expect(variantsOf(foldItems([...items.values()])).get("v1")?.counts.n).toBe(5);
  });

  it("keeps segments apart by the column of every key", () => {
    for (const key of SEGMENT_KEYS) {
      const other = counted(row(), row({ [SEGMENT_COLUMNS[key]]: "zz" }));
      expect([...other.values()].map(({ segment }) => segment[key])).toEqual([
        only(counted(row()))?.segment[key],
        "zz",
      ]);
    }
  });

  it("names what the record does not name", () => {
    expect(only(counted({}))?.segment).toEqual(segmentFrom("none", () => "none"));
  });

  it("counts guardrail interventions", () => {
    expect(only(counted(row({ guardrail: "contentPolicy" }), row()))?.counts.guardrail).toBe(1);
  });

  it("profiles what guardrails did on each side, also where they ended the call", () => {
    const item = only(
      counted(
        row({ guardrail_assessments: 2, guardrail_ms: 120, guardrail_input: "topicPolicy,wordPolicy" }),
        row({
          guardrail_assessments: 1,
          guardrail_ms: 80,
          guardrail_output: "wordPolicy",
          guardrail_detected: "topicPolicy",
          error_code: "ModelErrorException",
        }),
        row({ guardrail_assessments: 0 }),
        row(),
      ),
    );
    expect(item?.counts.assessed).toBe(3);
    expect(Object.fromEntries(item?.profile?.categories.guardrail ?? [])).toEqual({
      "input:topicPolicy": 1,
      "input:wordPolicy": 1,
      "output:wordPolicy": 1,
      "detected:topicPolicy": 1,
    });
    expect(total(item?.profile?.guardrailLatency ?? new Map())).toBe(2);
  });
});

describe("what sampling decided", () => {
  const drawnOf = (rest: LakeRow) => only(counted(row(rest)))?.counts;

  it.each([
    ["below the first pi", { u: 0.0199 }, { eligible: 1, drawn: 1 }],
    ["at it", { u: 0.02 }, { eligible: 1, drawn: 0 }],
    ["raised by feedback that is on the item already", { u: 0.5, pi: 1 }, { eligible: 1, drawn: 0 }],
    ["nothing: it cannot be judged", { pi: null, first_pi: null, u: null }, { eligible: 0, drawn: 0 }],
  ])("%s", (_what, rest, expected) => {
    expect(drawnOf(rest)).toMatchObject(expected);
  });

  it.each([
    ["new_user,random_sample", 1],
    ["high_cost,random_sample", 1],
    ["high_latency,random_sample", 1],
    ["canary_matched,random_sample", 0],
    ["negative_feedback,random_sample", 0],
    ["negative_feedback,high_cost,high_latency,random_sample", 1],
  ])("flags %s: %d", (rules, flagged) => {
    expect(drawnOf({ rules })).toMatchObject({ flagged });
  });

  it("counts a retry that finds feedback on the item as the first time", () => {
    const before = row({ u: 0.3, rules: "high_cost,random_sample", first_pi: 0.2, pi: 0.2 });
    const after = { ...before, pi: 1, rules: "negative_feedback,high_cost,random_sample" };
    expect(counted(after)).toEqual(counted(before));
  });
});

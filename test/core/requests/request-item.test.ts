import {
  countedRow,
  currentDecision,
  evaluationRows,
  eventTime,
  feedbackItems,
  fullRow,
  isKnown,
  placeOf,
  scoreItem,
} from "@bellwether/core/requests/request-item";
import { describe, expect, it } from "vitest";
import { AT, JUDGEMENT, knownRequest, SAMPLED_OUT } from "./known-request.ts";

const BUCKET = Date.parse("2026-10-06T07:55:00Z");
const judged = knownRequest({
  judgement: JUDGEMENT,
  decision: { ...SAMPLED_OUT, u: 0.01, outcome: "queued" },
});
const withVariant = (variant: string | undefined) => {
  const { variant: _, ...row } = knownRequest().row;
  return variant === undefined ? row : { ...row, variant };
};

describe("a request item", () => {
  it("is known once its record is", () => {
    expect(isKnown({ requestId: "r-1", rev: 0, votes: [] })).toBe(false);
    expect(isKnown(knownRequest())).toBe(true);
    expect(eventTime(knownRequest())).toBe(AT);
  });

  it("shows the outcome of judging in place of the decision's", () => {
    expect(currentDecision(judged).outcome).toBe("queued");
    const done = knownRequest({ outcome: { outcome: "abstained", reason: "no_answer" } });
    expect(currentDecision(done)).toMatchObject({
      outcome: "abstained",
      outcomeReason: "no_answer",
      pi: 0.02,
    });
    expect(fullRow(done)).toMatchObject({
      outcome: "abstained",
      outcome_reason: "no_answer",
      rev: 3,
      app: "bot",
    });
  });
});

describe("the variant", () => {
  it.each([
    ["the record's own", "v1", "v2", "v3", "v1", "v1"],
    ["an early interaction's", "unattributed", "v2", undefined, "v2", "v2"],
    ["a late interaction's, counted as unattributed", "unattributed", undefined, "v3", "unattributed", "v3"],
    ["the early one of both", "unattributed", "v2", "v3", "v2", "v2"],
    ["none", undefined, "v2", "v3", undefined, undefined],
  ])("is %s", (_what, own, early, late, counted, shown) => {
    const request = knownRequest({
      row: withVariant(own),
      ...(early === undefined ? {} : { earlyVariant: early }),
      ...(late === undefined ? {} : { lateVariant: late }),
    });
    expect(countedRow(request).variant).toBe(counted);
    expect(fullRow(request).variant).toBe(shown);
    expect(placeOf(request)).toEqual({ app: "bot", variant: shown ?? "none", bucket: BUCKET });
  });
});

describe("scoreItem", () => {
  it("carries the final pi, the revision and outcomes without their reasons", () => {
    expect(scoreItem(judged, undefined)).toEqual({
      kind: "score",
      app: "bot",
      variant: "v1",
      bucket: BUCKET,
      requestId: "r-1",
      pi: 0.02,
      uniform: false,
      rev: 3,
      outcomes: { quality: { status: "scored", score: 0.75 }, faithfulness: { status: "abstained" } },
    });
  });

  it.each([
    [0.25, 0.249, true],
    [0.25, 0.25, false],
    [undefined, 0, false],
  ])("at a matched rate of %s and U = %d is uniform: %s", (rate, u, uniform) => {
    const request = { ...judged, decision: { ...judged.decision, u } };
    expect(scoreItem(request, rate)?.uniform).toBe(uniform);
  });

  it("is none for what was not judged or has no inclusion probability", () => {
    expect(scoreItem(knownRequest(), 1)).toBeUndefined();
    expect(scoreItem({ ...judged, decision: { ...judged.decision, pi: null } }, 1)).toBeUndefined();
    expect(scoreItem({ ...judged, decision: { ...judged.decision, u: null } }, 1)).toBeUndefined();
  });
});

describe("feedbackItems", () => {
  it("are one per vote, in the request's bucket and not in the vote's", () => {
    const votes = [
      { at: AT + 3_600_000, feedbackId: "f1", negative: true, user: "ann" },
      { at: AT + 7_200_000, feedbackId: "f2", negative: false, user: "bob" },
    ];
    const items = feedbackItems(knownRequest({ votes }));
    expect(items.map(({ bucket, user, negative, votedAt }) => [bucket, user, negative, votedAt])).toEqual([
      [BUCKET, "ann", true, AT + 3_600_000],
      [BUCKET, "bob", false, AT + 7_200_000],
    ]);
    expect(feedbackItems(knownRequest())).toEqual([]);
  });
});

describe("evaluationRows", () => {
  it("are one per metric, with the spend on quality alone, so that a sum counts it once", () => {
    const rows = evaluationRows(judged);
    expect(rows.map(({ metric, status, score, reason }) => [metric, status, score, reason])).toEqual([
      ["quality", "scored", 0.75, "two of three claims hold"],
      ["faithfulness", "abstained", null, "no_context"],
    ]);
    expect(rows.map((row) => row.cost_usd)).toEqual([0.0015, undefined]);
    for (const row of rows)
      expect(row).toMatchObject({
        request_id: "r-1",
        pi: 0.02,
        rev: 3,
        judge_model: "judge-1",
        judge_version: "3.2",
      });
  });

  it("say null for an unpriced judge, and nothing for a request that was not judged", () => {
    const unpriced = knownRequest({ judgement: { ...JUDGEMENT, picoUsd: null } });
    expect(evaluationRows(unpriced)[0]).toMatchObject({
      cost_usd: null,
      cost_pico_usd: null,
      input_tokens: 900,
    });
    expect(evaluationRows(knownRequest())).toEqual([]);
  });

  it("leave the variant empty where there is none", () => {
    const request = knownRequest({ row: withVariant(undefined), judgement: JUDGEMENT });
    expect(evaluationRows(request)[0]?.variant).toBeNull();
  });
});

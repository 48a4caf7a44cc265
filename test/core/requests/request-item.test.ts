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
import { segmentWith } from "../../support/segment.ts";
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
    expect(placeOf(request)).toEqual({
      bucket: BUCKET,
      segment: segmentWith({ variant: shown ?? "none", model: "haiku" }),
    });
  });
});

describe("scoreItem", () => {
  it("carries the final pi, the revision and outcomes without their reasons", () => {
    expect(scoreItem(judged)).toEqual({
      kind: "score",
      bucket: BUCKET,
      segment: segmentWith({ variant: "v1", model: "haiku" }),
      requestId: "r-1",
      pi: 0.02,
      uniform: false,
      raised: false,
      rev: 3,
      judgePicoUsd: 1_500_000_000,
      outcomes: { quality: { status: "scored", score: 0.75 }, faithfulness: { status: "abstained" } },
    });
  });

  it.each([true, false])("says whether it is in the uniform sample of its arm: %s", (uniform) => {
    const request = { ...judged, decision: { ...judged.decision, uniform } };
    expect(scoreItem(request)?.uniform).toBe(uniform);
  });

  it("is none for what was neither judged nor raised, or has no inclusion probability", () => {
    expect(scoreItem(knownRequest())).toBeUndefined();
    expect(scoreItem({ ...judged, decision: { ...judged.decision, pi: null } })).toBeUndefined();
  });

  it.each([
    ["drawn at once", { firstPi: 0.6, pi: 1 }, undefined],
    ["drawn by feedback", { firstPi: 0.5, pi: 1 }, { raised: true, pi: 1, outcomes: {}, judgePicoUsd: 0 }],
    ["raised, and still not drawn", { firstPi: 0.02, pi: 0.5 }, undefined],
  ])("before it is judged: %s", (_what, pis, expected) => {
    const item = scoreItem(knownRequest({ decision: { ...SAMPLED_OUT, u: 0.5, ...pis } }));
    if (expected === undefined) expect(item).toBeUndefined();
    else expect(item).toMatchObject(expected);
  });

  it("of a look has no pi, and says what the judge cost", () => {
    const look = { ...judged, decision: { ...SAMPLED_OUT, look: { why: "asked" } as const } };
    expect(scoreItem(look)).toMatchObject({ pi: null, raised: false, judgePicoUsd: 1_500_000_000 });
    for (const row of evaluationRows(look)) expect(row.pi).toBeNull();
    expect(fullRow(look)).toMatchObject({ pi: null, first_pi: 0.02, deciding_rule: "look" });
  });

  it("keeps an unpriced judge unpriced", () => {
    expect(scoreItem({ ...judged, judgement: { ...JUDGEMENT, picoUsd: null } })?.judgePicoUsd).toBeNull();
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

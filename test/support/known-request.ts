import type { RequestDecision } from "@bellwether/core/requests/decision";
import type { Judgement, KnownRequest } from "@bellwether/core/requests/request-item";

/** A request of the random sample that waits for the judge, changed as a test needs. */
export function knownRequest(
  changes: Partial<KnownRequest> = {},
  row: KnownRequest["row"] = {},
  decision: Partial<RequestDecision> = {},
): KnownRequest {
  const requestId = changes.requestId ?? "r1";
  return {
    requestId,
    source: "logs/a.json.gz#3",
    rev: 1,
    votes: [],
    row: {
      request_id: requestId,
      at: "2026-11-01T11:52:30.000Z",
      app: "shop",
      variant: "v1",
      prompt_version: "p7",
      model_id: "anthropic.claude-haiku-4-5-20251001-v1:0",
      source_key: "logs/a.json.gz",
      source_line: 3,
      ...row,
    },
    decision: {
      pi: 0.02,
      firstPi: 0.02,
      u: 0.01,
      uniform: false,
      rules: ["random_sample"],
      decidingRule: "random_sample",
      priority: 4,
      outcome: "queued",
      outcomeReason: null,
      ...decision,
    },
    ...changes,
  };
}

/** What a judge said: quality .8, and no context to be faithful to. */
export function judgement(changes: Partial<Judgement> = {}): Judgement {
  return {
    outcomes: {
      faithfulness: { status: "abstained", reason: "no_context" },
      safety: { status: "scored", score: 1 },
      quality: { status: "scored", score: 0.8, reason: "50 % of the weight scored" },
    },
    judgeModel: "anthropic.claude-haiku-4-5-20251001-v1:0",
    judgeVersion: "j.1",
    picoUsd: 1_500_000_000,
    inputTokens: 900,
    outputTokens: 120,
    ...changes,
  };
}

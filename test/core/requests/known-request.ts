import type { RequestDecision } from "@bellwether/core/requests/decision";
import type { Judgement, KnownRequest } from "@bellwether/core/requests/request-item";

export const AT = Date.parse("2026-10-06T07:57:12.345Z");

export const SAMPLED_OUT: RequestDecision = {
  pi: 0.02,
  firstPi: 0.02,
  u: 0.5,
  uniform: false,
  rules: ["random_sample"],
  decidingRule: "random_sample",
  priority: null,
  outcome: "sampled_out",
  outcomeReason: null,
};

export const JUDGEMENT: Judgement = {
  outcomes: {
    quality: { status: "scored", score: 0.75, reason: "two of three claims hold" },
    faithfulness: { status: "abstained", reason: "no_context" },
  },
  judgeModel: "judge-1",
  judgeVersion: "3.2",
  picoUsd: 1_500_000_000,
  inputTokens: 900,
  outputTokens: 120,
};

/** A request of the app `bot` on `v1` whose record is known. */
export const knownRequest = (rest: Partial<KnownRequest> = {}): KnownRequest => ({
  requestId: "r-1",
  source: "logs/a.json.gz#1",
  row: {
    request_id: "r-1",
    at: new Date(AT).toISOString(),
    app: "bot",
    variant: "v1",
    model_id: "haiku",
    source_key: "logs/a.json.gz",
    source_line: 1,
  },
  decision: SAMPLED_OUT,
  rev: 3,
  votes: [],
  ...rest,
});

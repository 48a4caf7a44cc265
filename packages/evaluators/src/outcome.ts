/** Why there is rightly no score: the metric does not apply to this request, or too little is known. */
export type AbstainReason =
  | "no_answer"
  | "no_question"
  | "no_context"
  | "context_truncated"
  | "no_claims"
  | "no_reference"
  | "no_generated_questions"
  | "not_applicable"
  | "no_tools"
  | "goal_unclear"
  | "judge_spared"
  | "no_words"
  | "too_long"
  | "not_enough_metrics";

/** Why a score that should exist does not: the judge call or its answer went wrong. */
export type FailReason =
  | "tool_missing"
  | "schema_invalid"
  | "unknown_enum"
  | "out_of_range"
  | "incomplete"
  | "output_truncated"
  /** Too many verdicts do not prove themselves by quotes. */
  | "unverifiable"
  | "refused"
  | "throttled"
  | "timeout"
  | "access_denied"
  | "invalid_request"
  | "model_error"
  | "embedding_invalid";

/** Result of one metric on one request; `score` is in [0, 1], and only `scored` may enter a mean. */
export type Outcome =
  | { readonly status: "scored"; readonly score: number; readonly reason?: string }
  | { readonly status: "abstained"; readonly reason: AbstainReason }
  | { readonly status: "failed"; readonly reason: FailReason };

/** Outcomes by metric name. */
export type Scores = Readonly<Record<string, Outcome>>;

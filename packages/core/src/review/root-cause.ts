/** Why an answer is bad, as far as the metrics tell. */
export type RootCause = "retrieval" | "generation" | "both" | "out_of_scope" | "unknown";

/** Metrics that the rule reads; null where there is no score. */
export interface CauseScores {
  readonly faithfulness: number | null;
  readonly contextPrecision: number | null;
  readonly contextRecall: number | null;
  /** `answer_relevancy` or `answer_relevancy_judged`. */
  readonly answerRelevancy: number | null;
}

/** What the rule reads, from scores by metric name. */
export const causeScores = (scoreOf: (metric: string) => number | null): CauseScores => ({
  faithfulness: scoreOf("faithfulness"),
  contextPrecision: scoreOf("context_precision"),
  contextRecall: scoreOf("context_recall"),
  answerRelevancy: scoreOf("answer_relevancy") ?? scoreOf("answer_relevancy_judged"),
});

/** Score from which a part of the answer is in order. */
const GOOD = 0.5;
/** Quality below which an answer is bad and has a cause. */
export const BAD_QUALITY = 0.5;

/**
 * The cause of a bad answer: retrieval brought little that helps (by recall where a reference is known, else by
 * precision), generation did not keep to what it was given or to the question, or nothing useful was there and the answer
 * did not pretend otherwise.
 */
export function rootCause({
  faithfulness,
  contextPrecision,
  contextRecall,
  answerRelevancy,
}: CauseScores): RootCause {
  const found = contextRecall ?? contextPrecision;
  const retrieved = found === null ? null : found >= GOOD;
  const grounded = faithfulness === null ? null : faithfulness >= GOOD;
  const answers = answerRelevancy === null ? null : answerRelevancy >= GOOD;
  if (contextPrecision === 0 && grounded !== false && answers === false) return "out_of_scope";
  if (retrieved === false) return grounded === false ? "both" : "retrieval";
  return grounded === false || answers === false ? "generation" : "unknown";
}

/** `rootCause` as SQL over columns faithfulness, context_precision, context_recall and answer_relevancy. */
export const ROOT_CAUSE_SQL = `case
    when context_precision = 0 and coalesce(faithfulness, 1e0) >= 5e-1 and answer_relevancy < 5e-1 then 'out_of_scope'
    when coalesce(context_recall, context_precision) < 5e-1
      then case when faithfulness < 5e-1 then 'both' else 'retrieval' end
    when faithfulness < 5e-1 or answer_relevancy < 5e-1 then 'generation'
    else 'unknown' end`;

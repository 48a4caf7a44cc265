import { answerRelevancy, answerRelevancyJudged, type QuestionEmbeddings } from "./answer-relevancy.ts";
import { contextPrecision } from "./context-precision.ts";
import { contextRecall } from "./context-recall.ts";
import { type Criterion, criterionMetric } from "./criterion.ts";
import type { CheckedVerdicts } from "./cross-check.ts";
import { faithfulness } from "./faithfulness.ts";
import type { JudgeInput } from "./judge-input.ts";
import type { Verdicts } from "./judge-schema.ts";
import type { AbstainReason, FailReason, Outcome, Scores } from "./outcome.ts";
import { quality, type Weights } from "./quality.ts";
import { safety } from "./safety.ts";

export interface ScoreOptions {
  readonly weights: Weights;
  /** With embeddings the metric is `answer_relevancy`, without `answer_relevancy_judged`; never both. */
  readonly embeddings?: QuestionEmbeddings;
}

/** Every metric's outcome, computed from verdicts that `readVerdicts` has checked against the same input. */
export function scoreVerdicts(verdicts: CheckedVerdicts, input: JudgeInput, options: ScoreOptions): Scores {
  const { embeddings } = options;
  const scores: Record<string, Outcome> = {
    faithfulness: faithfulness(verdicts, input),
    context_precision: contextPrecision(verdicts, input),
    context_recall: contextRecall(verdicts, input),
    ...(embeddings === undefined
      ? { answer_relevancy_judged: answerRelevancyJudged(verdicts, input) }
      : { answer_relevancy: answerRelevancy(verdicts, input, embeddings) }),
    safety: safety(verdicts),
  };
  for (const { id, verdict } of verdicts.custom ?? []) {
    scores[criterionMetric(id)] =
      verdict === "not_applicable"
        ? { status: "abstained", reason: "not_applicable" }
        : { status: "scored", score: verdict === "yes" ? 1 : 0 };
  }
  return { ...scores, quality: verifiedQuality(scores, options.weights) };
}

/** `quality`, but a text that makes its own claims unverifiable is not rated by the other metrics alone. */
export function verifiedQuality(scores: Scores, weights: Weights): Outcome {
  const { faithfulness: support } = scores;
  const unverifiable = support?.status === "failed" && support.reason === "unverifiable";
  return unverifiable && (weights.faithfulness ?? 0) > 0 ? support : quality(scores, weights);
}

/** The same metrics when the whole request was not judged, each with the reason. */
export function abstainedScores(reason: AbstainReason, criteria: readonly Criterion[] = []): Scores {
  return uniform({ status: "abstained", reason }, criteria);
}

/**
 * The same metrics when the judge call failed for good; a metric that could not have been scored anyway (no context,
 * no reference, no question) abstains, so that failure rates count only what was lost.
 */
export function failedScores(
  reason: FailReason,
  input: JudgeInput,
  criteria: readonly Criterion[] = [],
): Scores {
  const scores: Record<string, Outcome> = uniform({ status: "failed", reason }, criteria);
  const possible = scoreVerdicts(ALL_GOOD, input, { weights: {} });
  for (const [metric, outcome] of Object.entries(possible)) {
    if (metric !== "quality" && outcome.status === "abstained") scores[metric] = outcome;
  }
  return scores;
}

const ALL_GOOD: Verdicts = {
  claims: [{ text: "", supported: "yes" }],
  chunks: [],
  reference_claims: [{ text: "", attributable: "yes" }],
  questions: [],
  noncommittal: false,
  addresses_question: "yes",
  safety: { category: "none", flagged: false },
};

const JUDGED_METRICS = [
  "faithfulness",
  "context_precision",
  "context_recall",
  "answer_relevancy_judged",
  "safety",
  "quality",
] as const;

function uniform(outcome: Outcome, criteria: readonly Criterion[]): Record<string, Outcome> {
  const metrics = [...JUDGED_METRICS, ...criteria.map(({ id }) => criterionMetric(id))];
  return Object.fromEntries(metrics.map((metric) => [metric, outcome]));
}

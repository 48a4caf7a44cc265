import { goalSuccess, toolAccuracy } from "./agent-metrics.ts";
import { type AnswerEmbeddings, answerCorrectness, factualCorrectness } from "./answer-correctness.ts";
import { answerRelevancy, answerRelevancyJudged, type QuestionEmbeddings } from "./answer-relevancy.ts";
import type { Settled } from "./checks.ts";
import { contextPrecision } from "./context-precision.ts";
import { contextRecall } from "./context-recall.ts";
import { type Criterion, criterionMetric } from "./criterion.ts";
import type { CheckedVerdicts } from "./cross-check.ts";
import { customScores, type Rubric, rubricsOf } from "./custom-scores.ts";
import { faithfulness } from "./faithfulness.ts";
import { type JudgeInput, shownAgent } from "./judge-input.ts";
import type { Verdicts } from "./judge-schema.ts";
import { noiseSensitivity } from "./noise-sensitivity.ts";
import type { AbstainReason, FailReason, Outcome, Scores } from "./outcome.ts";
import { quality, type Weights } from "./quality.ts";
import { refusalJudged } from "./refusal-judged.ts";
import { safety } from "./safety.ts";

export interface ScoreOptions {
  readonly weights: Weights;
  /** With embeddings the metric is `answer_relevancy`, without `answer_relevancy_judged`; never both. */
  readonly embeddings?: QuestionEmbeddings;
  /** With embeddings `answer_correctness` joins `factual_correctness`, which needs none. */
  readonly answerEmbeddings?: AnswerEmbeddings;
  /** What judge-free checks found before; they weigh in quality like the judge's metrics. */
  readonly checked?: Scores;
  readonly rubrics?: readonly Rubric[];
}

/**
 * Every metric's outcome, computed from verdicts that `readVerdicts` has checked against the same input. Metrics of
 * references exist only with a reference (context_recall abstains), those of agents only with tool calls.
 */
export function scoreVerdicts(verdicts: CheckedVerdicts, input: JudgeInput, options: ScoreOptions): Scores {
  const { embeddings, answerEmbeddings, rubrics, checked } = options;
  const scores: Record<string, Outcome> = {
    ...checked,
    faithfulness: faithfulness(verdicts, input),
    context_precision: contextPrecision(verdicts, input),
    context_recall: contextRecall(verdicts, input),
    ...(embeddings === undefined
      ? { answer_relevancy_judged: answerRelevancyJudged(verdicts, input) }
      : { answer_relevancy: answerRelevancy(verdicts, input, embeddings) }),
    safety: safety(verdicts),
    refusal_judged: refusalJudged(verdicts),
    ...referenceScores(verdicts, input, answerEmbeddings),
    ...agentScores(verdicts, input),
    ...customScores(verdicts.custom ?? [], rubrics),
  };
  return { ...scores, quality: verifiedQuality(scores, options.weights) };
}

/** `quality`, but a text that makes its own claims unverifiable is not rated by the other metrics alone. */
export function verifiedQuality(scores: Scores, weights: Weights): Outcome {
  const { faithfulness: support } = scores;
  const unverifiable = support?.status === "failed" && support.reason === "unverifiable";
  return unverifiable && (weights.faithfulness ?? 0) > 0 ? support : quality(scores, weights);
}

function referenceScores(verdicts: Verdicts, input: JudgeInput, embeddings?: AnswerEmbeddings): Scores {
  if (input.reference === undefined) return {};
  return {
    factual_correctness: factualCorrectness(verdicts, input),
    ...(embeddings === undefined
      ? {}
      : { answer_correctness: answerCorrectness(verdicts, input, embeddings) }),
    noise_sensitivity_relevant: noiseSensitivity(verdicts, input, "relevant"),
    noise_sensitivity_irrelevant: noiseSensitivity(verdicts, input, "irrelevant"),
  };
}

function agentScores(verdicts: Verdicts, input: JudgeInput): Scores {
  if (input.agent === undefined) return {};
  const agent = shownAgent(input);
  if (agent === undefined)
    return { tool_selection: TOO_LONG, tool_parameters: TOO_LONG, goal_success: TOO_LONG };
  return {
    tool_selection: toolAccuracy(verdicts, agent, "selection"),
    tool_parameters: toolAccuracy(verdicts, agent, "parameters"),
    goal_success: goalSuccess(verdicts, agent),
  };
}

const TOO_LONG: Outcome = { status: "abstained", reason: "too_long" };

/** The metrics that every request has, when the judge was not asked, each with the reason. */
export function abstainedScores(reason: AbstainReason, criteria: readonly Criterion[] = []): Scores {
  const outcome: Outcome = { status: "abstained", reason };
  const metrics = [...JUDGED_METRICS, ...criteria.map(({ id }) => criterionMetric(id))];
  return Object.fromEntries(metrics.map((metric) => [metric, outcome]));
}

/** As `abstainedScores`, but what checks found stands, and quality is what the team gave such a request or follows from the weights. */
export function settledScores(
  checked: Scores,
  settled: Settled,
  weights: Weights,
  rubrics: readonly Rubric[] = [],
): Scores {
  const criteria = rubrics.map(({ id }) => ({ id, instruction: "" }));
  const scores = { ...abstainedScores("judge_spared", criteria), ...checked };
  if (settled.quality === undefined) return { ...scores, quality: quality(scores, weights) };
  return {
    ...scores,
    quality: { status: "scored", score: settled.quality, reason: `settled by ${settled.by}` },
  };
}

/**
 * The metrics of this input when the judge call failed for good; one that could not have been scored anyway (no
 * context, no reference, no question) abstains, so that failure rates count only what was lost.
 */
export function failedScores(
  reason: FailReason,
  input: JudgeInput,
  criteria: readonly Criterion[] = [],
  { checked = {}, rubrics = rubricsOf(criteria) }: Pick<ScoreOptions, "checked" | "rubrics"> = {},
): Scores {
  const failed: Outcome = { status: "failed", reason };
  const possible = scoreVerdicts(allGood(input, criteria), input, { weights: {}, rubrics });
  const scores = Object.entries(possible).map(([metric, outcome]): [string, Outcome] => [
    metric,
    outcome.status === "abstained" && metric !== "quality" ? outcome : failed,
  ]);
  return { ...checked, ...Object.fromEntries(scores) };
}

const allGood = (input: JudgeInput, criteria: readonly Criterion[]): Verdicts => ({
  claims: [{ text: "", supported: "yes", evidence: [1], in_reference: "yes" }],
  chunks: [],
  reference_claims: [{ text: "", attributable: "yes", evidence: [1], in_answer: "yes" }],
  questions: [],
  noncommittal: false,
  addresses_question: "yes",
  safety: { category: "none", flagged: false },
  refused: false,
  tool_calls: (shownAgent(input)?.calls ?? []).map((_, position) => ({
    index: position + 1,
    selection: "yes",
    parameters: "yes",
  })),
  goal_reached: "yes",
  custom: criteria.map(({ id, levels }) => ({ id, verdict: levels === undefined ? "yes" : "level_1" })),
});

const JUDGED_METRICS = [
  "faithfulness",
  "context_precision",
  "context_recall",
  "answer_relevancy_judged",
  "safety",
  "refusal_judged",
  "quality",
] as const;

import { LOWER_IS_BETTER } from "@bellwether/core/requests/score-direction";
import type { Outcome, Scores } from "./outcome.ts";

/** Weights by metric; one that needs an embedder also weighs its stand-in without one, since a request has only one of them. */
export type Weights = Readonly<Record<string, number>>;

export const DEFAULT_WEIGHTS: Weights = {
  faithfulness: 0.3,
  answer_relevancy: 0.3,
  context_precision: 0.2,
  safety: 0.2,
};

/** What takes a metric's weight when there is no embedder. */
const WITHOUT_EMBEDDER: Readonly<Record<string, string>> = {
  answer_relevancy: "answer_relevancy_judged",
  answer_correctness: "factual_correctness",
};

// Sums of decimal weights such as .3 + .2 must count as half of 1.
const ROUNDING = 1e-9;

/**
 * Weighted mean in [0, 1] of the scored metrics (1 - score where lower is better), weights renormalised over them; abstains (`not_enough_metrics`) when
 * less than half of the total weight is scored. Throws RangeError on a negative or non-finite weight.
 */
export function quality(scores: Scores, weights: Weights): Outcome {
  let total = 0;
  let scored = 0;
  let sum = 0;
  for (const [metric, weight] of Object.entries(weights).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    if (!Number.isFinite(weight) || weight < 0) throw new RangeError(`weight of ${metric} must be >= 0`);
    total += weight;
    const outcome = outcomeOf(scores, metric);
    if (outcome?.status !== "scored") continue;
    scored += weight;
    sum += weight * (LOWER_IS_BETTER.includes(metric) ? 1 - outcome.score : outcome.score);
  }
  if (scored <= 0 || scored < total / 2 - ROUNDING)
    return { status: "abstained", reason: "not_enough_metrics" };
  return {
    status: "scored",
    score: Math.min(1, sum / scored),
    reason: `${Math.round((100 * scored) / total)} % of the weight scored`,
  };
}

function outcomeOf(scores: Scores, metric: string): Outcome | undefined {
  return scores[metric] ?? scores[WITHOUT_EMBEDDER[metric] ?? ""];
}

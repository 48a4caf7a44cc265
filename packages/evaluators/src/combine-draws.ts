import { criterionMetric } from "./criterion.ts";
import type { Outcome, Scores } from "./outcome.ts";
import type { Weights } from "./quality.ts";
import { verifiedQuality } from "./score.ts";

/** One outcome per metric over all draws, and how far they agree: [0, 1] by metric, for scored metrics only. */
export interface Combined {
  readonly scores: Scores;
  readonly uncertainty: Readonly<Record<string, number>>;
}

const isYesNo = (metric: string): boolean => metric === "safety" || metric.startsWith(criterionMetric(""));
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Population standard deviation over draws; of a single draw 1 − |2·score − 1|, which is 1 where it could tip either way. */
function uncertaintyOf(values: readonly number[]): number {
  const [first = 0] = values;
  if (values.length === 1) return 1 - Math.abs(2 * first - 1);
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
}

/** The majority of yes/no verdicts (a tie is a no), else the mean; not scored unless half of the draws scored it. */
function combine(metric: string, outcomes: readonly Outcome[]): Outcome {
  const scored = outcomes.filter((outcome) => outcome.status === "scored");
  const [first] = scored;
  if (first === undefined || 2 * scored.length < outcomes.length) return commonest(outcomes);
  if (outcomes.length === 1) return first;
  const centre = mean(scored.map(({ score }) => score));
  const yesNo = isYesNo(metric) && scored.every(({ score }) => score === 0 || score === 1);
  const score = yesNo ? (centre > 0.5 ? 1 : 0) : centre;
  // The reason of the draw that is nearest to the result stands for it.
  const nearest =
    scored.toSorted((a, b) => Math.abs(a.score - score) - Math.abs(b.score - score))[0] ?? first;
  return { ...nearest, score };
}

/** The most frequent of the outcomes without a score; a failure before an abstention. */
function commonest(outcomes: readonly Outcome[]): Outcome {
  const unscored = outcomes.filter((outcome) => outcome.status !== "scored");
  const count = ({ status, reason }: Outcome) =>
    unscored.filter((other) => other.status === status && other.reason === reason).length;
  const [best] = unscored.toSorted(
    (a, b) => count(b) - count(a) || Number(b.status === "failed") - Number(a.status === "failed"),
  );
  return best ?? { status: "failed", reason: "incomplete" };
}

/** Combines the scores of several draws on one answer; `quality` is computed from the combined metrics. Throws RangeError without a draw. */
export function combineDraws(draws: readonly Scores[], weights: Weights): Combined {
  if (draws.length === 0) throw new RangeError("there is no draw to combine");
  const metrics = [...new Set(draws.flatMap((scores) => Object.keys(scores)))];
  const of = (metric: string): Outcome[] =>
    draws.flatMap((scores) => (scores[metric] === undefined ? [] : [scores[metric]]));
  const combined = Object.fromEntries(metrics.map((metric) => [metric, combine(metric, of(metric))]));
  const scores: Scores =
    draws.length === 1 ? combined : { ...combined, quality: verifiedQuality(combined, weights) };
  const uncertainty = Object.entries(scores).flatMap(([metric, outcome]) =>
    outcome.status === "scored"
      ? [
          [
            metric,
            uncertaintyOf(of(metric).flatMap((draw) => (draw.status === "scored" ? [draw.score] : []))),
          ],
        ]
      : [],
  );
  return { scores, uncertainty: Object.fromEntries(uncertainty) };
}

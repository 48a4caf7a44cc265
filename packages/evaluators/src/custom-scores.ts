import { type Criterion, criterionMetric, criterionScore } from "./criterion.ts";
import type { Outcome, Scores } from "./outcome.ts";

/** A team's own metric `custom_<id>`: the weighted mean of its criteria. */
export interface Rubric {
  readonly id: string;
  /** Part of `quality`, beside the weights of the configuration; 0 keeps it out. */
  readonly weight: number;
  readonly criteria: readonly (Criterion & { readonly weight: number })[];
}

/** A rubric for each criterion alone, of no weight. */
export const rubricsOf = (criteria: readonly Criterion[]): Rubric[] =>
  criteria.map((criterion) => ({ id: criterion.id, weight: 0, criteria: [{ ...criterion, weight: 1 }] }));

/**
 * Outcome of every rubric: the weighted mean in [0, 1] of the criteria that apply, abstaining (`not_applicable`) when
 * none does. Without rubrics every yes/no verdict is a metric of its own.
 */
export function customScores(
  verdicts: readonly { readonly id: string; readonly verdict: string }[],
  rubrics: readonly Rubric[] = rubricsOf(verdicts.map(({ id }) => ({ id, instruction: "" }))),
): Scores {
  const byId = new Map(verdicts.map(({ id, verdict }) => [id, verdict]));
  return Object.fromEntries(rubrics.map((rubric) => [criterionMetric(rubric.id), rubricScore(rubric, byId)]));
}

function rubricScore({ criteria }: Rubric, verdicts: ReadonlyMap<string, string>): Outcome {
  let weights = 0;
  let sum = 0;
  let applied = 0;
  for (const { id, levels, weight } of criteria) {
    const verdict = verdicts.get(id);
    if (verdict === undefined) return { status: "failed", reason: "incomplete" };
    if (verdict === "not_applicable") continue;
    const score = criterionScore(verdict, levels);
    if (score === undefined) return { status: "failed", reason: "unknown_enum" };
    weights += weight;
    sum += weight * score;
    applied += 1;
  }
  if (applied === 0) return { status: "abstained", reason: "not_applicable" };
  const score = Math.min(1, sum / weights);
  return criteria.length === 1
    ? { status: "scored", score }
    : { status: "scored", score, reason: `${applied} of ${criteria.length} criteria apply` };
}

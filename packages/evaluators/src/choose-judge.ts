/** A judge model that may be used, with what is known of it. */
export interface JudgeCandidate {
  readonly modelId: string;
  /** Mean price of one judged answer, USD; null when the model is unpriced. */
  readonly usdPerAnswer: number | null;
  /** Agreement with people's reviews: the lower end of its interval (e.g. of Cohen's kappa) and the number of reviews. */
  readonly agreement?: { readonly low: number; readonly reviews: number };
}

/** What agreement a judge must have shown. */
export interface AgreementGoal {
  readonly low: number;
  readonly reviews: number;
}

export type JudgeChoice = {
  readonly modelId: string;
  readonly why: "cheapest_that_agrees" | "no_reviews" | "none_agrees" | "none_priced";
};

/**
 * The cheapest candidate that people's reviews bear out; while none is, the first of the list, which is the team's own
 * choice, with the reason. An unpriced candidate is never the cheapest. Throws RangeError for an empty list.
 */
export function chooseJudge(candidates: readonly JudgeCandidate[], goal: AgreementGoal): JudgeChoice {
  const [first] = candidates;
  if (first === undefined) throw new RangeError("no judge model to choose from");
  const reviewed = candidates.filter(({ agreement }) => (agreement?.reviews ?? 0) >= goal.reviews);
  if (reviewed.length === 0) return { modelId: first.modelId, why: "no_reviews" };
  const agreeing = reviewed.filter(({ agreement }) => (agreement?.low ?? -1) >= goal.low);
  if (agreeing.length === 0) return { modelId: first.modelId, why: "none_agrees" };
  const priced = agreeing
    .flatMap(({ modelId, usdPerAnswer }) => (usdPerAnswer === null ? [] : [{ modelId, usdPerAnswer }]))
    .toSorted((a, b) => a.usdPerAnswer - b.usdPerAnswer);
  const [cheapest] = priced;
  if (cheapest !== undefined) return { modelId: cheapest.modelId, why: "cheapest_that_agrees" };
  return { modelId: (agreeing[0] ?? first).modelId, why: "none_priced" };
}

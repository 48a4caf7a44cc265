/** Metrics of the judge and of checks in which a lower score is the better one; of all others the higher is. */
export const LOWER_IS_BETTER: readonly string[] = [
  "noise_sensitivity_relevant",
  "noise_sensitivity_irrelevant",
  "refusal",
  "refusal_judged",
];

import { betaLogSurvival } from "./beta.ts";

/** P(X ≤ k) of Binomial(n, p), in [0, 1], for p in (0, 1): the upper tail of Beta(k+1, n−k) at p. */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  if (k >= n) return 1;
  return Math.exp(betaLogSurvival(p, k + 1, n - k));
}

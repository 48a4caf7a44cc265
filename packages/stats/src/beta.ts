import { logConcaveRoot } from "./log-concave-root.ts";
import { logBetaTails } from "./special.ts";

/** P(X ≤ x) of Beta(a, b), the regularised incomplete beta I_x(a, b), in [0, 1]; a, b > 0. */
export function betaCdf(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  return Math.exp(logBetaTails(Math.log(x) - Math.log1p(-x), a, b).lower);
}

/** ln P(X > x) of Beta(a, b); −Infinity at x ≥ 1. */
export function betaLogSurvival(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return Number.NEGATIVE_INFINITY;
  return logBetaTails(Math.log(x) - Math.log1p(-x), a, b).upper;
}

/**
 * The logit of the Beta(a, b) point with lower-tail probability `lower` and upper-tail probability `upper`.
 *
 * Both tails are arguments (they sum to 1) so that neither end loses digits; the smaller one is solved.
 */
export function betaLogitQuantile(lower: number, upper: number, a: number, b: number): number {
  const fromBelow = lower <= upper;
  return logConcaveRoot(
    (u) => {
      const tails = logBetaTails(u, a, b);
      const value = fromBelow ? tails.lower : tails.upper;
      const slope = Math.exp(tails.density - value);
      return { value, slope: fromBelow ? slope : -slope };
    },
    Math.log(fromBelow ? lower : upper),
    Math.log(a / b),
  );
}

/** The x in (0, 1) with P(X ≤ x) = p for Beta(a, b), p in (0, 1), relative error below 1e-10; throws RangeError outside. */
export function betaQuantile(p: number, a: number, b: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`a quantile needs p in (0, 1), got ${p}`);
  const u = betaLogitQuantile(p, 1 - p, a, b);
  return u >= 0 ? 1 / (1 + Math.exp(-u)) : Math.exp(u) / (1 + Math.exp(u));
}

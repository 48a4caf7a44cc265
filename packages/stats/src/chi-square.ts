import { logConcaveRoot } from "./log-concave-root.ts";
import { logGammaTails } from "./special.ts";

/** P(X ≤ x) of chi-square with df > 0, in [0, 1]. */
export function chiSquareCdf(x: number, df: number): number {
  return x <= 0 ? 0 : Math.exp(logGammaTails(x / 2, df / 2).lower);
}

/** P(X > x) of chi-square with df > 0, in [0, 1]: the p-value of a chi-square statistic. */
export function chiSquareSurvival(x: number, df: number): number {
  return x <= 0 ? 1 : Math.exp(logGammaTails(x / 2, df / 2).upper);
}

/** The x ≥ 0 with P(X ≤ x) = p for chi-square with df > 0, p in (0, 1), relative error below 1e-10. */
export function chiSquareQuantile(p: number, df: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`a quantile needs p in (0, 1), got ${p}`);
  const fromBelow = p <= 0.5;
  const shape = df / 2;
  const target = fromBelow ? Math.log(p) : Math.log1p(-p);
  // Seen from the right (Laurent & Massart 2000) the upper tail needs no step that overflows.
  const start = fromBelow ? shape : shape + Math.sqrt(-2 * shape * target) - target;
  const u = logConcaveRoot(
    (logX) => {
      const tails = logGammaTails(Math.exp(logX), shape, logX);
      const value = fromBelow ? tails.lower : tails.upper;
      const slope = Math.exp(tails.density - value);
      return { value, slope: fromBelow ? slope : -slope };
    },
    target,
    Math.log(start),
  );
  return 2 * Math.exp(u);
}

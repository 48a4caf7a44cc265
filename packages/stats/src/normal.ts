import { logConcaveRoot } from "./log-concave-root.ts";
import { logGammaTails } from "./special.ts";

const LOG_HALF = -Math.LN2;
const HALF_LOG_TWO_PI = 0.9189385332046727;

/** ln P(Z > z) of the standard normal, through Q(1/2, z²/2); finite for |z| < 1e154. */
export function normalLogSurvival(z: number): number {
  if (z === 0) return LOG_HALF;
  const { lower, upper } = logGammaTails((z * z) / 2, 0.5);
  return z > 0 ? LOG_HALF + upper : Math.log1p(Math.exp(lower)) + LOG_HALF;
}

/** P(Z ≤ z) of the standard normal, in [0, 1], relative error about 1e-13 in the lower tail. */
export function normalCdf(z: number): number {
  return Math.exp(normalLogSurvival(-z));
}

/** The z with P(Z ≤ z) = p for p in (0, 1), error below 1e-12; throws RangeError outside. */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`a quantile needs p in (0, 1), got ${p}`);
  if (p === 0.5) return 0;
  const tail = Math.min(p, 1 - p);
  const z = logConcaveRoot(
    (u) => {
      const value = normalLogSurvival(u);
      return { value, slope: -Math.exp(-0.5 * u * u - HALF_LOG_TWO_PI - value) };
    },
    Math.log(tail),
    Math.sqrt(-2 * Math.log(2 * tail)),
  );
  return p > 0.5 ? z : -z;
}

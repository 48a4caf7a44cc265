import { logBeta } from "./special.ts";

/** Pseudo-requests that hold the alternative near the planned share. */
const PRIOR_SIZE = 50;

/**
 * ln E that requests do not reach the canary with the planned share: a routing or logging fault, not an effect.
 *
 * Two-sided beta–binomial mixture E = B(50p+x, 50(1−p)+n−x)/B(50p, 50(1−p))/(pˣ(1−p)ⁿ⁻ˣ); anytime-valid for
 * independent assignment (Lindon & Malek 2022). E ≥ 2000 means decisions stop. Share in (0, 1), 0 ≤ canary ≤ total.
 */
export function sampleRatioEvidence({
  canary,
  total,
  share,
}: {
  readonly canary: number;
  readonly total: number;
  readonly share: number;
}): number {
  if (!(share > 0 && share < 1)) throw new RangeError(`the planned share lies in (0, 1), got ${share}`);
  if (!(canary >= 0 && canary <= total))
    throw new RangeError(`${canary} canary requests of ${total} is impossible`);
  return betaBinomialEvidence({
    hits: canary,
    trials: total,
    p: share,
    a: PRIOR_SIZE * share,
    b: PRIOR_SIZE * (1 - share),
  });
}

/** ln of B(a+k, b+t−k)/B(a, b)/(pᵏ(1−p)ᵗ⁻ᵏ), the Beta(a, b) mixture against a success probability of exactly p. */
export function betaBinomialEvidence({
  hits,
  trials,
  p,
  a,
  b,
}: {
  readonly hits: number;
  readonly trials: number;
  readonly p: number;
  readonly a: number;
  readonly b: number;
}): number {
  const misses = trials - hits;
  return logBeta(a + hits, b + misses) - logBeta(a, b) - hits * Math.log(p) - misses * Math.log1p(-p);
}

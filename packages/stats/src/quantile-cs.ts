import { betaBinomialEvidence } from "./sample-ratio.ts";
import { SKETCH_RELATIVE_ERROR, type Sketch, valueAtRank } from "./sketch.ts";

/** Pseudo-observations that tune the sequence, as in a Beta(20p, 20(1−p)) prior. */
const PRIOR_SIZE = 20;

/** The smallest k in (from, to] for which `holds`, which must switch once from false to true; `to + 1` if none. */
function firstWhere(from: number, to: number, holds: (k: number) => boolean): number {
  let [low, high] = [from, to + 1];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * A confidence sequence for the p-quantile, p in (0, 1): covers at all times at once with probability at least
 * 1−alpha for independent values.
 *
 * Inverts the beta–binomial test that k of t values lie at or below it (Howard & Ramdas 2022, Bernoulli 28(3)) and
 * adds the sketch's 1 % to both ends; an end is undefined while the data cannot bound it.
 */
export function quantileSequence(
  sketch: Sketch,
  p: number,
  alpha = 0.05,
): { readonly low: number | undefined; readonly high: number | undefined } {
  if (!(p > 0 && p < 1)) throw new RangeError(`a quantile needs p in (0, 1), got ${p}`);
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`alpha must lie in (0, 1), got ${alpha}`);
  const t = sketch.count;
  const limit = Math.log(1 / alpha);
  const plausible = (k: number) =>
    betaBinomialEvidence({ hits: k, trials: t, p, a: PRIOR_SIZE * p, b: PRIOR_SIZE * (1 - p) }) < limit;
  // The evidence falls towards k = pt and rises after it, so each side switches once.
  const centre = Math.round(p * t);
  const lowest = firstWhere(-1, centre, plausible);
  const highest = firstWhere(centre, t, (k) => !plausible(k)) - 1;
  const low = valueAtRank(sketch, lowest);
  const high = valueAtRank(sketch, highest + 1);
  return {
    low: low === undefined ? undefined : low - SKETCH_RELATIVE_ERROR * Math.abs(low),
    high: high === undefined ? undefined : high + SKETCH_RELATIVE_ERROR * Math.abs(high),
  };
}

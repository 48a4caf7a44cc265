import { normalQuantile } from "./normal.ts";

/** Keeps a p-value off 0 and 1. */
const LEAST_P = 2 ** -53;

export interface ConformalScore {
  /** share of calibration above z, ties split at random; uniform on (0, 1) when z and calibration are exchangeable */
  readonly p: number;
  /** Φ⁻¹(1 − p), clipped to ±Φ⁻¹(M/(M+1)): N(0, 1) when p is uniform, large when z is */
  readonly x: number;
}

/** How many of the ascending values are below `z` (or not above it, when `orEqual`). */
function countBelow(sorted: readonly number[], z: number, orEqual: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const value = sorted[middle] ?? Number.POSITIVE_INFINITY;
    if (value < z || (orEqual && value === z)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Conformal p-value of z among M ascending calibration values, p = (#above + u·(1 + #ties)) / (M + 1), and its normal score.
 *
 * u in [0, 1) is uniform (Vovk, Gammerman & Shafer 2005, ch. 2); throws RangeError for another u or a z that is no number.
 */
export function conformalScore(calibrationSorted: readonly number[], z: number, u: number): ConformalScore {
  if (!(u >= 0 && u < 1)) throw new RangeError(`u lies in [0, 1), got ${u}`);
  if (Number.isNaN(z)) throw new RangeError("z is no number");
  const size = calibrationSorted.length;
  const notAbove = countBelow(calibrationSorted, z, true);
  const ties = notAbove - countBelow(calibrationSorted, z, false);
  const rank = (size - notAbove + u * (1 + ties)) / (size + 1);
  const edge = Math.min(0.5, 1 / (size + 1));
  return {
    p: Math.min(1 - LEAST_P, Math.max(LEAST_P, rank)),
    x: -normalQuantile(Math.min(1 - edge, Math.max(edge, rank))),
  };
}

/** Normal scores Φ⁻¹((rank − ½)/M) of M values in their own order, ties at their mean rank; `sorted` are the same ascending. */
export function normalScores(values: ArrayLike<number>, sorted: readonly number[]): Float64Array {
  const size = sorted.length;
  const scoreAt = new Float64Array(size);
  for (let start = 0; start < size; ) {
    let end = start + 1;
    while (end < size && sorted[end] === sorted[start]) end += 1;
    scoreAt[start] = normalQuantile((start + end) / 2 / size);
    start = end;
  }
  const scores = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    const first = countBelow(sorted, value, false);
    if (sorted[first] !== value) throw new RangeError(`${value} is not among the sorted values`);
    scores[i] = scoreAt[first] as number;
  }
  return scores;
}

import { conformalScore, normalScores } from "@bellwether/stats/conformal-rank";
import { longRunVariance } from "@bellwether/stats/long-run-variance";

/** What a new score z is ranked against. */
export interface Calibration {
  /** ascending, in steps of 1e-4 */
  readonly calibration: readonly number[];
  /** long-run variance of the normal scores, ≥ 1 */
  readonly lrv: number;
  /** lag-1 autocorrelation of the normal scores */
  readonly rho1: number;
}

export interface Rank {
  /** N(0, 1) score, already over √LRV */
  readonly x: number;
  readonly p: number;
}

const STEPS = 1e4;
/** Beyond this a z says no more, and JSON has no infinity. */
const LARGEST_Z = 1e6;

/** z in the steps of a calibration, so that equal values stay ties. */
export const roundedZ = (z: number): number =>
  Math.round(Math.min(LARGEST_Z, Math.max(-LARGEST_Z, z)) * STEPS) / STEPS;

/** The calibration from residual scores in time order; a bucket without data is no step. */
export function calibrate(z: readonly number[]): Calibration {
  const rounded = z.map(roundedZ);
  const { lrv, rho1 } = longRunVariance(normalScores(rounded));
  return { calibration: Array.from(Float64Array.from(rounded).sort()), lrv, rho1 };
}

/** Conformal p and score of z, ties split by u in [0, 1). */
export function rank({ calibration, lrv }: Calibration, z: number, u: number): Rank {
  const { p, x } = conformalScore(calibration, roundedZ(z), u);
  return { x: x / Math.sqrt(lrv), p };
}

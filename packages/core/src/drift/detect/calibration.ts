import { conformalScore, normalScores } from "@bellwether/stats/conformal-rank";
import { longRunVariance } from "@bellwether/stats/long-run-variance";
import {
  fitPersistence,
  type Persistence,
  predictionError,
  predictionErrors,
} from "@bellwether/stats/persistence";

/** What a new residual score z is ranked against. */
export interface Calibration {
  /** z of the trailing days, ascending, in steps of 1e-4 */
  readonly calibration: readonly number[];
  /** how the normal scores of z predict each other from bucket to bucket */
  readonly persistence: Persistence;
  /** errors of those predictions, ascending, in steps of 1e-3; empty when there is nothing to predict */
  readonly errors: readonly number[];
  /** long-run variance of what remains, ≥ 1 */
  readonly lrv: number;
  /** lag-1 autocorrelation of what remains */
  readonly rho1: number;
}

export interface Rank {
  /** N(0, 1) score of what earlier buckets do not predict, over √LRV: what a detector is stepped with */
  readonly x: number;
  /** conformal p-value of the bucket by itself, one-sided: small when z is high */
  readonly p: number;
  /** what the buckets so far predict of the next score */
  readonly level: number;
}

/** Beyond this a z says no more, and JSON has no infinity. */
const LARGEST_Z = 1e6;

const inSteps = (value: number, perUnit: number): number => Math.round(value * perUnit) / perUnit;
const roundedError = (error: number): number => inSteps(error, 1e3);
const ascending = (values: ArrayLike<number>): number[] => Array.from(Float64Array.from(values).sort());

/** z in the steps of a calibration, so that equal values stay ties. */
export const roundedZ = (z: number): number => inSteps(Math.min(LARGEST_Z, Math.max(-LARGEST_Z, z)), 1e4);

/** The calibration from residual scores in time order; a bucket without data is no step. */
export function calibrate(z: readonly number[]): Calibration {
  const rounded = z.map(roundedZ);
  const calibration = ascending(rounded);
  const scores = normalScores(rounded, calibration);
  const persistence = fitPersistence(scores);
  if (persistence.share === 0) return { calibration, persistence, errors: [], ...longRunVariance(scores) };
  const made = predictionErrors(persistence, scores).map(roundedError);
  const errors = ascending(made);
  return { calibration, persistence, errors, ...longRunVariance(normalScores(made, errors)) };
}

/** Conformal p and score of z, ties split by u in [0, 1), given the level that the bucket before left (0 at first). */
export function rank(
  { calibration, persistence, errors, lrv }: Calibration,
  z: number,
  u: number,
  before: number,
): Rank {
  const alone = conformalScore(calibration, roundedZ(z), u);
  if (errors.length === 0) return { x: alone.x / Math.sqrt(lrv), p: alone.p, level: 0 };
  const { error, level } = predictionError(persistence, before, alone.x);
  return { x: conformalScore(errors, roundedError(error), 0.5).x / Math.sqrt(lrv), p: alone.p, level };
}

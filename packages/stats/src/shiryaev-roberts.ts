import { logMeanExp } from "./log-sum-exp.ts";

/** Effects on the mean of an N(0, 1) score, in its sd: a change in either direction. */
export const TWO_SIDED: readonly number[] = [-2, -1, -0.5, -0.25, 0.25, 0.5, 1, 2];

/** Effects on the mean of an N(0, 1) score, in its sd: only a rise. */
export const UPWARD: readonly number[] = [0.25, 0.5, 1, 2];

/** ln 0 that survives JSON and DynamoDB; no real ln R comes near it. */
const LOG_ZERO = -1e9;

/** State of a mixture Shiryaev-Roberts detector, one entry per effect; plain JSON. */
export interface EDetector {
  /** ln R of each effect, −1e9 for R = 0 */
  readonly logR: readonly number[];
  /** cumulative log likelihood ratio since it was last below 0 (CUSUM), per effect */
  readonly cusum: readonly number[];
  /** steps since `cusum` was last 0, per effect */
  readonly run: readonly number[];
  /** steps since the detector was fresh */
  readonly steps: number;
}

/** The detector before its first score. */
export function freshDetector(effects: readonly number[]): EDetector {
  const zeros = effects.map(() => 0);
  return { logR: effects.map(() => LOG_ZERO), cusum: zeros, run: zeros, steps: 0 };
}

/** ln(1 + e^v) without overflow. */
const softplus = (v: number): number => Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v)));

/**
 * The detector after one more score x, N(0, 1) without a change: R ← (1 + R)·exp(μx − μ²/2) for every effect μ.
 *
 * E[R_n] ≤ n without a change (Shin, Ramdas & Rinaldo 2022, arXiv 2203.03532); throws RangeError unless x is finite.
 */
export function stepDetector(effects: readonly number[], state: EDetector, x: number): EDetector {
  if (!Number.isFinite(x)) throw new RangeError(`a score must be finite, got ${x}`);
  if (effects.length !== state.logR.length)
    throw new RangeError(`${effects.length} effects for a state of ${state.logR.length}`);
  const gains = effects.map((mu) => mu * x - (mu * mu) / 2);
  const cusum = gains.map((gain, j) => Math.max(0, (state.cusum[j] ?? 0) + gain));
  return {
    logR: gains.map((gain, j) => softplus(state.logR[j] ?? LOG_ZERO) + gain),
    cusum,
    run: cusum.map((value, j) => (value > 0 ? (state.run[j] ?? 0) + 1 : 0)),
    steps: state.steps + 1,
  };
}

/** ln M of the equally weighted mixture M = mean of R: alarm when M ≥ A, once in A steps or less without a change. */
export function logMixture(state: EDetector): number {
  return logMeanExp(state.logR);
}

/** Steps since the estimated onset: the run of the effect with the largest CUSUM, 0 when all are 0. */
export function runUp(state: EDetector): number {
  let best = 0;
  let run = 0;
  state.cusum.forEach((value, j) => {
    if (value <= best) return;
    best = value;
    run = state.run[j] ?? 0;
  });
  return run;
}

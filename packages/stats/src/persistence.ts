import { autocorrelations } from "./autocorrelation.ts";

/** A series of variance 1 as persistent noise, AR(1), plus independent noise, with its steady-state Kalman filter. */
export interface Persistence {
  /** lag-1 correlation of the persistent part, in [0, 1) */
  readonly phi: number;
  /** its share of the variance, in [0, 1); 0 = independent series */
  readonly share: number;
  /** share of a prediction error that is taken into the next prediction */
  readonly gain: number;
  /** sd of the prediction errors */
  readonly sd: number;
}

/** An independent series: nothing to predict. */
export const INDEPENDENT: Persistence = { phi: 0, share: 0, gain: 0, sd: 1 };

const PHIS = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.965, 0.975, 0.985, 0.99, 0.995];
const LARGEST_SHARE = 0.98;
const LAGS = 96;
const MEMBERS_PER_LAG = 16;
/** Fit of the autocorrelations, as a chi-square of one degree of freedom, from which persistence is believed. */
const BELIEVED = 10;

/** The filter of persistent noise with these parameters, from the fixed point of its Riccati equation (Kalman 1960). */
export function persistence(phi: number, share: number): Persistence {
  const independent = 1 - share;
  const fresh = share * (1 - phi * phi);
  const half = (fresh - independent * (1 - phi * phi)) / 2;
  const variance = half + Math.sqrt(half * half + fresh * independent);
  return { phi, share, gain: variance / (variance + independent), sd: Math.sqrt(variance + independent) };
}

/**
 * Persistence of a series with variance 1, by least squares of share·φ^k to its first 96 autocorrelations.
 *
 * `INDEPENDENT` unless they differ clearly from those of independent noise; a series shorter than 16 per lag is given
 * fewer lags.
 */
export function fitPersistence(series: ArrayLike<number>): Persistence {
  const rho = autocorrelations(series, Math.min(LAGS, Math.floor(series.length / MEMBERS_PER_LAG)));
  let best = { explained: BELIEVED / series.length, phi: 0, share: 0 };
  for (const phi of PHIS) {
    let cross = 0;
    let squares = 0;
    let power = 1;
    for (const value of rho) {
      power *= phi;
      cross += value * power;
      squares += power * power;
    }
    const share = Math.min(LARGEST_SHARE, cross / squares);
    const explained = share * (2 * cross - share * squares);
    if (share > 0 && explained > best.explained) best = { explained, phi, share };
  }
  return best.share === 0 ? INDEPENDENT : persistence(best.phi, best.share);
}

/** The error of predicting x from `level`, in sd, and the level that predicts the next one; a series starts at level 0. */
export function predictionError(
  { phi, gain, sd }: Persistence,
  level: number,
  x: number,
): { readonly error: number; readonly level: number } {
  return { error: (x - level) / sd, level: phi * (level + gain * (x - level)) };
}

/** All prediction errors of a series: independent N(0, 1) when the series is what `persistence` says. */
export function predictionErrors(of: Persistence, series: ArrayLike<number>): Float64Array {
  const errors = new Float64Array(series.length);
  let level = 0;
  for (let i = 0; i < series.length; i++) {
    const next = predictionError(of, level, series[i] ?? 0);
    level = next.level;
    errors[i] = next.error;
  }
  return errors;
}

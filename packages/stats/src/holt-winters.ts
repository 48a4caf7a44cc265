/** Smoothing of level, trend and season, each in [0, 1]; `damping` of the trend in (0, 1]. */
export interface HoltWintersRates {
  readonly level: number;
  readonly trend: number;
  readonly season: number;
  readonly damping: number;
  /** Largest trend per step, either way: a jump of the level is not growth that goes on. */
  readonly maxTrend: number;
  /** What an observation misses its forecast by counts as at most this, either way: an outlier is no new level. */
  readonly maxSurprise: number;
}

/** State after the observation `n − 1`; `season[t mod period]` belongs to observation t. */
export interface HoltWinters {
  readonly n: number;
  readonly level: number;
  readonly trend: number;
  readonly season: readonly number[];
}

/**
 * State after the first observations, a whole number of periods (at least one): level = their mean, season = mean
 * deviation of each place in the period, trend = 0, which so few observations cannot tell from noise.
 */
export function startHoltWinters(first: readonly number[], period: number): HoltWinters {
  const periods = first.length / period;
  if (!(Number.isInteger(period) && period >= 1 && Number.isInteger(periods) && periods >= 1))
    throw new RangeError(`a start needs whole periods of ${period}, got ${first.length} observations`);
  if (!first.every(Number.isFinite)) throw new RangeError("an observation must be finite");
  const level = first.reduce((sum, y) => sum + y, 0) / first.length;
  const season = Array.from({ length: period }, () => 0);
  first.forEach((y, t) => {
    season[t % period] = (season[t % period] ?? 0) + (y - level) / periods;
  });
  return { n: first.length, level, trend: 0, season };
}

const seasonAt = ({ season }: HoltWinters, t: number): number => season[t % season.length] ?? 0;

/** Forecast of the observation `ahead` ≥ 1 steps after the last: level + (φ + … + φ^ahead)·trend + season. */
export function forecastAhead(state: HoltWinters, ahead: number, { damping }: HoltWintersRates): number {
  if (!(Number.isInteger(ahead) && ahead >= 1))
    throw new RangeError(`a forecast is 1 or more steps ahead, got ${ahead}`);
  const steps = damping === 1 ? ahead : (damping * (1 - damping ** ahead)) / (1 - damping);
  return state.level + steps * state.trend + seasonAt(state, state.n + ahead - 1);
}

const clamp = (value: number, most: number): number => Math.min(most, Math.max(-most, value));

/**
 * State after one more observation: Holt and Winters' additive season with damped additive trend (Hyndman &
 * Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §8.3). Throws RangeError for one that is not finite.
 */
export function observeNext(state: HoltWinters, y: number, rates: HoltWintersRates): HoltWinters {
  if (!Number.isFinite(y)) throw new RangeError(`an observation must be finite, got ${y}`);
  const drifted = state.level + rates.damping * state.trend;
  const seasonal = seasonAt(state, state.n);
  const surprise = clamp(y - drifted - seasonal, rates.maxSurprise);
  const level = drifted + rates.level * surprise;
  const trend = rates.trend * (level - state.level) + (1 - rates.trend) * rates.damping * state.trend;
  const season = [...state.season];
  // γ·(y − drifted) + (1 − γ)·season, with what counts of the surprise.
  season[state.n % season.length] = seasonal + rates.season * surprise;
  return { n: state.n + 1, level, trend: clamp(trend, rates.maxTrend), season };
}

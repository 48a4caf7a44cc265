import { autocorrelations } from "./autocorrelation.ts";

/** How much more the sum of a series varies than if its members were independent. */
export interface LongRunVariance {
  /** 1 + 2 Σ_k (1 − k/(lags+1)) ρ_k, at least 1 */
  readonly lrv: number;
  /** lag-1 autocorrelation in [−1, 1]; 0 for a constant series */
  readonly rho1: number;
}

/** Members of a series that a lag takes: with fewer the estimate is noise, and its floor makes it too large. */
const MEMBERS_PER_LAG = 16;

/**
 * Long-run variance of a series in units of its variance, Bartlett weights (Newey & West 1987), floored at 1.
 *
 * A series shorter than 16 per lag is given fewer lags, at least 1. An estimate within one standard error of 1,
 * √(4·lags/(3n)), is 1: floored noise would be too large on average.
 */
export function longRunVariance(series: ArrayLike<number>, lags = 24): LongRunVariance {
  const used = Math.max(1, Math.min(lags, Math.floor(series.length / MEMBERS_PER_LAG)));
  const rho = autocorrelations(series, used);
  let lrv = 1;
  rho.forEach((value, i) => {
    lrv += 2 * (1 - (i + 1) / (used + 1)) * value;
  });
  const error = Math.sqrt((4 * used) / (3 * Math.max(1, series.length)));
  return { lrv: lrv > 1 + error ? lrv : 1, rho1: rho[0] ?? 0 };
}

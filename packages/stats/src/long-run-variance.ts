/** How much more the sum of a series varies than if its members were independent. */
export interface LongRunVariance {
  /** 1 + 2 Σ_k (1 − k/(lags+1)) ρ_k, at least 1 */
  readonly lrv: number;
  /** lag-1 autocorrelation in [−1, 1]; 0 for a constant series */
  readonly rho1: number;
}

/** Long-run variance of a series in units of its variance, Bartlett weights (Newey & West 1987), floored at 1. */
export function longRunVariance(series: ArrayLike<number>, lags = 24): LongRunVariance {
  const n = series.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += series[i] ?? 0;
  const centred = new Float64Array(n);
  for (let i = 0; i < n; i++) centred[i] = (series[i] ?? 0) - sum / n;
  const product = (lag: number): number => {
    let total = 0;
    for (let i = lag; i < n; i++) total += (centred[i] as number) * (centred[i - lag] as number);
    return total;
  };
  const variance = product(0);
  if (!(variance > 0)) return { lrv: 1, rho1: 0 };
  let lrv = 1;
  for (let lag = 1; lag <= Math.min(lags, n - 1); lag++)
    lrv += 2 * (1 - lag / (lags + 1)) * (product(lag) / variance);
  return { lrv: Math.max(1, lrv), rho1: product(1) / variance };
}

/** Autocorrelations ρ_1 … ρ_lags of a series, each over the whole series' variance; zeros for a constant one. */
export function autocorrelations(series: ArrayLike<number>, lags: number): Float64Array {
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
  const rho = new Float64Array(lags);
  if (variance > 0) for (let k = 0; k < lags; k++) rho[k] = product(k + 1) / variance;
  return rho;
}

import { chiSquareSurvival } from "./chi-square.ts";

/** Counts per bin of the reference and of the current window, on the same bins. */
export interface TwoSamples {
  readonly reference: readonly number[];
  readonly current: readonly number[];
}

const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/** Both totals; throws RangeError when the bins differ in number or a sample is empty. */
function sizesOf({ reference, current }: TwoSamples): { readonly n: number; readonly m: number } {
  if (reference.length !== current.length)
    throw new RangeError(`${reference.length} bins against ${current.length}`);
  const n = sumOf(reference);
  const m = sumOf(current);
  if (!(n > 0 && m > 0)) throw new RangeError("a sample without observations has no distribution");
  return { n, m };
}

export interface PopulationStability {
  /** Σ (q−p)·ln(q/p) */
  readonly psi: number;
  /** what `psi` is on average when nothing changed: (B−1)(1/n + 1/m) */
  readonly nullMean: number;
  /** psi − nullMean; may be negative */
  readonly debiased: number;
  /** p-value of psi·nm/(n+m) as chi-square with B−1 degrees of freedom */
  readonly p: number;
}

/** Population stability index over the bins that any sample fills, half an observation added to each (Yurdakul & Naranjo 2020). */
export function populationStability(samples: TwoSamples): PopulationStability {
  const { n, m } = sizesOf(samples);
  const filled = samples.reference
    .map((count, i) => [count, samples.current[i] ?? 0] as const)
    .filter(([a, b]) => a + b > 0);
  const room = filled.length / 2;
  const psi = filled.reduce((sum, [a, b]) => {
    const p = (a + 0.5) / (n + room);
    const q = (b + 0.5) / (m + room);
    return sum + (q - p) * Math.log(q / p);
  }, 0);
  const df = filled.length - 1;
  const nullMean = df * (1 / n + 1 / m);
  const p = df === 0 ? 1 : chiSquareSurvival((psi * n * m) / (n + m), df);
  return { psi, nullMean, debiased: psi - nullMean, p };
}

/** Jensen-Shannon divergence in bits, in [0, 1] (Lin 1991). */
export function jensenShannon(samples: TwoSamples): number {
  const { n, m } = sizesOf(samples);
  let sum = 0;
  samples.reference.forEach((count, i) => {
    const p = count / n;
    const q = (samples.current[i] ?? 0) / m;
    const middle = (p + q) / 2;
    if (p > 0) sum += (p / 2) * Math.log2(p / middle);
    if (q > 0) sum += (q / 2) * Math.log2(q / middle);
  });
  return Math.min(1, Math.max(0, sum));
}

/** P(K > λ) of the Kolmogorov distribution, in [0, 1]. */
function kolmogorovSurvival(lambda: number): number {
  // The alternating series does not converge towards 0, where the p-value is 1 to 15 digits.
  if (lambda < 0.2) return 1;
  let sum = 0;
  for (let k = 1; k <= 100; k++) {
    const term = Math.exp(-2 * k * k * lambda * lambda);
    sum += k % 2 === 1 ? term : -term;
    if (term < 1e-17) break;
  }
  return Math.min(1, Math.max(0, 2 * sum));
}

/**
 * Two-sample Kolmogorov-Smirnov: D at the bin edges, bins ascending, and its p-value (Stephens 1970).
 *
 * With one bin per distinct value D is exact; with wider bins it is too small and p too large.
 */
export function kolmogorovSmirnov(samples: TwoSamples): { readonly d: number; readonly p: number } {
  const { n, m } = sizesOf(samples);
  let [f, g, d] = [0, 0, 0];
  samples.reference.forEach((count, i) => {
    f += count;
    g += samples.current[i] ?? 0;
    d = Math.max(d, Math.abs(f / n - g / m));
  });
  const root = Math.sqrt((n * m) / (n + m));
  return { d, p: kolmogorovSurvival((root + 0.12 + 0.11 / root) * d) };
}

/**
 * Wasserstein-1 distance ∫|F − G| over the reference's sd, bins by their ascending representatives `values`.
 *
 * Throws RangeError unless every bin has a value; a reference without spread has no such unit: `undefined`.
 */
export function wasserstein1(samples: TwoSamples, values: readonly number[]): number | undefined {
  const { n, m } = sizesOf(samples);
  const { reference, current } = samples;
  if (values.length !== reference.length)
    throw new RangeError(`${values.length} values for ${reference.length} bins`);
  const value = (i: number): number => values[i] ?? Number.NaN;
  const mean = reference.reduce((sum, count, i) => sum + count * value(i), 0) / n;
  const variance = reference.reduce((sum, count, i) => sum + count * (value(i) - mean) ** 2, 0) / n;
  if (!(variance > 0)) return undefined;
  let [f, g, area] = [0, 0, 0];
  for (let i = 0; i + 1 < values.length; i++) {
    f += reference[i] ?? 0;
    g += current[i] ?? 0;
    area += Math.abs(f / n - g / m) * (value(i + 1) - value(i));
  }
  return area / Math.sqrt(variance);
}

export interface GoodnessOfFit {
  /** 2 Σ O·ln(O/E) ≥ 0 */
  readonly g: number;
  readonly df: number;
  readonly p: number;
  /** signed square roots of the bins' shares of g (deviance residuals): positive where there is more than expected */
  readonly residuals: readonly number[];
}

/** G test of counts against expected shares, all positive and summing to 1; throws RangeError otherwise. */
export function goodnessOfFit(counts: readonly number[], shares: readonly number[]): GoodnessOfFit {
  if (counts.length !== shares.length) throw new RangeError(`${counts.length} bins against ${shares.length}`);
  if (!shares.every((share) => share > 0) || Math.abs(sumOf(shares) - 1) > 1e-9)
    throw new RangeError("expected shares are positive and sum to 1");
  const n = sumOf(counts);
  const residuals = counts.map((count, i) => {
    const expected = n * (shares[i] ?? 0);
    const deviance = 2 * ((count > 0 ? count * Math.log(count / expected) : 0) - (count - expected));
    return Math.sign(count - expected) * Math.sqrt(Math.max(0, deviance));
  });
  const g = residuals.reduce((sum, residual) => sum + residual * residual, 0);
  const df = counts.length - 1;
  return { g, df, p: df === 0 ? 1 : chiSquareSurvival(g, df), residuals };
}

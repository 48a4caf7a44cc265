/** Additive sums of a sequence of (centred, weighted) increments such as φ. */
export interface SequenceMoments {
  readonly n: number;
  readonly sum: number;
  readonly sum2: number;
}

export interface AsymptoticOptions {
  /** Probability of ever missing the truth, in (0, 1); default 0.05. */
  readonly alpha?: number;
  /** Number of observations at which the sequence is narrowest; default 1000. */
  readonly narrowestAt?: number;
}

/** r², the mixture precision per observation that makes the two-sided sequence narrowest at n* (Waudby-Smith et al. 2024). */
function precision(alpha: number, narrowestAt: number): number {
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`alpha must lie in (0, 1), got ${alpha}`);
  if (!(narrowestAt > 0)) throw new RangeError(`narrowestAt must be > 0, got ${narrowestAt}`);
  const log = -2 * Math.log(alpha);
  return (log + Math.log(1 + log)) / narrowestAt;
}

/**
 * Half-width of the asymptotic confidence sequence for a mean of n observations with the given variance (of one
 * observation): s·√(2(nr²+1)/(n²r²)·ln(√(nr²+1)/α)); one-sided ln(1+√(nr²+1)/(2α)) with r² at 2α.
 *
 * Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas 2024, arXiv 2103.06476, theorems 2.2 and 2.5; Infinity at n = 0.
 */
export function asymptoticHalfWidth(
  { n, variance, sides }: { readonly n: number; readonly variance: number; readonly sides: 1 | 2 },
  { alpha = 0.05, narrowestAt = 1000 }: AsymptoticOptions = {},
): number {
  if (n === 0) return Number.POSITIVE_INFINITY;
  const r2 = precision(sides === 2 ? alpha : 2 * alpha, narrowestAt);
  const grown = n * r2 + 1;
  const log = sides === 2 ? Math.log(Math.sqrt(grown) / alpha) : Math.log1p(Math.sqrt(grown) / (2 * alpha));
  return Math.sqrt(variance * ((2 * grown) / (n * n * r2)) * log);
}

function meanAndVariance({ n, sum, sum2 }: SequenceMoments): { mean: number; variance: number } {
  const mean = sum / n;
  return { mean, variance: Math.max(0, sum2 / n - mean * mean) };
}

/**
 * The two-sided asymptotic confidence sequence of the mean: covers at all times at once with probability about
 * 1−alpha. Undefined below 2 observations, where no variance exists. Descriptive: never the trigger of a rollback.
 */
export function asymptoticSequence(
  m: SequenceMoments,
  options: AsymptoticOptions = {},
): { readonly mean: number; readonly low: number; readonly high: number } | undefined {
  if (m.n < 2) return undefined;
  const { mean, variance } = meanAndVariance(m);
  const half = asymptoticHalfWidth({ n: m.n, variance, sides: 2 }, options);
  return { mean, low: mean - half, high: mean + half };
}

/**
 * The anytime p-value of "the mean is 0": min(1, 1/e), e = exp(r²S²/(2s²(nr²+1)))/√(nr²+1), in [0, 1].
 *
 * It is below alpha exactly when the two-sided sequence at that alpha, tuned alike, excludes 0; undefined below 2
 * observations or without any spread.
 */
export function asymptoticPValue(m: SequenceMoments, options: AsymptoticOptions = {}): number | undefined {
  if (m.n < 2) return undefined;
  const { variance } = meanAndVariance(m);
  if (variance === 0) return undefined;
  const { alpha = 0.05, narrowestAt = 1000 } = options;
  const r2 = precision(alpha, narrowestAt);
  const grown = m.n * r2 + 1;
  return Math.min(1, Math.exp(0.5 * Math.log(grown) - (r2 * m.sum * m.sum) / (2 * variance * grown)));
}

import { withoutRounding } from "./mean-interval.ts";
import { studentTCdf, studentTQuantile } from "./student-t.ts";
import { seededIndices } from "./uniform.ts";

/** What n items say about a ratio of means Σa/Σb; every bound errs with at most its own probability alpha. */
export interface BootstrapEstimate {
  readonly n: number;
  readonly estimate: number;
  readonly standardError: number;
  /** Below it the truth lies with probability at most alpha; −Infinity when there is too little to say. */
  readonly lower: (alpha: number) => number;
  /** Above it the truth lies with probability at most alpha; +Infinity when there is too little to say. */
  readonly upper: (alpha: number) => number;
  /** The p-value of "the truth is at most `limit`": at most alpha exactly when lower(alpha) > limit. */
  readonly pAbove: (limit: number) => number;
  /** The p-value of "the truth is at least `limit`". */
  readonly pBelow: (limit: number) => number;
}

export interface BootstrapOptions {
  readonly seed: number;
  /** Resamples; an alpha below 1/(resamples + 1) has no bound. */
  readonly resamples: number;
}

/** One item: its part in the numerator and in the denominator. */
export type Pair = readonly [a: number, b: number];

/** Observations at the sample's own variance that a resample's variance is mixed with, lest a resample of equal values has none. */
const SHRINK = 3;

interface Ratio {
  readonly ratio: number;
  /** linearised variance of one item, relative to the mean of b */
  readonly variance: number;
}

function ratioOf(n: number, sums: { a: number; b: number; aa: number; ab: number; bb: number }): Ratio {
  const { a, b, aa, ab, bb } = sums;
  const ratio = a / b;
  const squares = withoutRounding(aa - 2 * ratio * ab + ratio * ratio * bb, aa + ratio * ratio * bb);
  return { ratio, variance: squares / (n - 1) / (b / n) ** 2 };
}

/** Studentised deviations of the resampled ratio from the ratio, ascending. */
function deviations(
  pairs: readonly Pair[],
  whole: Ratio,
  { seed, resamples }: BootstrapOptions,
): Float64Array {
  const n = pairs.length;
  const a = Float64Array.from(pairs, ([value]) => value);
  const b = Float64Array.from(pairs, ([, value]) => value);
  const fill = seededIndices(seed, n);
  const drawn = new Uint32Array(n);
  const t = new Float64Array(resamples);
  for (let r = 0; r < resamples; r++) {
    let [sa, sb, saa, sab, sbb] = [0, 0, 0, 0, 0];
    fill(drawn);
    for (let i = 0; i < n; i++) {
      const at = drawn[i] as number;
      const x = a[at] as number;
      const y = b[at] as number;
      sa += x;
      sb += y;
      saa += x * x;
      sab += x * y;
      sbb += y * y;
    }
    if (!(sb > 0)) {
      t[r] = r % 2 === 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
      continue;
    }
    const { ratio, variance } = ratioOf(n, { a: sa, b: sb, aa: saa, ab: sab, bb: sbb });
    const mixed = ((n - 1) * variance + SHRINK * whole.variance) / (n - 1 + SHRINK);
    t[r] = (ratio - whole.ratio) / Math.sqrt(mixed / n);
  }
  return t.sort();
}

/**
 * The ratio of means Σa/Σb over independent items with b ≥ 0, with bounds by the wider of Student's t and the
 * studentised bootstrap (Efron & Tibshirani 1993, §12.5) on the linearised variance.
 *
 * Either alone misses more than it says: t under skewness, the bootstrap where most items are equal. Items that all
 * have the same ratio leave no spread: their bounds are the ratio itself, down to the 2⁻ⁿ of a sign test. Throws
 * RangeError when Σb ≤ 0 or n < 2.
 */
export function bootstrapRatio(pairs: readonly Pair[], options: BootstrapOptions): BootstrapEstimate {
  const n = pairs.length;
  const { resamples } = options;
  if (n < 2) throw new RangeError(`an interval needs two items, got ${n}`);
  if (!(Number.isInteger(resamples) && resamples > 0))
    throw new RangeError(`resamples are a whole number > 0, got ${resamples}`);
  const sums = { a: 0, b: 0, aa: 0, ab: 0, bb: 0 };
  for (const [x, y] of pairs) {
    if (!(Number.isFinite(x) && y >= 0 && Number.isFinite(y)))
      throw new RangeError(`an item is finite and its denominator ≥ 0, got ${x} and ${y}`);
    sums.a += x;
    sums.b += y;
    sums.aa += x * x;
    sums.ab += x * y;
    sums.bb += y * y;
  }
  if (!(sums.b > 0)) throw new RangeError("the denominators sum to 0");
  const whole = ratioOf(n, sums);
  const { ratio: estimate, variance } = whole;
  const standardError = Math.sqrt(variance / n);
  if (variance === 0) {
    const least = 0.5 ** n;
    return {
      n,
      estimate,
      standardError,
      lower: (alpha) => (alpha >= least ? estimate : Number.NEGATIVE_INFINITY),
      upper: (alpha) => (alpha >= least ? estimate : Number.POSITIVE_INFINITY),
      pAbove: (limit) => (estimate > limit ? least : 1),
      pBelow: (limit) => (estimate < limit ? least : 1),
    };
  }
  const t = deviations(pairs, whole, options);
  const quantiles = (alpha: number) => {
    const k = Math.floor((resamples + 1) * alpha);
    const student = studentTQuantile(1 - alpha, n - 1);
    if (k < 1) return { down: Number.POSITIVE_INFINITY, up: Number.POSITIVE_INFINITY };
    return {
      down: Math.max(student, t[resamples - k] as number),
      up: Math.max(student, -(t[k - 1] as number)),
    };
  };
  const p = (z: number, asExtreme: (deviation: number) => boolean): number =>
    Math.max(1 - studentTCdf(z, n - 1), (t.filter(asExtreme).length + 1) / (resamples + 1));
  return {
    n,
    estimate,
    standardError,
    lower: (alpha) => estimate - quantiles(alpha).down * standardError,
    upper: (alpha) => estimate + quantiles(alpha).up * standardError,
    pAbove: (limit) => {
      const z = (estimate - limit) / standardError;
      return p(z, (deviation) => deviation >= z);
    },
    pBelow: (limit) => {
      const z = (limit - estimate) / standardError;
      return p(z, (deviation) => -deviation >= z);
    },
  };
}

/** The mean of n values with the bounds of `bootstrapRatio`. */
export function bootstrapMean(values: readonly number[], options: BootstrapOptions): BootstrapEstimate {
  return bootstrapRatio(
    values.map((value) => [value, 1] as const),
    options,
  );
}

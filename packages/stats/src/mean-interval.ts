import { normalQuantile } from "./normal.ts";
import { studentTQuantile } from "./student-t.ts";

/** A weighted mean with its interval; `variance` is that of the mean, `nEff` Kish's effective size, `n` the count. */
export interface Estimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly variance: number;
  readonly nEff: number;
  readonly n: number;
}

export interface EstimateOptions {
  /** Confidence level in (0, 1); default 0.95. */
  readonly level?: number;
  /** `process`: the system that produced the requests (default); `finite`: exactly the requests served. */
  readonly target?: "process" | "finite";
  /** Smallest and largest possible value; default [0, 1]. */
  readonly range?: readonly [number, number];
}

/** Below this share of the second moment a sum of squared residuals is rounding, not spread. */
const ROUNDING = 1e-12;

/** A sum of squared residuals, with what floating-point cancellation left of "no spread" taken as exactly 0. */
export function withoutRounding(squares: number, secondMoment: number): number {
  return squares > ROUNDING * secondMoment ? squares : 0;
}

/**
 * The estimate mean ± t·√variance clipped to the range, t at nEff−1 degrees of freedom.
 *
 * With nEff ≤ 1 the interval is the whole range. With variance 0 it leaves room for the unseen mass z²/(nEff+z²)
 * pulled to either end of a finite range, which for a mean at an end is Wilson's interval.
 */
export function meanInterval(
  known: { readonly mean: number; readonly variance: number; readonly nEff: number; readonly n: number },
  { level = 0.95, range = [0, 1] }: EstimateOptions,
): Estimate {
  if (!(level > 0 && level < 1)) throw new RangeError(`a confidence level lies in (0, 1), got ${level}`);
  const [least, most] = range;
  const { mean, variance, nEff } = known;
  const clip = (x: number) => Math.min(most, Math.max(least, x));
  if (nEff <= 1 + ROUNDING) return { ...known, low: least, high: most };
  if (variance === 0 && Number.isFinite(most - least)) {
    const z2 = normalQuantile((1 + level) / 2) ** 2;
    const unseen = z2 / (nEff + z2);
    return { ...known, low: clip(mean - (mean - least) * unseen), high: clip(mean + (most - mean) * unseen) };
  }
  const half = studentTQuantile((1 + level) / 2, nEff - 1) * Math.sqrt(variance);
  return { ...known, low: clip(mean - half), high: clip(mean + half) };
}

import { type Estimate, type EstimateOptions, meanInterval, withoutRounding } from "./mean-interval.ts";
import type { Moments } from "./moments.ts";

export type { Estimate, EstimateOptions } from "./mean-interval.ts";

/** Kish's effective sample size (Σw)²/Σw², in observations; 0 without observations. */
export function kishEffectiveSize(m: Pick<Moments, "sw" | "sw2">): number {
  return m.sw2 > 0 ? (m.sw * m.sw) / m.sw2 : 0;
}

/** Whether a mean on nEff effective observations may be shown: below 10 not, below 30 only with a flag. */
export function reliability(nEff: number): "suppressed" | "flagged" | "published" {
  if (nEff < 10) return "suppressed";
  return nEff < 30 ? "flagged" : "published";
}

/**
 * The Hájek mean Σwy/Σw with interval m ± t·√V clipped to the range (default [0, 1]), t at nEff−1 degrees of
 * freedom; undefined without observations.
 *
 * V = Σw²e²/(Σw)², each term times (1−pi) for the finite target (Särndal, Swensson & Wretman 1992, ch. 5). With
 * nEff ≤ 1 the interval is the whole range; equal values leave room for unseen ones (see meanInterval).
 */
export function hajekEstimate(m: Moments, options: EstimateOptions = {}): Estimate | undefined {
  if (!(m.sw > 0)) return undefined;
  const [least, most] = options.range ?? [0, 1];
  const mean = Math.min(most, Math.max(least, m.swy / m.sw));
  const nEff = kishEffectiveSize(m);
  const sums =
    options.target === "finite"
      ? { w2: m.fsw2, w2y: m.fsw2y, w2y2: m.fsw2y2 }
      : { w2: m.sw2, w2y: m.sw2y, w2y2: m.sw2y2 };
  const centred = sums.w2y2 - 2 * mean * sums.w2y + mean * mean * sums.w2;
  const squares = withoutRounding(centred, sums.w2y2 + mean * mean * sums.w2);
  const known = { mean, variance: squares / (m.sw * m.sw), nEff, n: m.n };
  const census = options.target === "finite" && sums.w2 === 0;
  return census ? { ...known, low: mean, high: mean } : meanInterval(known, options);
}

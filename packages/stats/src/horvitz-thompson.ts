import { kishEffectiveSize } from "./hajek.ts";
import { type Estimate, type EstimateOptions, meanInterval } from "./mean-interval.ts";
import type { Moments } from "./moments.ts";

/**
 * The Horvitz–Thompson mean Σwy/N with its interval; undefined when the population size N is unknown (0) or
 * nothing was observed.
 *
 * V = N⁻²Σ(1−pi)w²y² for the finite target and N⁻²Σw²y² − m²/N for the process (Horvitz & Thompson 1952). Unbiased,
 * but its variance grows with y², not with the spread: for a mean prefer Hájek, for a total take N times this.
 */
export function horvitzThompsonMean(m: Moments, options: EstimateOptions = {}): Estimate | undefined {
  if (m.N === 0 || m.n === 0) return undefined;
  if (m.n > m.N) throw new RangeError(`${m.n} observations from a population of ${m.N}`);
  const mean = m.swy / m.N;
  const finite = options.target === "finite";
  const squares = finite ? m.fsw2y2 : m.sw2y2 - mean * mean * m.N;
  const known = { mean, variance: Math.max(0, squares) / (m.N * m.N), nEff: kishEffectiveSize(m), n: m.n };
  const census = finite && m.fsw2 === 0 && m.n === m.N;
  return census ? { ...known, low: mean, high: mean } : meanInterval(known, options);
}

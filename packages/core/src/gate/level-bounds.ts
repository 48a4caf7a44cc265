import { betaQuantile } from "@bellwether/stats/beta";
import { binomialCdf } from "@bellwether/stats/binomial";
import { type BootstrapOptions, bootstrapMean } from "@bellwether/stats/bootstrap-ratio";
import { meanInterval } from "@bellwether/stats/mean-interval";
import { normalCdf } from "@bellwether/stats/normal";

/** What scores in [0, 1] say about the level they come from. */
export interface LevelBounds {
  readonly mean: number;
  readonly lower: (alpha: number) => number;
  readonly upper: (alpha: number) => number;
  /** The p-value of "the level is at least `limit`". */
  readonly pBelow: (limit: number) => number;
}

/** Exact bounds of a proportion for values that are all 0 or 1 (Clopper & Pearson 1934), else those of a mean; needs two values. */
export function levelBounds(values: readonly number[], options: BootstrapOptions): LevelBounds {
  const n = values.length;
  const hits = values.filter((value) => value === 1).length;
  if (values.every((value) => value === 0 || value === 1))
    return {
      mean: hits / n,
      lower: (alpha) => (hits === 0 ? 0 : betaQuantile(alpha, hits, n - hits + 1)),
      upper: (alpha) => (hits === n ? 1 : betaQuantile(1 - alpha, hits + 1, n - hits)),
      pBelow: (limit) => binomialCdf(hits, n, limit),
    };
  const { estimate: mean, standardError, lower, upper, pBelow } = bootstrapMean(values, options);
  if (standardError > 0)
    return {
      mean,
      lower: (alpha) => Math.max(0, lower(alpha)),
      upper: (alpha) => Math.min(1, upper(alpha)),
      pBelow,
    };
  // Equal scores: an unseen one may lie anywhere.
  const at = (alpha: number) => meanInterval({ mean, variance: 0, nEff: n, n }, { level: 1 - 2 * alpha });
  return {
    mean,
    lower: (alpha) => at(alpha).low,
    upper: (alpha) => at(alpha).high,
    pBelow: (limit) => {
      const unseen = (limit - mean) / (1 - mean);
      return unseen <= 0 ? 1 : unseen >= 1 ? 0 : normalCdf(-Math.sqrt((n * unseen) / (1 - unseen)));
    },
  };
}

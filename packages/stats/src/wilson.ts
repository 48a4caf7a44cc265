import { normalQuantile } from "./normal.ts";

/**
 * Wilson's score interval for a proportion in [0, 1], with an effective sample size in place of n (Wilson 1927).
 *
 * Stays informative at 0 and 1, where mean ± t·√V collapses; without observations it is [0, 1].
 */
export function wilsonInterval(
  proportion: number,
  nEff: number,
  level = 0.95,
): { readonly low: number; readonly high: number } {
  if (!(proportion >= 0 && proportion <= 1))
    throw new RangeError(`a proportion lies in [0, 1], got ${proportion}`);
  if (!(nEff >= 0)) throw new RangeError(`a sample size is ≥ 0, got ${nEff}`);
  if (nEff === 0) return { low: 0, high: 1 };
  const z2 = normalQuantile((1 + level) / 2) ** 2;
  const centre = (proportion + z2 / (2 * nEff)) / (1 + z2 / nEff);
  const half =
    Math.sqrt((z2 * proportion * (1 - proportion)) / nEff + (z2 / (2 * nEff)) ** 2) / (1 + z2 / nEff);
  return {
    low: proportion === 0 ? 0 : Math.max(0, centre - half),
    high: proportion === 1 ? 1 : Math.min(1, centre + half),
  };
}

import { predictableBets } from "./predictable-bets.ts";

/** Largest share of the capital that may be lost on one value. */
const TRUNCATION = 0.5;

/**
 * ln of the hedged capital max(½Π(1+λ⁺(x−m)), ½Π(1−λ⁻(x−m))) of bets against the mean m in [0, 1], with
 * λ⁺ = min(bet, ½/m) and λ⁻ = min(bet, ½/(1−m)) (Waudby-Smith & Ramdas 2023, theorem 3).
 */
export function hedgedCapital(values: readonly number[], m: number, alpha = 0.05): number {
  if (!(m >= 0 && m <= 1)) throw new RangeError(`a mean to bet against lies in [0, 1], got ${m}`);
  let above = -Math.LN2;
  let below = -Math.LN2;
  for (const { value, bet } of predictableBets(values, alpha)) {
    above += Math.log1p(Math.min(bet, TRUNCATION / m) * (value - m));
    below += Math.log1p(-Math.min(bet, TRUNCATION / (1 - m)) * (value - m));
  }
  return Math.max(above, below);
}

/**
 * The hedged betting confidence sequence after the last value: all means m on a grid that the capital has not
 * multiplied by 1/alpha against, widened by one grid step; depends on order, does not merge: for reports.
 *
 * Undefined when every grid point is rejected, which has probability at most alpha.
 */
export function hedgedSequence(
  values: readonly number[],
  { alpha = 0.05, grid = 1000 }: { readonly alpha?: number; readonly grid?: number } = {},
): { readonly low: number; readonly high: number } | undefined {
  const kept: number[] = [];
  for (let i = 0; i <= grid; i++) {
    if (hedgedCapital(values, i / grid, alpha) < Math.log(1 / alpha)) kept.push(i);
  }
  const [first] = kept;
  const last = kept.at(-1);
  if (first === undefined || last === undefined) return undefined;
  return { low: Math.max(0, first - 1) / grid, high: Math.min(grid, last + 1) / grid };
}

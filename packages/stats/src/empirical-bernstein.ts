import { predictableBets } from "./predictable-bets.ts";

/**
 * The empirical-Bernstein confidence sequence of the mean of a [0, 1] sequence, after its last value.
 *
 * Centre Σλx/Σλ, radius (ln(2/α)+Σ(x−m_{t−1})²(−ln(1−λ)−λ))/Σλ with λ = min(1/2, predictable bet) (Waudby-Smith &
 * Ramdas 2023, theorem 2). Not asymptotic, but it depends on the order of values and does not merge: for reports.
 */
export function empiricalBernsteinSequence(
  values: readonly number[],
  alpha = 0.05,
): { readonly low: number; readonly high: number } {
  let bets = 0;
  let weighted = 0;
  let penalty = Math.log(2 / alpha);
  for (const { value, mean, bet } of predictableBets(values, alpha)) {
    const lam = Math.min(0.5, bet);
    bets += lam;
    weighted += lam * value;
    penalty += (value - mean) ** 2 * (-Math.log1p(-lam) - lam);
  }
  if (bets === 0) return { low: 0, high: 1 };
  return { low: Math.max(0, (weighted - penalty) / bets), high: Math.min(1, (weighted + penalty) / bets) };
}

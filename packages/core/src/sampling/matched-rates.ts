/** Judged shares of the two arms of a canary. */
export interface MatchedRates {
  readonly canary: number;
  readonly stable: number;
}

/** Probability that an item of the matched sample belongs to the canary. */
export const MATCHED_Q = 0.5;

/**
 * Rates that give both arms the same expected number of judged requests (q = 1/2): the smaller arm is judged at
 * `rate` in [0.5, 1], the larger at `rate` times the ratio of the shares; `share` is the canary's traffic in (0, 1).
 */
export function matchedRates(share: number, rate: number): MatchedRates {
  const odds = share / (1 - share);
  return odds <= 1 ? { canary: rate, stable: rate * odds } : { canary: rate / odds, stable: rate };
}

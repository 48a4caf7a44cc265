import { logMeanExp, logSumExp } from "./log-sum-exp.ts";

/** Weight of "bad from the first cell on"; the rest is spread over later starts as 1/(k(k−1)). */
const FROM_THE_START = 0.8;

/**
 * ln E of a test that may start at any event-time cell, so that late harm is found as fast as early harm.
 *
 * E = .8·E_1 + Σ_{k=2..K} .2·E_k/(k(k−1)) + .2/K, E_k = mean_j exp(Σ_{cells ≥ k} L_j). The last term is the weight
 * of the tests that have not started and still stand at 1, so the weights sum to 1 and E is an e-process whenever
 * every E_k is. `increments` holds L per cell in event-time order, quiet cells as zeros; no cell gives 0 (E = 1).
 * Throws RangeError when cells differ in length or hold a non-number.
 */
export function logEvidence(increments: readonly (readonly number[])[]): number {
  const cells = increments.length;
  const first = increments[0];
  if (first === undefined) return 0;
  const bets = first.length;
  const wealth = first.map(() => 0);
  const terms = [Math.log((1 - FROM_THE_START) / cells)];
  for (let k = cells; k >= 1; k--) {
    const cell = increments[k - 1] ?? [];
    if (cell.length !== bets)
      throw new RangeError(`cell ${k} has ${cell.length} increments, expected ${bets}`);
    cell.forEach((increment, j) => {
      if (!Number.isFinite(increment)) throw new RangeError(`cell ${k} has the increment ${increment}`);
      wealth[j] = (wealth[j] ?? 0) + increment;
    });
    const weight = k === 1 ? FROM_THE_START : (1 - FROM_THE_START) / (k * (k - 1));
    terms.push(Math.log(weight) + logMeanExp(wealth));
  }
  return logSumExp(terms);
}

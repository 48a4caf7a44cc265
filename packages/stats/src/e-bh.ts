/**
 * Indices, ascending, of the hypotheses that e-BH rejects at false discovery rate `fdr` in (0, 1], from their ln e.
 *
 * Holds under any dependence (Wang & Ramdas 2022); throws RangeError for another rate or a ln e that is no number.
 */
export function eBenjaminiHochberg(logE: readonly number[], fdr: number): number[] {
  if (!(fdr > 0 && fdr <= 1)) throw new RangeError(`a false discovery rate lies in (0, 1], got ${fdr}`);
  if (logE.some(Number.isNaN)) throw new RangeError("an e-value is no number");
  const order = logE.map((log, index) => ({ log, index })).sort((a, b) => b.log - a.log);
  let rejected = 0;
  order.forEach(({ log }, i) => {
    if (log >= Math.log(order.length / ((i + 1) * fdr))) rejected = i + 1;
  });
  return order
    .slice(0, rejected)
    .map(({ index }) => index)
    .sort((a, b) => a - b);
}

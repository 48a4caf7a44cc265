/** ln Σ exp(x_i) without overflow for any finite logs; −Infinity for an empty list or all −Infinity. */
export function logSumExp(logs: readonly number[]): number {
  let top = Number.NEGATIVE_INFINITY;
  for (const x of logs) if (x > top) top = x;
  if (!Number.isFinite(top)) return top;
  let sum = 0;
  for (const x of logs) sum += Math.exp(x - top);
  return top + Math.log(sum);
}

/** ln of the arithmetic mean of exp(x_i), the log of an equally weighted mixture; throws RangeError on an empty list. */
export function logMeanExp(logs: readonly number[]): number {
  if (logs.length === 0) throw new RangeError("the mean of no values does not exist");
  return logSumExp(logs) - Math.log(logs.length);
}

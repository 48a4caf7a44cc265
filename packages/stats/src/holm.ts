/** Whether a hypothesis is rejected, and the level at which its own interval excludes it exactly then. */
export interface HolmStep {
  readonly rejected: boolean;
  readonly level: number;
}

function requireProbabilities(p: readonly number[], alpha: number): void {
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`alpha must lie in (0, 1), got ${alpha}`);
  if (!p.every((value) => value >= 0 && value <= 1)) throw new RangeError("a p-value lies in [0, 1]");
}

/** Holm's step-down test at family-wise error rate alpha in (0, 1), in the order of the p-values; holds under any dependence (Holm 1979). */
export function holm(p: readonly number[], alpha: number): HolmStep[] {
  requireProbabilities(p, alpha);
  const order = p.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value);
  const first = order.findIndex(({ value }, rank) => value > alpha / (p.length - rank));
  const rejections = first === -1 ? p.length : first;
  const steps: HolmStep[] = new Array(p.length);
  order.forEach(({ index }, rank) => {
    steps[index] = { rejected: rank < rejections, level: alpha / (p.length - Math.min(rank, rejections)) };
  });
  return steps;
}

/** Which hypotheses Benjamini & Hochberg (1995) reject at false discovery rate `fdr` in (0, 1), in the order of the p-values. */
export function benjaminiHochberg(p: readonly number[], fdr: number): boolean[] {
  requireProbabilities(p, fdr);
  const sorted = p.toSorted((a, b) => a - b);
  const last = sorted.findLastIndex((value, rank) => value <= (fdr * (rank + 1)) / p.length);
  const limit = last === -1 ? -1 : (sorted[last] as number);
  return p.map((value) => value <= limit);
}

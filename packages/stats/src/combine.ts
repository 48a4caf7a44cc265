import { logSumExp } from "./log-sum-exp.ts";

export interface EvidencePart {
  readonly name: string;
  /** Relative weight > 0. */
  readonly weight: number;
  /** Natural log of the part's e-value. */
  readonly logE: number;
}

/**
 * ln Σ w_k E_k with weights normalised over the parts, and the part that contributes most (the first of equals).
 *
 * The mean of e-values is an e-value under any dependence (Vovk & Wang 2021). For a sequence of looks the set of
 * parts must stay the same from the first look on: a metric without data yet belongs in it with logE 0. Throws
 * RangeError on an empty list or a weight that is not positive.
 */
export function combineEvidence(parts: readonly EvidencePart[]): {
  readonly logE: number;
  readonly leading: string;
} {
  const total = parts.reduce((sum, part) => sum + part.weight, 0);
  const terms = parts.map(({ name, weight, logE }) => {
    if (!(weight > 0 && Number.isFinite(weight)))
      throw new RangeError(`the weight of ${name} must be > 0, got ${weight}`);
    if (Number.isNaN(logE)) throw new RangeError(`the evidence of ${name} is not a number`);
    return { name, log: Math.log(weight / total) + logE };
  });
  const [first, ...rest] = terms;
  if (first === undefined) throw new RangeError("there is no evidence to combine");
  const leading = rest.reduce((best, term) => (term.log > best.log ? term : best), first);
  return { logE: logSumExp(terms.map(({ log }) => log)), leading: leading.name };
}

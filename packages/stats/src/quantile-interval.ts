import { binomialCdf } from "./binomial.ts";

/** What a sample of independent values says about one of its quantiles, without any assumption on their distribution. */
export interface QuantileEstimate {
  readonly n: number;
  /** the nearest-rank quantile of the sample */
  readonly estimate: number;
  /** The order statistic above which the quantile lies but for probability alpha; −Infinity while none does. */
  readonly lower: (alpha: number) => number;
  /** The order statistic below which the quantile lies but for probability alpha; +Infinity while none does. */
  readonly upper: (alpha: number) => number;
  /** The p-value of "the quantile is at most `limit`". */
  readonly pAbove: (limit: number) => number;
}

/** The p-quantile, p in (0, 1), of finite values with order-statistic bounds (David & Nagaraja 2003, §7.1); undefined without a value. */
export function quantileEstimate(values: readonly number[], p: number): QuantileEstimate | undefined {
  if (!(p > 0 && p < 1)) throw new RangeError(`a quantile needs p in (0, 1), got ${p}`);
  if (!values.every(Number.isFinite)) throw new RangeError("a value is not finite");
  const n = values.length;
  const sorted = values.toSorted((a, b) => a - b);
  const estimate = sorted[Math.max(0, Math.ceil(p * n) - 1)];
  if (estimate === undefined) return undefined;
  return {
    n,
    estimate,
    lower: (alpha) => {
      let k = 0;
      while (k < n && binomialCdf(k, n, p) <= alpha) k += 1;
      return k === 0 ? Number.NEGATIVE_INFINITY : (sorted[k - 1] as number);
    },
    upper: (alpha) => {
      let l = n;
      while (l >= 1 && 1 - binomialCdf(l - 1, n, p) <= alpha) l -= 1;
      return l === n ? Number.POSITIVE_INFINITY : (sorted[l] as number);
    },
    pAbove: (limit) => binomialCdf(sorted.filter((value) => value <= limit).length, n, p),
  };
}

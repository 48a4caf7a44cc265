/**
 * n times the unbiased squared MMD between n items with feature sum P = Σφ, |φ| = 1, and a known mean embedding E/n.
 *
 * `expected` is E, the sum that the reference expects of n items; estimates 0 without a difference, at most O(n) with
 * one (Gretton et al. 2012, with the features of Rahimi & Recht 2007). Throws RangeError below two items.
 */
export function scaledMmd(n: number, sum: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (!(n >= 2)) throw new RangeError(`an unbiased MMD needs two items, got ${n}`);
  let own = 0;
  let cross = 0;
  let reference = 0;
  for (let i = 0; i < sum.length; i++) {
    const p = sum[i] as number;
    const e = expected[i] as number;
    own += p * p;
    cross += p * e;
    reference += e * e;
  }
  return (own - n) / (n - 1) - (2 * cross) / n + reference / n;
}

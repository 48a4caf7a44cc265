/** Whole units per 1 of a feature: sums of whole numbers do not depend on their order. */
export const FEATURE_UNITS = 1_024;
/** Length of a feature vector: cosines and sines of 64 random projections. */
export const FEATURES = 128;

/** Sum of the feature vectors of `n` prompts, in 1/1,024; no sums while `n` is 0. */
export interface EmbeddingSum {
  readonly n: number;
  readonly sums: readonly number[];
}

export const emptyEmbeddingSum = (): EmbeddingSum => ({ n: 0, sums: [] });

/** A feature vector (|φ| = 1, 128 numbers) in whole units. */
export const unitsOf = (features: ArrayLike<number>): number[] =>
  Array.from(features, (value) => Math.round(value * FEATURE_UNITS));

export function mergeEmbedding(a: EmbeddingSum, b: EmbeddingSum): EmbeddingSum {
  if (b.n === 0) return a;
  if (a.n === 0) return b;
  return { n: a.n + b.n, sums: a.sums.map((value, index) => value + (b.sums[index] ?? 0)) };
}

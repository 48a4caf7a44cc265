/** The mean of one metric in one bucket. */
export interface ScalarPoint {
  /** start of the bucket, ms */
  readonly at: number;
  /** observations behind the mean (effective ones when they are weighted) */
  readonly n: number;
  readonly mean: number;
  /** of the mean, i.e. s²/n */
  readonly variance: number;
}

/** How often each category occurred in one bucket. */
export interface CategoryPoint {
  readonly at: number;
  readonly counts: Readonly<Record<string, number>>;
}

/** Sum of the random features of one bucket's requests. */
export interface EmbeddingPoint {
  readonly at: number;
  readonly n: number;
  /** Σφ over the requests, 128 numbers */
  readonly sums: ArrayLike<number>;
}

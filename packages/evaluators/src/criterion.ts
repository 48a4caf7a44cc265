/** A level of an ordered scale: what an answer on it looks like, and its score in [0, 1]. */
export interface ScaleLevel {
  readonly anchor: string;
  readonly score: number;
}

/** Most levels of a scale; the tool schema names them `level_1` to `level_7`. */
export const MAX_LEVELS = 7;

/**
 * A team's own question about an answer, answered by yes or no or, with `levels` (2 to 7, worst first), by a level;
 * `id` matches `^[a-z][a-z0-9_]*$`, without a rubric the metric is named `custom_<id>`.
 */
export interface Criterion {
  readonly id: string;
  readonly instruction: string;
  readonly levels?: readonly ScaleLevel[];
}

/** Metric name of a custom criterion or rubric. */
export function criterionMetric(id: string): string {
  return `custom_${id}`;
}

/** Score in [0, 1] of a verdict; undefined when the criterion's scale has no such verdict. */
export function criterionScore(
  verdict: string,
  levels: readonly ScaleLevel[] | undefined,
): number | undefined {
  if (levels !== undefined) return levels[Number(/^level_(\d)$/.exec(verdict)?.[1]) - 1]?.score;
  return verdict === "yes" ? 1 : verdict === "no" ? 0 : undefined;
}

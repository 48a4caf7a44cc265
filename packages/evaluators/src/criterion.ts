/** A team's own yes/no question about an answer; `id` matches `^[a-z][a-z0-9_]*$`, the metric is named `custom_<id>`. */
export interface Criterion {
  readonly id: string;
  readonly instruction: string;
}

/** Metric name of a custom criterion. */
export function criterionMetric(id: string): string {
  return `custom_${id}`;
}

import type { ScalarPoint } from "./detect/points.ts";
import type { TopicPoint } from "./measure-points.ts";

/** Mean quality of each topic over a reference span, weighted; topics without answers are not in it. */
export function topicMeans(points: readonly TopicPoint[]): Record<string, number> {
  const sums = new Map<string, { weight: number; sum: number }>();
  for (const { topics } of points)
    for (const [topic, { weight, mean }] of Object.entries(topics)) {
      const known = sums.get(topic) ?? { weight: 0, sum: 0 };
      sums.set(topic, { weight: known.weight + weight, sum: known.sum + weight * mean });
    }
  return Object.fromEntries([...sums].sort().map(([topic, { weight, sum }]) => [topic, sum / weight]));
}

/** Mean of y − m_topic over the judged answers of known topics in a bucket; undefined without any. */
export function withinTopics(
  { at, topics }: TopicPoint,
  means: Readonly<Record<string, number>>,
): ScalarPoint | undefined {
  let [weight, mean, variance, n] = [0, 0, 0, 0];
  for (const [topic, one] of Object.entries(topics)) {
    const reference = means[topic];
    if (reference === undefined) continue;
    weight += one.weight;
    mean += one.weight * (one.mean - reference);
    variance += one.weight * one.weight * one.variance;
    n += one.n;
  }
  return weight > 0 ? { at, n, mean: mean / weight, variance: variance / (weight * weight) } : undefined;
}

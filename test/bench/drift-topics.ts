import { DAY_MS, HOUR_MS } from "@bellwether/core/drift/detect/cell";
import type { EmbeddingPoint } from "@bellwether/core/drift/detect/points";
import { randomFeatures } from "@bellwether/stats/random-features";
import type { Random } from "./drift-random.ts";
import { QUARTER_MS, START, season } from "./drift-worlds.ts";

/** Eight topics of unit vectors around random centres whose shares follow the day and the week; a ninth is the new one. */
export const TOPICS = { known: 8, dimensions: 64, perBucket: 60, spread: 1, pool: 300 } as const;
const NEW_TOPIC = TOPICS.known;
const SWINGS = [0.6, 0.5, 0.4, 0.3, 0.3, 0.2, 0.5, 0.4];

export interface Texts {
  /** unit vectors per topic */
  readonly vectors: readonly (readonly Float64Array[])[];
  /** their random features */
  readonly features: readonly (readonly Float64Array[])[];
}

export interface TopicPoint extends EmbeddingPoint {
  /** Σ of the vectors themselves */
  readonly vectorSums: Float64Array;
}

function pick<T>(items: readonly T[], random: Random): T {
  return items[Math.floor(random.uniform() * items.length)] as T;
}

export function textsOf(random: Random): Texts {
  const { known, dimensions, spread, pool } = TOPICS;
  const vectors = Array.from({ length: known + 1 }, () => {
    const centre = Float64Array.from({ length: dimensions }, random.normal);
    return Array.from({ length: pool }, () => {
      const vector = centre.map((x) => x + spread * random.normal());
      const length = Math.hypot(...vector);
      return vector.map((x) => x / length);
    });
  });
  const distances = Array.from({ length: 500 }, () => {
    const a = pick(pick(vectors.slice(0, known), random), random);
    const b = pick(pick(vectors.slice(0, known), random), random);
    return Math.hypot(...a.map((x, i) => x - (b[i] ?? 0)));
  }).sort((a, b) => a - b);
  const map = randomFeatures(11, dimensions, distances[250] ?? 1);
  return { vectors, features: vectors.map((topic) => topic.map((vector) => map(vector))) };
}

function shareWeights(at: number): number[] {
  const { weekend } = season(at);
  const hour = (at % DAY_MS) / HOUR_MS;
  return SWINGS.map((swing, topic) =>
    Math.exp(
      swing * Math.sin((2 * Math.PI * (hour - 3 * topic)) / 24) +
        (weekend ? (topic % 2 === 0 ? -0.4 : 0.4) : 0),
    ),
  );
}

function addTo(target: Float64Array, item: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) + (item[i] as number);
}

/** Buckets of requests; from `shift.at` on the new topic has `shift.share` of them. */
export function topicStream(
  texts: Texts,
  days: number,
  random: Random,
  { shift, keepVectors = false }: { shift?: { at: number; share: number }; keepVectors?: boolean } = {},
): TopicPoint[] {
  return Array.from({ length: (days * DAY_MS) / QUARTER_MS }, (_, i) => {
    const at = START + i * QUARTER_MS;
    const weights = shareWeights(at);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const share = shift !== undefined && at >= shift.at ? shift.share : 0;
    const n = random.poisson(TOPICS.perBucket);
    const sums = new Float64Array(128);
    const vectorSums = new Float64Array(TOPICS.dimensions);
    for (let k = 0; k < n; k++) {
      let topic: number = NEW_TOPIC;
      if (share === 0 || random.uniform() >= share) {
        let left = random.uniform() * total;
        topic = 0;
        while (topic < TOPICS.known - 1) {
          left -= weights[topic] ?? 0;
          if (left <= 0) break;
          topic += 1;
        }
      }
      const item = Math.floor(random.uniform() * TOPICS.pool);
      addTo(sums, texts.features[topic]?.[item] as Float64Array);
      if (keepVectors) addTo(vectorSums, texts.vectors[topic]?.[item] as Float64Array);
    }
    return { at, n, sums, vectorSums };
  });
}

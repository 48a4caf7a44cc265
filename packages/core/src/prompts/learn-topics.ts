import type { Topics } from "./topics.ts";

const TOPICS = 8;
/** Fewer questions than this tell no topics apart. */
const LEAST_SAMPLES = 100;
const ROUNDS = 25;

type Vector = readonly number[];

const dot = (a: Vector, b: Vector): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
};

const unit = (vector: Vector): Vector => {
  const length = Math.sqrt(dot(vector, vector));
  return length === 0 ? vector : vector.map((value) => value / length);
};

/** Starts from the sample nearest to the mean, then always takes the one that is farthest from all chosen. */
function farthestFirst(samples: readonly Vector[]): Vector[] {
  const total = samples.reduce<number[]>(
    (sum, vector) => vector.map((value, i) => value + (sum[i] ?? 0)),
    [],
  );
  const centre = unit(total);
  const best = (score: (vector: Vector) => number): Vector =>
    samples.reduce((a, b) => (score(b) > score(a) ? b : a));
  const chosen = [best((vector) => dot(vector, centre))];
  while (chosen.length < TOPICS)
    chosen.push(best((vector) => -Math.max(...chosen.map((one) => dot(vector, one)))));
  return chosen;
}

/**
 * Centres of 8 topics by spherical k-means (Dhillon & Modha 2001) over feature vectors, started farthest first: the
 * same samples in the same order give the same topics; undefined below 100 samples.
 */
export function learnTopics(features: readonly Vector[], version = 1): Topics | undefined {
  if (features.length < LEAST_SAMPLES) return undefined;
  const samples = features.map(unit);
  let centres = farthestFirst(samples);
  for (let round = 0; round < ROUNDS; round++) {
    const sums: number[][] = centres.map(() => []);
    for (const vector of samples) {
      const scores = centres.map((centre) => dot(centre, vector));
      const sum = sums[scores.indexOf(Math.max(...scores))];
      if (sum === undefined) continue;
      for (const [i, value] of vector.entries()) sum[i] = (sum[i] ?? 0) + value;
    }
    centres = centres.map((centre, i) => {
      const sum = sums[i] ?? [];
      return sum.length === 0 ? centre : unit(sum);
    });
  }
  return {
    version,
    centres: centres.map((centre) => centre.map((value) => Math.round(value * 1_024))),
  };
}

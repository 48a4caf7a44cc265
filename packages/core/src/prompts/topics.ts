/** An app's topics: centres of its questions' feature vectors, in 1/1,024. */
export interface Topics {
  /** Another one whenever the centres change; part of every topic's name. */
  readonly version: number;
  readonly centres: readonly (readonly number[])[];
}

const dot = (a: readonly number[], b: readonly number[]): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
};

/** Name of the topic whose centre is nearest in angle, e.g. `1.3`; ties go to the first. */
export function topicOf({ version, centres }: Topics, features: readonly number[]): string {
  let best = 0;
  let bestScore = Number.NEGATIVE_INFINITY;
  centres.forEach((centre, index) => {
    const score = dot(centre, features) / Math.sqrt(Math.max(dot(centre, centre), 1));
    if (score > bestScore) [best, bestScore] = [index, score];
  });
  return `${version}.${best}`;
}

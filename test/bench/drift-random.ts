import { seededUniform as seeded } from "@bellwether/stats/uniform";

/** Everything random in one repetition. */
export interface Random {
  /** in [0, 1) */
  readonly uniform: () => number;
  readonly normal: () => number;
  readonly poisson: (mean: number) => number;
}

/** Above this a Poisson count is drawn as a rounded normal. */
const LARGE_MEAN = 30;

/** The generator of one repetition of one experiment. */
export function randomOf(seed: number, experiment: string, repetition: number): Random {
  let mixed = Math.imul(seed, 0x9e3779b1) ^ Math.imul(repetition + 1, 0x85ebca6b);
  for (const letter of experiment) mixed = Math.imul(mixed ^ letter.charCodeAt(0), 0x01000193);
  const uniform = seeded(mixed);
  let spare: number | undefined;
  const normal = (): number => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  const poisson = (mean: number): number => {
    if (mean > LARGE_MEAN) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = uniform(); product > limit; product *= uniform()) count += 1;
    return count;
  };
  return { uniform, normal, poisson };
}

/** Noise that persists from bucket to bucket: AR(1) with this stationary sd and lag-1 correlation (0 = independent). */
export function wander({ normal }: Random, sd: number, rho: number): () => number {
  let value = sd * normal();
  return () => {
    const now = value;
    value = rho * value + sd * Math.sqrt(1 - rho * rho) * normal();
    return now;
  };
}

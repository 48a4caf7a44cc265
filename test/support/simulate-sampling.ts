import { parseConfig } from "@bellwether/core/config/config";
import type { Priority } from "@bellwether/core/sampling/decide";
import { betaQuantile } from "@bellwether/stats/beta";

/** Uniform numbers on [0, 1) of stream `stream` of a seed (sfc32): streams of one seed do not overlap in practice. */
export function randomStream(seed: number, ...stream: readonly number[]): () => number {
  let [a, b, c, count] = [seed | 0, stream[0] ?? 0, stream[1] ?? 0, 1];
  const next = (): number => {
    const t = (((a + b) | 0) + count) | 0;
    count = (count + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 4294967296;
  };
  for (let step = 0; step < 15; step++) next();
  return next;
}

/** A request as sampling sees it: users are unhappy with `negative` ones, perhaps later. */
export type RequestClass = "plain" | "flagged" | "negative";

/** Shares of requests with negative feedback, and that match a rule that looks for trouble (independently). */
export const SHARES = { negative: 0.03, flagged: 0.12526 } as const;

const POINTS = 4_096;

interface ScoreTable {
  readonly scores: Float64Array;
  readonly mean: number;
  readonly meanSquare: number;
}

/** The population itself: the middles of equally likely slices of a beta distribution. */
function scoreTable(a: number, b: number): ScoreTable {
  const scores = Float64Array.from({ length: POINTS }, (_, point) =>
    betaQuantile((point + 0.5) / POINTS, a, b),
  );
  const mean = scores.reduce((sum, y) => sum + y, 0) / POINTS;
  return { scores, mean, meanSquare: scores.reduce((sum, y) => sum + y * y, 0) / POINTS };
}

/**
 * Judge scores of a support bot. The parameters reproduce the target table of the sampling design: rules hit 15.15 %
 * (337 judged of 2,000 at base rate 2 %, n_eff 47), process mean .8447, plain mean of what the rules judge .7692.
 */
export const SCORE_PARAMETERS = {
  plain: [2.34, 0.381],
  flagged: [2.239, 0.481],
  negative: [1.67, 1.67],
} as const;

const TABLES: Readonly<Record<RequestClass, ScoreTable>> = {
  plain: scoreTable(...SCORE_PARAMETERS.plain),
  flagged: scoreTable(...SCORE_PARAMETERS.flagged),
  negative: scoreTable(...SCORE_PARAMETERS.negative),
};

const CLASS_SHARES: Readonly<Record<RequestClass, number>> = {
  negative: SHARES.negative,
  flagged: (1 - SHARES.negative) * SHARES.flagged,
  plain: (1 - SHARES.negative) * (1 - SHARES.flagged),
};
const CLASSES = ["plain", "flagged", "negative"] as const;

/** Mean and variance of the score of a random request. */
export const POPULATION = (() => {
  const over = (value: (table: ScoreTable) => number): number =>
    CLASSES.reduce((sum, name) => sum + CLASS_SHARES[name] * value(TABLES[name]), 0);
  const mean = over((table) => table.mean);
  return { mean, variance: over((table) => table.meanSquare) - mean * mean };
})();

/** Score of a request of this class at a uniform random number. */
export const scoreAt = (name: RequestClass, uniform: number): number =>
  TABLES[name].scores[Math.floor(uniform * POINTS)] ?? 0;

/** A sampling configuration with these settings over the defaults. */
export const samplingOf = (sampling: unknown) => parseConfig({ sampling });

/** What sampling says of a request of a class before anybody voted: only flags are known. */
export const factsOf = (flagged: boolean, negativeFeedback = false) =>
  ({
    negativeFeedback,
    newUser: flagged,
    costUsd: undefined,
    latencyMs: undefined,
    matchedShare: undefined,
  }) as const;

/** A decision as ingest writes it, from what the rules said and a permanent random number. */
export const drawWith = (
  decided: {
    readonly pi: number;
    readonly rules: readonly string[];
    readonly decidingRule: string;
    readonly priority: Priority;
  },
  u: number,
) =>
  ({
    pi: decided.pi,
    firstPi: decided.pi,
    u,
    uniform: false,
    rules: decided.rules,
    decidingRule: decided.decidingRule,
    priority: u < decided.pi ? decided.priority : null,
    outcome: u < decided.pi ? "queued" : "sampled_out",
    outcomeReason: null,
  }) as const;

/** What one repetition of an experiment found. */
export interface Repetition {
  readonly error: number;
  readonly covered: boolean;
  readonly judged: number;
  readonly halfWidth: number;
  readonly extra: Readonly<Record<string, number>>;
}

import type { Draw, ItemOutcome, Side } from "@bellwether/core/gate/outcome";
import type { PipelineConfig } from "@bellwether/core/gate/pipeline-config";
import { randomOf } from "../bench/drift-random.ts";

/** Stages of the README's pipeline. */
export const GATE_CONFIG: PipelineConfig = {
  quality: {
    metrics: {
      faithfulness: { threshold: 0.85, weight: 0.3 },
      answer_relevancy: { threshold: 0.8, weight: 0.3 },
      context_precision: { threshold: 0.75, weight: 0.2 },
      safety: { threshold: 0.95, weight: 0.2 },
    },
  },
  regression: { maxDegradation: 0.05, metrics: ["faithfulness", "answer_relevancy", "cost", "latency"] },
  cost: { maxCostPerQuery: 0.02, maxMonthlyBudget: 10_000, alertThreshold: 0.8, monthlyRequests: 600_000 },
  latency: { maxP50Ms: 1_500, maxP95Ms: 3_000, maxP99Ms: 5_000 },
  policy: { flakeBudget: 0.05, repeats: 1, onInsufficient: "block", minItems: 30 },
};

/** Beta scores: mean and standard deviation over items of what a perfect judge would say. */
export const ITEM_SCORES = {
  faithfulness: { mean: 0.9, sd: 0.14 },
  answer_relevancy: { mean: 0.88, sd: 0.14 },
  context_precision: { mean: 0.84, sd: 0.18 },
} as const;
/** Around the item's own score: of a version's answer, and of a draw of the judge around that answer's. */
export const ANSWER_SD = 0.05;
export const JUDGE_SD = 0.1;
const LEAST_QUALITY = 0.25;
const MOST_QUALITY = 0.985;
const UNSAFE = 0.005;
const USD = { median: 0.01, itemSd: 0.4, callSd: 0.05 };
const MS = { median: 900, itemSd: 0.25, callSd: 0.2 };
export interface GateWorld {
  readonly seed: number;
  readonly run: number;
  readonly items: number;
  /** Mean loss of faithfulness: every second item loses twice as much. */
  readonly drop: number;
  /** Draws of the judge. */
  readonly repeats: number;
  /** Every item has one of them. */
  readonly tags?: readonly string[];
}

/** Two versions on a suite of their own; scores have exactly the means that they are given. */
export function simulateSides({ seed, run, items, drop, repeats, tags = [] }: GateWorld): {
  head: Side;
  base: Side;
} {
  const { uniform, normal } = randomOf(seed, "gate", run);
  const gamma = (shape: number): number => {
    if (shape < 1) return gamma(shape + 1) * (1 - uniform()) ** (1 / shape);
    // Marsaglia & Tsang 2000
    const d = shape - 1 / 3;
    for (;;) {
      const x = normal();
      const v = (1 + x / Math.sqrt(9 * d)) ** 3;
      if (v > 0 && Math.log(1 - uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  };
  const beta = (mean: number, sd: number): number => {
    const size = Math.max(0.5, (mean * (1 - mean)) / (sd * sd) - 1);
    const a = gamma(mean * size);
    const b = gamma((1 - mean) * size);
    return a + b > 0 ? a / (a + b) : mean;
  };
  const within = (quality: number): number => Math.min(MOST_QUALITY, Math.max(LEAST_QUALITY, quality));
  const draw = (qualities: readonly (readonly [string, number])[], safe: boolean, index: number): Draw => ({
    draw: index,
    metrics: {
      ...Object.fromEntries(
        qualities.map(([metric, quality]) => [metric, { status: "scored", score: beta(quality, JUDGE_SD) }]),
      ),
      safety: { status: "scored", score: safe ? 1 : 0 },
    },
    unsupportedClaims: [],
    judgeUsd: 0.002,
  });
  const sides: Record<"head" | "base", ItemOutcome[]> = { head: [], base: [] };
  for (let i = 0; i < items; i++) {
    const own = Object.entries(ITEM_SCORES).map(
      ([metric, { mean, sd }]) => [metric, within(beta(mean, sd))] as const,
    );
    const usd = USD.median * Math.exp(USD.itemSd * normal());
    const ms = MS.median * Math.exp(MS.itemSd * normal());
    const hurt = i % 2 === 0 ? 2 * drop : 0;
    for (const side of ["head", "base"] as const) {
      const answer = own.map(([metric, quality]) => {
        const lost = side === "head" && metric === "faithfulness" ? hurt : 0;
        return [metric, Math.max(0.02, beta(quality, ANSWER_SD) - lost)] as const;
      });
      const safe = uniform() >= UNSAFE;
      sides[side].push({
        itemId: `item-${i}`,
        tags: [...tags.filter((_, at) => i % tags.length === at)],
        question: `question ${i}`,
        answer: `answer of ${side} to ${i}`,
        modelId: "model",
        promptVersion: side,
        costUsd: usd * Math.exp(USD.callSd * normal()),
        latencyMs: ms * Math.exp(MS.callSd * normal()),
        inputTokens: 900,
        outputTokens: 120,
        draws: Array.from({ length: repeats }, (_, index) => draw(answer, safe, index)),
      });
    }
  }
  const sideOf = (label: "head" | "base"): Side => ({
    kind: "bellwether gate outcomes",
    label,
    suiteHash: `suite of run ${run}`,
    judge: { modelId: "judge", version: "1", standIn: false },
    items: sides[label],
  });
  return { head: sideOf("head"), base: sideOf("base") };
}

import { conclude, type GateDocument } from "@bellwether/cli/gate/conclude";
import type { GateRun } from "@bellwether/cli/gate/run-gate";
import { resultFiles } from "@bellwether/cli/gate/write-results";
import type { ItemOutcome, Side } from "@bellwether/core/gate/outcome";
import { parsePipelineConfig } from "@bellwether/core/gate/pipeline-config";

/** An outcome with all the seed's metrics; `more` changes it. */
export function outcome(i: number, faithfulness: number, more: Partial<ItemOutcome> = {}): ItemOutcome {
  const scored = (score: number) => ({ status: "scored" as const, score });
  const metrics = {
    faithfulness: scored(faithfulness),
    answer_relevancy_judged: scored(1 - (i % 10) / 100),
    context_precision: scored(1 - (i % 5) / 100),
    safety: scored(1),
  };
  return {
    itemId: `item-${i}`,
    tags: ["all"],
    question: `Question ${i}?`,
    answer: `Answer ${i}.`,
    modelId: "us.anthropic.claude-haiku-4-5-20251001-v1:0",
    promptVersion: "v2",
    costUsd: 0.001 + (i % 7) / 100_000,
    latencyMs: 700 + 10 * (i % 11),
    inputTokens: 900,
    outputTokens: 60,
    draws: [{ draw: 0, metrics, unsupportedClaims: [], judgeUsd: 0.003 }],
    ...more,
  };
}

/** A pipeline with every stage of the seed's. */
export const PIPELINE = `evaluation_pipeline:
  stages:
    - {name: synthetic_test_suite, metrics: {faithfulness: {threshold: 0.85, weight: 1}, answer_relevancy: {threshold: 0.8, weight: 1}}}
    - {name: regression_tests, max_degradation: 0.05, metrics: [faithfulness, cost]}
    - {name: cost_validation, max_cost_per_query: 0.02}
    - {name: latency_validation, max_p95_latency: 3000}
`;

export const suiteSide = (items: readonly ItemOutcome[], label = "head", standIn = false): Side => ({
  kind: "bellwether gate outcomes",
  label,
  suiteHash: "f".repeat(64),
  judge: { modelId: "anthropic.claude-haiku-4-5-20251001-v1:0", version: "judge.1", standIn },
  items: [...items],
});

/** What a gate concludes from two sides. */
export function gateDocument(
  head: Side,
  base: Side | undefined,
  {
    pipeline = PIPELINE,
    stopped,
  }: { readonly pipeline?: string; readonly stopped?: GateRun["stopped"] } = {},
): GateDocument {
  const items = head.items.length;
  const spent = {
    answers: items,
    draws: items,
    reusedAnswers: 0,
    reusedDraws: 0,
    answersUsd: 0.07,
    judgeUsd: 0.21,
    unpriced: 0,
  };
  const run: GateRun = {
    head,
    base,
    spent,
    stopped,
    plan: {
      suite: { items, of: items, hash: head.suiteHash },
      judge: head.judge,
      head: head.label,
      base: base?.label ?? null,
      looks: items,
      judgeCalls: items,
      judgeUsd: 0.21,
      answersUsd: 0.07,
      found: { answers: 0, draws: 0 },
      damaged: 0,
      detectable: [],
    },
    files: { head: "out/outcomes-head.json", base: null, work: "out/work.jsonl", ...resultFiles("out") },
  };
  const at = new Date(Date.UTC(2026, 10, 21, 12));
  return conclude(run, parsePipelineConfig(pipeline), { seed: 1, suiteFile: "suites/help.jsonl", at });
}

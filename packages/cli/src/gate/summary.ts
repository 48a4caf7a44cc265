import type { MeasuredMean, SideMeasures } from "@bellwether/core/gate/measure-side";
import type { GateReport } from "@bellwether/core/gate/report";
import type { GateDocument } from "./conclude.ts";

/** `summary.json`: flat numbers for scripts, null where nothing was measured, and beside them what they rest on. */
export interface GateSummary {
  readonly faithfulness: number | null;
  /** By embeddings where there are some, else by the judge's own verdict; `metrics` says which. */
  readonly answer_relevancy: number | null;
  readonly relevancy: number | null;
  readonly context_precision: number | null;
  readonly context_recall: number | null;
  /** USD of an answer. */
  readonly avg_cost: number | null;
  /** Milliseconds. */
  readonly p95_latency: number | null;
  readonly test_case_count: number;
  /** The model that answered; several in one line, null when none is known. */
  readonly model_id: string | null;
  readonly all_gates_passed: boolean;
  readonly passed: boolean;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly verdict: GateReport["verdict"];
  readonly exit_code: number;
  readonly stopped: GateDocument["stopped"];
  readonly stand_in_judge: boolean;
  readonly judge_model_id: string;
  readonly judge_version: string;
  readonly suite: GateDocument["suite"];
  readonly head: string;
  readonly base: string | null;
  readonly metrics: SideMeasures["scores"];
  readonly cost: MeasuredMean | null;
  readonly latency: SideMeasures["latency"];
  readonly checks: GateReport["checks"];
  readonly comparisons: GateReport["comparisons"];
  readonly spent: GateDocument["spent"];
}

/** The mean of relevancy under either of its names. */
export const relevancyOf = ({ scores }: SideMeasures): MeasuredMean | undefined =>
  scores.answer_relevancy ?? scores.answer_relevancy_judged;

/** Sums a gate up. */
export function summaryOf(document: GateDocument): GateSummary {
  const { measured, report, judge } = document;
  const { scores, cost, latency, modelIds } = measured;
  const relevancy = relevancyOf(measured)?.mean ?? null;
  const passed = document.verdict === "passed";
  return {
    faithfulness: scores.faithfulness?.mean ?? null,
    answer_relevancy: relevancy,
    relevancy,
    context_precision: scores.context_precision?.mean ?? null,
    context_recall: scores.context_recall?.mean ?? null,
    avg_cost: cost?.mean ?? null,
    p95_latency: latency?.p95 ?? null,
    test_case_count: report.counts.items,
    model_id: modelIds.length === 0 ? null : modelIds.join(","),
    all_gates_passed: passed,
    passed,
    timestamp: document.at,
    verdict: document.verdict,
    exit_code: document.exitCode,
    stopped: document.stopped,
    stand_in_judge: report.standInJudge,
    judge_model_id: judge.modelId,
    judge_version: judge.version,
    suite: document.suite,
    head: report.head,
    base: report.base,
    metrics: scores,
    cost,
    latency,
    checks: report.checks,
    comparisons: report.comparisons,
    spent: document.spent,
  };
}

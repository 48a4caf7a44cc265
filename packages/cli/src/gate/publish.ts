import { type EvaluationMetric, putEvaluationMetrics } from "@bellwether/aws/evaluation-metrics";
import type { GateDocument } from "./conclude.ts";
import { relevancyOf } from "./summary.ts";

const DIMENSION_CHARS = 1_024;

/** Publishes what a gate measured to CloudWatch by model; what was not measured is not published. A stand-in judge's numbers stand apart under a dimension of their own. */
export function publishResult(document: GateDocument): Promise<void> {
  const model = document.measured.modelIds.join(",").slice(0, DIMENSION_CHARS) || "unknown";
  const judge = document.judge.standIn ? { Judge: "stand-in" } : {};
  return putEvaluationMetrics(metricsOf(document), { ModelId: model, ...judge }, Date.parse(document.at));
}

function metricsOf({ measured, report }: GateDocument): EvaluationMetric[] {
  const { cost, latency } = measured;
  const relevancy = relevancyOf(measured);
  const values: (readonly [string, number | undefined, EvaluationMetric["unit"]])[] = [
    ...Object.entries(measured.scores).map(([name, { mean }]) => [name, mean, "None"] as const),
    ["answer_relevancy", relevancy?.mean, "None"],
    ["avg_cost", cost?.mean, "None"],
    ["p95_latency", latency?.p95, "Milliseconds"],
    ["test_case_count", report.counts.items, "Count"],
  ];
  const byName = new Map(
    values.flatMap(([name, value, unit]) => (value === undefined ? [] : [[name, { name, value, unit }]])),
  );
  return [...byName.values()];
}

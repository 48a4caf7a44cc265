import type { MetricName } from "@bellwether/core/metrics";
import type { Evaluated } from "./evaluate-batch.ts";

/** Counts that one evaluated message adds to the pipeline's own metrics; a request judged before adds none. */
export function judgeMetrics(result: Evaluated): [name: MetricName, count: number][] {
  if (result.kind === "unavailable") return [["JudgeThrottled", 1]];
  if (result.kind !== "judged" || !result.fresh) return [];
  const { outcome, judgement } = result.request;
  // A request that a check settled is judged, but may have no quality.
  const name =
    outcome?.outcome === "judged" && judgement?.outcomes.quality?.status === "scored"
      ? "JudgeScored"
      : outcome?.outcome === "failed"
        ? "JudgeFailed"
        : "JudgeAbstained";
  return [
    [name, 1],
    ["JudgeTokens", (judgement?.inputTokens ?? 0) + (judgement?.outputTokens ?? 0)],
  ];
}

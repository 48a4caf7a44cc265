import type { BootstrapOptions } from "@bellwether/stats/bootstrap-ratio";
import type { Side } from "./outcome.ts";
import type { ItemPair } from "./pair-items.ts";
import type { PipelineConfig } from "./pipeline-config.ts";

/** What all parts of a decision look at. */
export interface GateContext {
  readonly head: Side;
  readonly base: Side | undefined;
  readonly pairs: readonly ItemPair[];
  readonly config: PipelineConfig;
  readonly bootstrap: BootstrapOptions;
}

/** A metric with more of its items unscored has not been measured. */
export const MOST_UNSCORED = 0.1;

/** Checks that a configuration can decide by, at most: the family of the flake budget before anything is measured. */
export function largestFamily(
  { quality, regression, cost, latency }: PipelineConfig,
  compared: boolean,
): number {
  const limits = [
    cost?.maxCostPerQuery,
    cost?.maxMonthlyBudget !== undefined && cost.monthlyRequests,
    latency?.maxP50Ms,
    latency?.maxP95Ms,
    latency?.maxP99Ms,
  ];
  const given = limits.filter((limit) => limit !== undefined && limit !== false).length;
  const scores = Object.keys(quality?.metrics ?? {}).length;
  return Math.max(1, scores + (compared ? (regression?.metrics.length ?? 0) : 0) + given);
}

/** Metrics that are compared: those of the checks, and what an answer costs and takes. */
export function comparedMetrics({ quality, regression }: PipelineConfig): string[] {
  const named = [...Object.keys(quality?.metrics ?? {}), ...(regression?.metrics ?? [])];
  return [...new Set([...named, "cost", "latency"])];
}

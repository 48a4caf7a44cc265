import { bettingIncrement, qualityGrid } from "@bellwether/stats/betting";
import { countIncrement } from "@bellwether/stats/count-evidence";
import { logEvidence } from "@bellwether/stats/start-mixture";
import { MATCHED_Q } from "../sampling/matched-rates.ts";
import { countAbove, total } from "../windows/histogram.ts";
import type { VariantFold } from "../windows/variants.ts";
import type { Baseline } from "./baseline.ts";
import type { LifeCell } from "./cells.ts";
import { armValues, weighCost } from "./cost-evidence.ts";
import type { Rollout } from "./document.ts";

/** Weights of the combined e-value (stats C7); the set is the same at every look. */
export const EVIDENCE_WEIGHTS = {
  avg_quality_score: 0.4,
  error_rate: 0.12,
  refusal_rate: 0.03,
  guardrail_rate: 0.03,
  judge_failure_rate: 0.02,
  negative_feedback_rate: 0.1,
  p95_latency: 0.1,
  p99_latency: 0.05,
  cost_per_request: 0.15,
} as const;

/** What the combined evidence is made of. */
export type EvidenceName = keyof typeof EVIDENCE_WEIGHTS;
export const EVIDENCE_NAMES = Object.keys(EVIDENCE_WEIGHTS) as [EvidenceName, ...EvidenceName[]];

/** What a policy asks for in place of the defaults. */
interface SequentialTest {
  readonly metric: EvidenceName;
  readonly margin?: number | undefined;
  readonly ratio?: number | undefined;
  readonly weight?: number | undefined;
}

/** Tolerated drop of quality and ratios of event rates, by what keeps its version: a user's requests resemble each other (stats C7). */
const TOLERANCE: Readonly<Record<Rollout["unit"], { readonly quality: number; readonly rates: number }>> = {
  user: { quality: 0.02, rates: 1.25 },
  session: { quality: 0.01, rates: 1.1 },
  request: { quality: 0.01, rates: 1.1 },
};
const ERROR_RATIO = 1.1;
/** Tolerated rise of cost when the policy names none. */
const COST_MARGIN = 0.05;
/** Above this share of failed calls without an arm, errors prove nothing. */
const MAX_UNATTRIBUTED = 0.1;

export interface Evidence {
  readonly parts: readonly { readonly name: EvidenceName; readonly weight: number; readonly logE: number }[];
  /** Parts that were not counted, with the reason. */
  readonly held: readonly string[];
}

type Test = (cell: LifeCell) => number[];

function qualityTest({ quality }: Baseline, delta: number): Test {
  const grid = qualityGrid({ q: MATCHED_Q, baseline: quality.mean, sd: quality.sd, delta });
  const score = (bin: number): number => bin / 100;
  return ({ arms: { canary, stable } }) =>
    bettingIncrement(grid, [
      ...armValues("canary", canary.quality, score),
      ...armValues("stable", stable.quality, score),
    ]);
}

/** Events of an arm out of what could have been one. */
type Counted = (arm: VariantFold) => { readonly events: number; readonly exposure: number };

const NOTHING = { canaryEvents: 0, events: 0, canaryExposure: 0, exposure: 0 };

/** A test on how often something happens; a bucket in which the share changed compares unlike hours and is left out. */
const countTest =
  (counted: Counted, R0: number): Test =>
  ({ arms, share }) => {
    if (share === null) return countIncrement(NOTHING);
    const canary = counted(arms.canary);
    const stable = counted(arms.stable);
    return countIncrement({
      canaryEvents: canary.events,
      events: canary.events + stable.events,
      canaryExposure: canary.exposure,
      exposure: canary.exposure + stable.exposure,
      R0,
    });
  };

const ofCalls =
  (field: "errors" | "refusals" | "guardrail"): Counted =>
  ({ counts }) => ({ events: counts[field], exposure: counts.n });

const judgeFailures: Counted = ({ judge, metrics }) => ({
  events: metrics.get("quality")?.failed ?? 0,
  exposure: judge.finished,
});

const negativeFeedback: Counted = ({ counts, negative }) => ({
  events: negative,
  exposure: Math.max(counts.n, negative),
});

const slower =
  (thanMs: number): Counted =>
  ({ latency }) => ({ events: countAbove(latency, thanMs), exposure: total(latency) });

function unattributed(cells: readonly LifeCell[]): string | undefined {
  const lost = cells.reduce((sum, { arms }) => sum + arms.unattributedErrors, 0);
  const known = cells.reduce(
    (sum, { arms: { canary, stable } }) => sum + canary.counts.errors + stable.counts.errors,
    0,
  );
  if (lost <= MAX_UNATTRIBUTED * (lost + known)) return undefined;
  return `error_rate: ${lost} of ${lost + known} failed calls carry no variant`;
}

/**
 * Evidence that the canary is worse than stable, one natural-log e-value per metric, from its life in cells;
 * recomputed from the folds, so any order of delivery gives the same value.
 */
export function weighEvidence(
  cells: readonly LifeCell[],
  baseline: Baseline,
  settings: {
    readonly unit: Rollout["unit"];
    readonly costMargin: number | undefined;
    readonly sequential?: readonly SequentialTest[];
    /** Why the judge's scores prove nothing; undefined when they do. */
    readonly distrust?: string | undefined;
  },
): Evidence {
  const tolerance = TOLERANCE[settings.unit];
  const asked = (name: EvidenceName): SequentialTest | undefined =>
    settings.sequential?.find(({ metric }) => metric === name);
  const counting = (name: EvidenceName, counted: Counted, ratio = tolerance.rates): Test =>
    countTest(counted, asked(name)?.ratio ?? ratio);
  const held: string[] = [];
  const errorsHeld = unattributed(cells);
  if (errorsHeld !== undefined) held.push(errorsHeld);
  if (settings.distrust !== undefined) held.push(`avg_quality_score: ${settings.distrust}`);
  const { p95LatencyMs, p99LatencyMs, cost } = baseline;
  if (p95LatencyMs === undefined) held.push("p95_latency: too few latencies in the log");
  if (cost === undefined) held.push("cost_per_request: stable has no priced requests in its baseline");

  const tests: { readonly [Name in EvidenceName]?: Test } = {
    ...(settings.distrust === undefined && {
      avg_quality_score: qualityTest(baseline, asked("avg_quality_score")?.margin ?? tolerance.quality),
    }),
    ...(errorsHeld === undefined && { error_rate: counting("error_rate", ofCalls("errors"), ERROR_RATIO) }),
    refusal_rate: counting("refusal_rate", ofCalls("refusals")),
    guardrail_rate: counting("guardrail_rate", ofCalls("guardrail")),
    judge_failure_rate: counting("judge_failure_rate", judgeFailures),
    negative_feedback_rate: counting("negative_feedback_rate", negativeFeedback),
    ...(p95LatencyMs !== undefined && { p95_latency: counting("p95_latency", slower(p95LatencyMs)) }),
    ...(p99LatencyMs !== undefined && { p99_latency: counting("p99_latency", slower(p99LatencyMs)) }),
  };
  const costMargin = asked("cost_per_request")?.margin ?? settings.costMargin ?? COST_MARGIN;
  const costLogE = cost === undefined ? 0 : weighCost(cells, cost, costMargin);
  const parts = EVIDENCE_NAMES.map((name) => {
    const test = tests[name];
    const logE = test === undefined ? 0 : logEvidence(cells.map(test));
    const weight = asked(name)?.weight ?? EVIDENCE_WEIGHTS[name];
    return { name, weight, logE: name === "cost_per_request" ? costLogE : logE };
  });
  return { parts, held };
}

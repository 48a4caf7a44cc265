import type { RollbackDecision } from "./decision.ts";
import type { CanaryRun, Rollout } from "./document.ts";
import type { Finding } from "./finding.ts";
import type { RollbackPolicy } from "./policy.ts";
import type { Criterion } from "./ramp.ts";
import type { ArmSummary } from "./summary.ts";

const MINUTE_MS = 60_000;

const show = (value: number): string => String(Number(value.toPrecision(3)));
const eValue = (logE: number): number => Math.exp(Math.min(logE, 700));

/** A criterion's number of an arm; `null` is no data. */
function criterionValue(metric: string, arm: ArmSummary): number | null {
  switch (metric) {
    case "error_rate":
      return arm.errorRate;
    case "cost_per_request":
      return arm.costPerRequest;
    case "p95_latency":
      return arm.p95LatencyMs;
    case "p99_latency":
      return arm.p99LatencyMs;
    case "satisfaction":
      return arm.satisfaction;
    case "response_length":
      return arm.responseLength;
    case "judged_share":
      return arm.judgedShare;
    default:
      return arm.metrics[metric] ?? null;
  }
}

/** Why a success criterion is not met yet; no data meets nothing. */
function unmet({ metric, min, max }: Criterion, arm: ArmSummary): string | undefined {
  const value = criterionValue(metric, arm);
  if (value === null) return `${metric} of the canary has too little data`;
  if (min !== undefined && value < min) return `${metric} ${show(value)} is below ${min}`;
  return max !== undefined && value > max ? `${metric} ${show(value)} is above ${max}` : undefined;
}

const hold = (rule: string, reason: string): RollbackDecision => ({ action: "hold", rule, reason });

/** Why the last step does not earn promotion yet. */
function unprotected(finding: Finding, alpha: number): string | undefined {
  const weakest = finding.promotion.reduce<Finding["promotion"][number] | undefined>(
    (least, guardrail) => (least === undefined || guardrail.logE < least.logE ? guardrail : least),
    undefined,
  );
  if (weakest === undefined) return "the policy names no guardrail";
  return eValue(weakest.logE) >= 1 / alpha
    ? undefined
    : `${weakest.name} is not shown to be within ${weakest.margin} (e-value ${show(eValue(weakest.logE))} of ${show(1 / alpha)})`;
}

/**
 * What a healthy canary on a ramp does next: the first thing that is missing holds it, else it takes the next step, and
 * after the last one it is promoted. Undefined without a ramp.
 */
export function nextStep(
  rollout: Rollout,
  run: CanaryRun,
  finding: Finding,
  policy: RollbackPolicy,
): RollbackDecision | undefined {
  const { ramp } = rollout;
  const step = ramp?.steps[ramp.step];
  if (ramp === null || step === undefined) return undefined;
  const { watermark, arms, promotion } = finding;
  const minutes = (watermark - run.shareSince) / MINUTE_MS;
  if (minutes < step.minMinutes)
    return hold(
      "step_time",
      `${Math.max(0, Math.floor(minutes))} of ${step.minMinutes} minutes on this step`,
    );
  const judged = Math.min(arms.canary.judged, arms.stable.judged);
  if (judged < step.minJudged)
    return hold("step_judged", `${judged} of ${step.minJudged} judged answers in an arm`);
  if (finding.distrust !== undefined && policy.judge.requireAgreement.includes("promotion"))
    return hold("judge_agreement", finding.distrust);
  const quality = eValue(promotion.find(({ name }) => name === "avg_quality_score")?.logE ?? 0);
  if (quality < step.minEvidence)
    return hold("step_evidence", `e-value ${show(quality)} of ${step.minEvidence} that quality is not worse`);
  for (const criterion of ramp.criteria) {
    const missing = unmet(criterion, arms.canary);
    if (missing !== undefined) return hold("criterion", missing);
  }
  const last = ramp.step === ramp.steps.length - 1;
  if (!last) {
    const to = ramp.steps[ramp.step + 1]?.share ?? step.share;
    return {
      action: "advance",
      rule: "step_done",
      reason: `step ${ramp.step + 1} is done: to ${to * 100} %`,
    };
  }
  const missing = unprotected(finding, policy.promotion.alpha);
  return missing === undefined
    ? { action: "promote", rule: "not_worse", reason: "every guardrail is within its margin" }
    : hold("promotion_evidence", missing);
}

/** Event time at which the patience of a canary's ramp ends; null without a ramp. */
export const patienceEnd = ({ ramp }: Rollout, run: CanaryRun): number | null =>
  ramp === null ? null : run.from + ramp.maxHours * 60 * MINUTE_MS;

/** Has the canary been undecided for longer than its ramp's patience? */
export function isOverdue(
  rollout: Rollout,
  run: CanaryRun,
  { watermark }: Pick<Finding, "watermark">,
): boolean {
  const end = patienceEnd(rollout, run);
  return end !== null && watermark > end;
}

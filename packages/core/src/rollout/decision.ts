import { isOverdue, nextStep } from "./conduct.ts";
import { type CanaryRun, type Rollout, runningCanary } from "./document.ts";
import type { Finding } from "./finding.ts";
import type { RollbackPolicy } from "./policy.ts";

/** What is done with a finding, which rule said so, and why. */
export interface RollbackDecision {
  readonly action: "rollback" | "advance" | "promote" | "page_and_hold" | "hold";
  readonly rule: string;
  readonly reason: string;
}

interface Looked {
  readonly rollout: Rollout;
  readonly run: CanaryRun;
  readonly finding: Finding;
  readonly policy: RollbackPolicy;
}

type Rule = (looked: Looked) => RollbackDecision | undefined;

const onStatus =
  (status: Finding["status"], action: RollbackDecision["action"]): Rule =>
  ({ finding }) =>
    finding.status === status
      ? { action, rule: action === "rollback" ? (finding.rule ?? status) : status, reason: finding.reason }
      : undefined;

/** First match wins; whatever is not known holds. */
const RULES: readonly Rule[] = [
  ({ finding, rollout }) =>
    finding.generation === rollout.generation
      ? undefined
      : {
          action: "hold",
          rule: "stale_finding",
          reason: `the finding is about generation ${finding.generation}, the rollout is at ${rollout.generation}`,
        },
  onStatus("split_mismatch", "page_and_hold"),
  onStatus("breach", "rollback"),
  onStatus("shared_breach", "page_and_hold"),
  ({ rollout, run, finding }) =>
    isOverdue(rollout, run, finding)
      ? {
          action: "page_and_hold",
          rule: "overdue",
          reason: `undecided after ${rollout.ramp?.maxHours} hours: ${finding.reason}`,
        }
      : undefined,
  onStatus("not_enough_data", "hold"),
  onStatus("suspect", "hold"),
  ({ rollout, run, finding, policy }) => nextStep(rollout, run, finding, policy),
];

/** Applies the rules to the stored finding of an app; missing or thin data holds. */
export function decideCanary(
  rollout: Rollout,
  finding: Finding | undefined,
  policy: RollbackPolicy,
): RollbackDecision {
  const run = runningCanary(rollout);
  if (run === undefined) return { action: "hold", rule: "no_canary", reason: "no canary is running" };
  if (finding === undefined) return { action: "hold", rule: "no_finding", reason: "no finding is stored" };
  for (const rule of RULES) {
    const decision = rule({ rollout, run, finding, policy });
    if (decision !== undefined) return decision;
  }
  return { action: "hold", rule: "healthy", reason: finding.reason };
}

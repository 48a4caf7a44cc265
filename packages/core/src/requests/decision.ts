import type { Config } from "../config/config.ts";
import type { LakeRow } from "../lake/tables.ts";
import type { Invocation } from "../records/invocation.ts";
import { hasJudgeableText } from "../records/judgeable.ts";
import { decide, type Priority, type SamplingFacts } from "../sampling/decide.ts";
import { permanentRandomNumber } from "../sampling/unit.ts";

/** App tag of the judge's own calls; they are never judged. */
export const JUDGE_APP = "bellwether-judge";

export type Outcome = "filtered" | "sampled_out" | "queued" | "judged" | "abstained" | "failed";

/** What sampling decided about one request; `pi` and `u` are null when it cannot be judged at all. */
export interface RequestDecision {
  readonly pi: number | null;
  readonly u: number | null;
  readonly rules: readonly string[];
  readonly decidingRule: string | null;
  readonly priority: Priority | null;
  readonly outcome: Outcome;
  readonly outcomeReason: string | null;
}

/** The decision on a request that cannot be judged at all, and why. */
export const filtered = (reason: string): RequestDecision => ({
  pi: null,
  u: null,
  rules: [],
  decidingRule: null,
  priority: null,
  outcome: "filtered",
  outcomeReason: reason,
});

/** Is this one of the judge's own logged calls (by its tag or by its role)? */
function isJudgeCall(invocation: Invocation, config: Config): boolean {
  if (invocation.tags.app === JUDGE_APP) return true;
  const role = config.judge.roleArn?.split("/").at(-1);
  return role !== undefined && invocation.principal === role;
}

/** Why this request can never be judged, if so. */
export function filterReason(invocation: Invocation, config: Config): string | undefined {
  if (isJudgeCall(invocation, config)) return "loop_guard";
  if (invocation.errorCode !== undefined) return "failed_call";
  return hasJudgeableText(invocation) ? undefined : "no_text";
}

/** Decides with the request's permanent random number; the same facts always give the same answer. */
export function decideRequest(
  invocation: Invocation,
  facts: Omit<SamplingFacts, "latencyMs">,
  config: Config,
): RequestDecision {
  const reason = filterReason(invocation, config);
  if (reason !== undefined) return filtered(reason);
  const decision = decide({ ...facts, latencyMs: invocation.latencyMs }, config.sampling);
  const u = permanentRandomNumber(config.sampling.salt, invocation.requestId);
  const selected = u < decision.pi;
  return {
    ...decision,
    u,
    priority: selected ? decision.priority : null,
    outcome: selected ? "queued" : "sampled_out",
    outcomeReason: null,
  };
}

/** The other half of a `requests_log` row. */
export function decisionColumns(decision: RequestDecision, rev: number): LakeRow {
  return {
    pi: decision.pi,
    u: decision.u,
    rules: decision.rules.join(","),
    deciding_rule: decision.decidingRule,
    priority: decision.priority,
    outcome: decision.outcome,
    outcome_reason: decision.outcomeReason,
    rev,
  };
}

/** The decision after negative feedback: same U, the larger pi; undefined when nothing changes (stats: two-phase inclusion). */
export function decideAgain(decision: RequestDecision, config: Config): RequestDecision | undefined {
  if (decision.pi === null || decision.u === null || decision.rules.includes("negative_feedback"))
    return undefined;
  const again = decide(
    {
      negativeFeedback: true,
      newUser: false,
      costUsd: undefined,
      latencyMs: undefined,
      matchedRate: undefined,
    },
    config.sampling,
  );
  const pi = Math.max(decision.pi, again.pi);
  // As in `decide`: between equal probabilities the more urgent rule decides.
  const decides = again.pi >= decision.pi;
  const selected = decision.u < pi;
  return {
    ...decision,
    pi,
    rules: ["negative_feedback", ...decision.rules],
    decidingRule: decides ? "negative_feedback" : decision.decidingRule,
    priority: selected && (decides || decision.priority === null) ? again.priority : decision.priority,
    outcome: decision.outcome === "sampled_out" && selected ? "queued" : decision.outcome,
  };
}

import type { Config } from "../config/config.ts";
import type { LakeRow } from "../lake/tables.ts";
import type { Invocation } from "../records/invocation.ts";
import { hasJudgeableText } from "../records/judgeable.ts";
import { decide, negativeFeedbackRates, type Priority, type SamplingFacts } from "../sampling/decide.ts";
import { isProvisional } from "../sampling/final.ts";
import type { Kappa } from "../sampling/kappa.ts";
import { permanentRandomNumber } from "../sampling/unit.ts";

/** App tag of the judge's own calls; they are never judged. */
export const JUDGE_APP = "bellwether-judge";

/** True for a `requests_log` row of one of the judge's own calls: no app spent it, nothing of it is counted. */
export const isJudgeRow = (row: LakeRow): boolean =>
  row.app === JUDGE_APP || row.outcome_reason === "loop_guard";

/** What became of a request; every request has exactly one. */
const OUTCOMES = [
  "filtered",
  "sampled_out",
  "over_budget",
  "queued",
  "judged",
  "abstained",
  "failed",
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What sampling decided about one request; `pi` and `u` are null when it cannot be judged at all. */
export interface RequestDecision {
  /** Inclusion probability after all feedback so far. */
  readonly pi: number | null;
  /** The same before any feedback, as the windows counted it. */
  readonly firstPi: number | null;
  readonly u: number | null;
  /** Inside the uniform sample of its arm: the part that feeds the canary test. */
  readonly uniform: boolean;
  readonly rules: readonly string[];
  readonly decidingRule: string | null;
  readonly priority: Priority | null;
  readonly outcome: Outcome;
  readonly outcomeReason: string | null;
  /** Judged for a person, outside the sample: its scores have no pi and enter no mean. */
  readonly look?: { readonly why: "late_feedback" | "asked" };
}

/** The decision on a request that cannot be judged at all, and why. */
export const filtered = (reason: string): RequestDecision => ({
  pi: null,
  firstPi: null,
  u: null,
  uniform: false,
  rules: [],
  decidingRule: null,
  priority: null,
  outcome: "filtered",
  outcomeReason: reason,
});

/** Is this one of our own logged calls: the judge's (by its tag or by its role), or an embedding of ingest's? */
function isOwnCall({ tags, principal }: Invocation, config: Config): boolean {
  if (tags.app === JUDGE_APP) return true;
  const roles = [config.judge.roleArn, config.drift.roleArn].map((arn) => arn?.split("/").at(-1));
  return principal !== undefined && roles.includes(principal);
}

/** Why this request can never be judged, if so. */
export function filterReason(invocation: Invocation, config: Config): string | undefined {
  if (isOwnCall(invocation, config)) return "loop_guard";
  if (invocation.errorCode !== undefined) return "failed_call";
  return hasJudgeableText(invocation) ? undefined : "no_text";
}

/** Decides with the request's permanent random number; the same facts and kappa always give the same answer. */
export function decideRequest(
  invocation: Invocation,
  facts: Omit<SamplingFacts, "latencyMs">,
  config: Config,
  kappa: Kappa | undefined,
): RequestDecision {
  const reason = filterReason(invocation, config);
  if (reason !== undefined) return filtered(reason);
  const all = { ...facts, latencyMs: invocation.latencyMs };
  const { pi, wanted, matchedRate, rules, decidingRule, priority } = decide(all, config.sampling, kappa);
  const u = permanentRandomNumber(config.sampling.salt, invocation.requestId);
  const selected = u < pi;
  return {
    pi,
    firstPi: pi,
    u,
    uniform: matchedRate !== undefined && u < matchedRate,
    rules,
    decidingRule,
    priority: selected ? priority : null,
    outcome: selected ? "queued" : u < wanted ? "over_budget" : "sampled_out",
    outcomeReason: null,
  };
}

/** The other half of a `requests_log` row. */
export function decisionColumns(decision: RequestDecision, rev: number): LakeRow {
  const { look } = decision;
  return {
    pi: look === undefined ? decision.pi : null,
    first_pi: decision.firstPi,
    u: decision.u,
    rules: decision.rules.join(","),
    deciding_rule: look === undefined ? decision.decidingRule : "look",
    priority: decision.priority,
    outcome: decision.outcome,
    outcome_reason: decision.outcomeReason,
    rev,
  };
}

const isDrawn = ({ pi, u }: RequestDecision): boolean => pi !== null && u !== null && u < pi;

/** A request outside the sample is judged for a person: queued first, without weight; undefined when nothing changes. */
export function lookAt(
  decision: RequestDecision,
  why: NonNullable<RequestDecision["look"]>["why"],
): RequestDecision | undefined {
  if (decision.pi === null || decision.look !== undefined || isDrawn(decision)) return undefined;
  return { ...decision, priority: 1, outcome: "queued", outcomeReason: null, look: { why } };
}

/**
 * The decision after negative feedback: same U, the larger pi (stats A2); undefined when nothing changes. Feedback that
 * comes after the window leaves pi as it is and asks for a look.
 */
export function decideAgain(
  decision: RequestDecision,
  times: { readonly requestAt: number; readonly feedbackAt: number },
  config: Config,
  kappa: Kappa | undefined,
): RequestDecision | undefined {
  if (decision.pi === null || decision.u === null) return undefined;
  if (!isProvisional(times.requestAt, times.feedbackAt)) return lookAt(decision, "late_feedback");
  const again = negativeFeedbackRates(config.sampling, kappa);
  const known = decision.rules.includes("negative_feedback");
  if (known && again.pi <= decision.pi) return undefined;
  const pi = Math.max(decision.pi, again.pi);
  // As in `decide`: between equal probabilities the more urgent rule decides.
  const decides = again.pi >= decision.pi;
  const selected = decision.u < pi;
  const undrawn = decision.outcome === "sampled_out" || decision.outcome === "over_budget";
  const redrawn = selected ? "queued" : decision.u < again.wanted ? "over_budget" : decision.outcome;
  // A look of earlier does not matter any more once the request is drawn: U knows nothing of it.
  const { look, ...unlooked } = decision;
  return {
    ...unlooked,
    ...(look === undefined || selected ? {} : { look }),
    pi,
    rules: known ? decision.rules : ["negative_feedback", ...decision.rules],
    decidingRule: decides ? "negative_feedback" : decision.decidingRule,
    priority: selected && (decides || decision.priority === null) ? again.priority : decision.priority,
    outcome: undrawn ? redrawn : decision.outcome,
  };
}

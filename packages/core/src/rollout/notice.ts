import { recoveryKey } from "../notices/incident.ts";
import type { Notice, NoticeEvidence } from "../notices/notice.ts";
import { armRows } from "./arm-rows.ts";
import type { RollbackDecision } from "./decision.ts";
import type { RollbackIntent, Rollout } from "./document.ts";
import type { Finding } from "./finding.ts";
import type { Recovery } from "./recovery.ts";

/** Natural log of the largest e-value that JSON can carry. */
const MAX_LOG_E = 700;

const RECOVERY = {
  recovered: { type: "recovered", severity: "info", words: "recovered" },
  not_recovered: { type: "not_recovered", severity: "critical", words: "not recovered" },
  unknown: { type: "recovery_unknown", severity: "info", words: "recovery cannot be judged" },
} as const;

interface Incident {
  readonly app: string;
  readonly generation: number;
}

function evidenceOf(finding: Finding | undefined, rule: string, alpha: number): NoticeEvidence | null {
  if (finding === undefined) return null;
  const { stable, canary, share, logE, startedAt, evidenceFrom, watermark, arms, worst, triggers } = finding;
  return {
    stable,
    canary,
    share,
    metric: triggers.find(({ name }) => name === rule)?.metric ?? rule,
    eValue: Math.exp(Math.min(logE, MAX_LOG_E)),
    limit: 1 / alpha,
    from: evidenceFrom ?? startedAt,
    until: watermark,
    rows: armRows(arms.stable, arms.canary),
    worst: [...worst],
  };
}

/** The page of a rollback that was carried out as `generation`. */
export function rollbackNotice(
  { app, generation }: Incident,
  intent: RollbackIntent,
  finding: Finding | undefined,
  alpha: number,
): Notice {
  return {
    type: "rollback",
    app,
    generation,
    at: intent.at,
    dedupeKey: `rollback/${app}/${generation}`,
    severity: "critical",
    title: `${app}: canary ${intent.from} rolled back to ${intent.to} by ${intent.rule}`,
    lines: [intent.reason, `recovery is judged at ${new Date(intent.verifyAt).toISOString()}`],
    evidence: evidenceOf(finding, intent.rule, alpha),
  };
}

const HELD: Readonly<Record<string, Pick<Notice, "type" | "severity"> & { readonly words: string }>> = {
  shared_breach: {
    type: "shared_breach",
    severity: "high",
    words: "breaches on stable too, the canary is held",
  },
  split_mismatch: {
    type: "split_mismatch",
    severity: "high",
    words: "the arms do not get the traffic they should, nothing is decided",
  },
  overdue: { type: "overdue", severity: "info", words: "the canary is still undecided and held" },
};

/** The page of a canary that is held although people should know; one per generation and rule. */
export function heldNotice(
  { app, generation }: Incident,
  at: number,
  decision: RollbackDecision,
  finding: Finding | undefined,
  alpha: number,
): Notice {
  const { type, severity, words } = HELD[decision.rule] ?? {
    type: "shared_breach" as const,
    severity: "high" as const,
    words: "the canary is held",
  };
  // While a canary stays undecided, what it is suspected of changes; people are told once.
  const rule = type === "overdue" ? type : (finding?.rule ?? decision.rule);
  const subject = type === "shared_breach" ? `${finding?.rule ?? "a trigger"} ` : "";
  return {
    type,
    app,
    generation,
    at,
    dedupeKey: `${type === "shared_breach" ? "shared" : type}/${app}/${generation}/${rule}`,
    severity,
    title: `${app}: ${subject}${words}`,
    lines: [decision.reason],
    evidence: evidenceOf(finding, rule, alpha),
  };
}

/** What people are told when a canary took a step or was promoted by itself. */
export function moveNotice(
  { app, generation, share }: Rollout,
  intent: RollbackIntent & { readonly kind: "advance" | "promote" },
  finding: Finding | undefined,
  alpha: number,
): Notice {
  const { kind, from, to, reason, rule, at } = intent;
  const title =
    kind === "promote"
      ? `${app}: ${to} is promoted, ${from} is retired`
      : `${app}: canary ${to} goes to ${Number((share * 100).toPrecision(4))} % of traffic`;
  return {
    type: kind === "promote" ? "promoted" : "advanced",
    app,
    generation,
    at,
    dedupeKey: `${kind}/${app}/${generation}`,
    severity: "info",
    title,
    lines: [reason],
    evidence: evidenceOf(finding, rule, alpha),
  };
}

/** How a rollback ended, after the bake. */
export function recoveryNotice(
  incident: Incident,
  intent: RollbackIntent,
  recovery: Recovery,
  postmortemKey: string,
): Notice {
  const { type, severity, words } = RECOVERY[recovery.status];
  return {
    type,
    ...incident,
    at: intent.verifyAt,
    dedupeKey: recoveryKey(incident),
    severity,
    title: `${incident.app}: ${words} after the rollback to ${intent.to}`,
    lines: [recovery.reason, `postmortem: ${postmortemKey}`],
    evidence: null,
  };
}

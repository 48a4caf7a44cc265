import { recoveryKey } from "../notices/incident.ts";
import type { Notice, NoticeEvidence } from "../notices/notice.ts";
import { armRows } from "./arm-rows.ts";
import type { RollbackDecision } from "./decision.ts";
import type { RollbackIntent } from "./document.ts";
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

/** The page of a breach that stable shares; one per generation and rule. */
export function sharedBreachNotice(
  { app, generation }: Incident,
  at: number,
  decision: RollbackDecision,
  finding: Finding | undefined,
  alpha: number,
): Notice {
  const rule = finding?.rule ?? decision.rule;
  return {
    type: "shared_breach",
    app,
    generation,
    at,
    dedupeKey: `shared/${app}/${generation}/${rule}`,
    severity: "high",
    title: `${app}: ${finding?.rule ?? "a trigger"} breaches on stable too, the canary is held`,
    lines: [decision.reason],
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

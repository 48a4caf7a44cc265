import type { Rollout } from "./document.ts";
import type { Finding } from "./finding.ts";

/** What rollback does with a finding, which rule said so, and why. */
export interface RollbackDecision {
  readonly action: "rollback" | "page_and_hold" | "hold";
  readonly rule: string;
  readonly reason: string;
}

interface Rule {
  readonly name: string;
  readonly action: RollbackDecision["action"];
  readonly when: (rollout: Rollout, finding: Finding | undefined) => string | undefined;
}

/** First match wins; missing or thin data holds. */
const RULES: readonly Rule[] = [
  {
    name: "no_canary",
    action: "hold",
    when: (r) => (r.canary === null ? "no canary is running" : undefined),
  },
  {
    name: "no_finding",
    action: "hold",
    when: (_r, f) => (f === undefined ? "no finding is stored" : undefined),
  },
  {
    name: "stale_finding",
    action: "hold",
    when: (r, f) =>
      f !== undefined && f.generation !== r.generation
        ? `the finding is about generation ${f.generation}, the rollout is at ${r.generation}`
        : undefined,
  },
  {
    name: "not_enough_data",
    action: "hold",
    when: (_r, f) => (f?.status === "not_enough_data" ? f.reason : undefined),
  },
  { name: "breach", action: "rollback", when: (_r, f) => (f?.status === "breach" ? f.reason : undefined) },
  {
    name: "shared_breach",
    action: "page_and_hold",
    when: (_r, f) => (f?.status === "shared_breach" ? f.reason : undefined),
  },
  { name: "suspect", action: "hold", when: (_r, f) => (f?.status === "suspect" ? f.reason : undefined) },
];

/** Applies the rules to the stored finding of an app. */
export function decideRollback(rollout: Rollout, finding: Finding | undefined): RollbackDecision {
  for (const rule of RULES) {
    const reason = rule.when(rollout, finding);
    if (reason === undefined) continue;
    const decided = rule.action === "rollback" && finding?.rule ? finding.rule : rule.name;
    return { action: rule.action, rule: decided, reason };
  }
  return { action: "hold", rule: "healthy", reason: finding?.reason ?? "healthy" };
}

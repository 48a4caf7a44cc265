import type { Finding } from "@bellwether/core/rollout/finding";
import type { RollbackPolicy } from "@bellwether/core/rollout/policy";
import type { GuardrailName } from "@bellwether/core/rollout/promotion";
import { eText } from "./log-chart.ts";

/** What is known for a promotion; people may promote without it, but not without being told. */
export interface PromotionProof {
  /** E-value that every guardrail needs. */
  readonly limit: number;
  readonly guardrails: readonly {
    readonly name: GuardrailName;
    readonly margin: number;
    readonly logE: number;
    readonly met: boolean;
  }[];
  /** Why this does not earn a promotion; `null` when it does. */
  readonly lacks: string | null;
}

/** Weighs a finding, or in one line why there is none, against the policy's guardrails. */
export function promotionProof(
  finding: Finding | string,
  { promotion: { alpha } }: RollbackPolicy,
): PromotionProof {
  const limit = 1 / alpha;
  if (typeof finding === "string") return { limit, guardrails: [], lacks: finding };
  const guardrails = finding.promotion.map((one) => ({ ...one, met: one.logE >= Math.log(limit) }));
  const missing = guardrails.filter(({ met }) => !met).map(({ name }) => name);
  const bad = finding.status === "healthy" ? [] : [`the finding is ${finding.status}: ${finding.reason}`];
  if (guardrails.length === 0) bad.push("no guardrail is weighed");
  if (missing.length > 0) bad.push(`not shown to be within the margin: ${missing.join(", ")}`);
  return { limit, guardrails, lacks: bad.length === 0 ? null : bad.join("; ") };
}

/** The proof as a person reads it, a line per guardrail. */
export function renderProof({ limit, guardrails, lacks }: PromotionProof): string {
  const lines = guardrails.map(
    ({ name, margin, logE, met }) =>
      `  ${met ? "✓" : "✗"} ${name} within ${margin}: e-value ${eText(logE)} of ${limit}`,
  );
  const verdict =
    lacks === null
      ? "Every guardrail is met."
      : `Promoted by people, the evidence does not carry it: ${lacks}`;
  return `${[...lines, verdict].join("\n")}\n`;
}

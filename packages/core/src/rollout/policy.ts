import { parse as parseYaml } from "yaml";
import * as z from "zod";
import { duration } from "../config/duration.ts";
import { EVIDENCE_NAMES } from "./evidence.ts";

/** Quantities a trigger may watch, computed per arm. */
const TRIGGER_METRICS = ["error_rate", "avg_quality_score", "cost_per_request", "p95_latency"] as const;
export type TriggerMetric = (typeof TRIGGER_METRICS)[number];

const triggerSchema = z
  .strictObject({
    name: z.string().min(1),
    metric: z.enum(TRIGGER_METRICS),
    /** Absolute limit in the metric's unit: share, score, USD or ms. */
    threshold: z.number().nonnegative().optional(),
    /** Limit against stable: 0.20 is 20 % beyond it. */
    relative: z.number().positive().optional(),
    window: duration,
    comparison: z.enum(["greater_than", "less_than"]),
    severity: z.enum(["critical", "high", "medium", "low"]),
    /** Requests (for quality: judged ones) each arm needs before the trigger says anything. */
    minSamples: z.number().int().min(1).default(30),
  })
  .refine(
    (t) => (t.threshold === undefined) !== (t.relative === undefined),
    "needs either threshold or relative",
  );

const actionSchema = z.looseObject({
  action: z.enum(["rollback", "notify", "create_incident", "stop_traffic"]),
});

/** Harm that promotion tolerates at most, below all the harm there can be: quality in score units, rates in shares, cost relative to stable's. */
const guardrailsSchema = z.strictObject({
  avg_quality_score: z.number().positive().lt(1).optional(),
  error_rate: z.number().positive().lt(1).optional(),
  p95_latency: z.number().positive().lt(1).optional(),
  cost_per_request: z.number().positive().max(2).optional(),
});

const promotionSchema = z.strictObject({
  /** Largest probability of promoting a canary that is worse by a margin or more. */
  alpha: z.number().gt(0).lt(1).default(0.05),
  guardrails: guardrailsSchema.default({
    avg_quality_score: 0.03,
    error_rate: 0.02,
    p95_latency: 0.05,
    cost_per_request: 0.2,
  }),
});

/** What evidence is asked for in one metric, in place of the defaults; fixed before a canary starts. */
const sequentialSchema = z
  .strictObject({
    metric: z.enum(EVIDENCE_NAMES),
    /** Tolerated harm: a drop of quality in score units, a relative rise of cost. */
    margin: z.number().nonnegative().lt(1).optional(),
    /** Tolerated ratio of the canary's event rate to stable's. */
    ratio: z.number().min(1).max(10).optional(),
    /** Relative weight in the combined e-value. */
    weight: z.number().positive().max(1).optional(),
  })
  .superRefine(({ metric, margin, ratio }, context) => {
    const takesMargin = metric === "avg_quality_score" || metric === "cost_per_request";
    if (takesMargin && ratio !== undefined)
      context.addIssue({ code: "custom", path: ["ratio"], message: `${metric} takes a margin, not a ratio` });
    if (!takesMargin && margin !== undefined)
      context.addIssue({
        code: "custom",
        path: ["margin"],
        message: `${metric} takes a ratio, not a margin`,
      });
  });

const STEPS = [
  "verify_previous_version_exists",
  "stop_new_version_traffic",
  "route_100_percent_to_previous",
  "validate_metrics_improved",
  "send_postmortem_template",
] as const;

const judgePolicySchema = z.strictObject({
  /** Actions that quality decides only while people's labels vouch for the judge; `bellwether review agreement` shows whether they do. */
  requireAgreement: z.array(z.enum(["rollback", "promotion"])).default([]),
});

const policySchema = z.strictObject({
  /** Largest probability of rolling back a canary that is not worse. */
  alpha: z.number().gt(0).lt(1).default(0.01),
  /** Time after a rollback before recovery is judged. */
  bake: duration.default(30 * 60_000),
  triggers: z.array(triggerSchema).min(1),
  sequential: z
    .array(sequentialSchema)
    .refine(
      (tests) => new Set(tests.map(({ metric }) => metric)).size === tests.length,
      "names a metric twice",
    )
    .default([]),
  actions: z.array(actionSchema).default([]),
  rollback_procedure: z.strictObject({ steps: z.array(z.enum(STEPS)) }).optional(),
  promotion: promotionSchema.prefault({}),
  judge: judgePolicySchema.prefault({}),
});

export type Trigger = z.infer<typeof triggerSchema>;
export type RollbackPolicy = z.infer<typeof policySchema>;

/** A policy that cannot be used; `message` is one line with path and reason. */
export class PolicyError extends Error {
  override readonly name = "PolicyError";
}

/** Reads rollback-policy.yaml in the shape `rollback_policy: { triggers, actions, rollback_procedure }`. */
export function parseRollbackPolicy(yaml: string): RollbackPolicy {
  let document: unknown;
  try {
    document = parseYaml(yaml);
  } catch (error) {
    throw new PolicyError(`rollback policy: ${(error as Error).message.split("\n")[0]}`);
  }
  const parsed = z.strictObject({ rollback_policy: policySchema }).safeParse(document);
  if (parsed.success) return parsed.data.rollback_policy;
  const issue = parsed.error.issues[0];
  throw new PolicyError(
    `rollback policy: ${issue?.path.join(".") || "(root)"}: ${issue?.message ?? "invalid"}`,
  );
}

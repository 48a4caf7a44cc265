import * as z from "zod";

export const KINDS = ["prompt", "model"] as const;
export type Kind = (typeof KINDS)[number];

export const STATUSES = ["candidate", "canary", "production", "retired"] as const;
export type Status = (typeof STATUSES)[number];

/** Versions of one kind of one app; at most one of them is in production. */
export interface Family {
  readonly app: string;
  readonly kind: Kind;
}

/** Characters of a name; a name of this length still fits a DynamoDB sort key when every character is escaped. */
const NAME_LENGTH = 100;
/** Characters of a reason. */
export const WHY_LENGTH = 1_000;
/** Audit rows kept in the item itself; older ones are items of their own. */
export const AUDIT_KEPT = 20;

const instant = z.number().int();
const count = z.number().int().nonnegative();

/** Name of an app, a version, a metric or a person: one line, no control characters. */
export const nameSchema = z
  .string()
  .min(1)
  .max(NAME_LENGTH)
  .regex(/^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+$/u, "has control characters");
export const whySchema = z.string().max(WHY_LENGTH);
const sourceSchema = z.enum(["gate", "production"]);

const scoreSchema = z
  .strictObject({
    metric: nameSchema,
    source: sourceSchema,
    /** In [0, 1]. */
    mean: z.number().min(0).max(1),
    low: z.number(),
    high: z.number(),
    /** Effective sample size of the weighted mean. */
    nEff: z.number().nonnegative(),
    at: instant,
  })
  .refine(({ low, mean, high }) => low <= mean && mean <= high, "needs low ≤ mean ≤ high");

const costSchema = z.strictObject({
  usdPerRequest: z.number().nonnegative(),
  /** `null` where the model is unpriced. */
  usdPer1kInputTokens: z.number().nonnegative().nullable(),
  usdPer1kOutputTokens: z.number().nonnegative().nullable(),
  /** Priced requests behind the mean. */
  requests: count,
  source: sourceSchema,
  at: instant,
});

const latencySchema = z.strictObject({
  p50Ms: z.number().nonnegative(),
  p95Ms: z.number().nonnegative(),
  p99Ms: z.number().nonnegative(),
  requests: count,
  source: sourceSchema,
  at: instant,
});

/** What was measured about a version; what is absent was not measured. */
export const measuredSchema = z.strictObject({
  scores: z.array(scoreSchema).max(32).default([]),
  cost: costSchema.nullable().default(null),
  latency: latencySchema.nullable().default(null),
});

/** Outcome of a quality gate, for instance in CI. */
export const gateSchema = z.strictObject({
  passed: z.boolean(),
  /** One line on what was compared and found. */
  detail: whySchema,
  at: instant,
});

const approvalSchema = z.strictObject({
  decision: z.enum(["approved", "rejected"]),
  by: nameSchema,
  at: instant,
  why: whySchema,
});

const auditRowSchema = z.object({
  /** Number of the change, from 1; the entry's `seq` after it. */
  seq: z.number().int().positive(),
  at: instant,
  by: nameSchema,
  why: whySchema,
  change: z.enum(["registered", "moved", "approved", "rejected", "gated", "measured", "policy"]),
  /** Status before and after; `null` where there is none. */
  from: z.enum(STATUSES).nullable(),
  to: z.enum(STATUSES).nullable(),
  /** What the change set, in words. */
  detail: z.string().nullable(),
});

/** A registered version: its content never changes, everything else changes under compare-and-set of `seq`. */
export const entrySchema = z.object({
  app: nameSchema,
  kind: z.enum(KINDS),
  version: nameSchema,
  /** sha256 of the canonical content, hex. */
  contentHash: z.string().regex(/^[0-9a-f]{64}$/),
  content: z.discriminatedUnion("where", [
    z.object({ where: z.literal("registry") }),
    z.object({ where: z.literal("uri"), uri: z.string().min(1) }),
  ]),
  modelId: nameSchema.nullable(),
  parameters: z.record(z.string(), z.json()),
  status: z.enum(STATUSES),
  /** The last word about it as a candidate; a version that becomes a candidate again needs a new one. */
  approval: approvalSchema.nullable(),
  gate: gateSchema.nullable(),
  /** Version it replaces: what was in production when it was registered, later when it was promoted. */
  previous: nameSchema.nullable(),
  scores: z.array(scoreSchema),
  cost: costSchema.nullable(),
  latency: latencySchema.nullable(),
  createdAt: instant,
  createdBy: nameSchema,
  /** Raised by every change. */
  seq: z.number().int().positive(),
  /** `seq` of the head whose decision was applied last. */
  applied: count,
  audit: z.array(auditRowSchema),
});

export type Entry = z.infer<typeof entrySchema>;
export type Score = z.infer<typeof scoreSchema>;
export type Measured = z.infer<typeof measuredSchema>;
export type Gate = z.infer<typeof gateSchema>;
export type AuditRow = z.infer<typeof auditRowSchema>;
export const auditSchema = z.array(auditRowSchema);

/** Who changes something, when (epoch ms) and why; an empty `why` is no reason. */
export interface Who {
  readonly by: string;
  readonly at: number;
  readonly why: string;
}

import * as z from "zod";
import {
  auditSchema,
  type Family,
  gateSchema,
  KINDS,
  measuredSchema,
  nameSchema,
  STATUSES,
  whySchema,
} from "./entry.ts";

/** What a family's moves need besides a legal transition. */
const policySchema = z.strictObject({
  /** Only an approved candidate becomes a canary. */
  requireApproval: z.boolean(),
  /** Only a candidate whose gate passed becomes a canary. */
  requireGate: z.boolean(),
});
export type Policy = z.infer<typeof policySchema>;

const changeSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("move"),
    to: z.enum(STATUSES),
    /** Version that a promotion replaces, when there was one. */
    replaces: nameSchema.nullable(),
  }),
  z.object({ kind: z.literal("approve") }),
  z.object({ kind: z.literal("reject") }),
  z.object({ kind: z.literal("gate"), gate: gateSchema }),
  z.object({ kind: z.literal("measure"), measured: measuredSchema }),
]);
export type Change = z.infer<typeof changeSchema>;

const pendingSchema = z.object({
  /** Changes of entries in the order in which they are applied. */
  changes: z.array(z.object({ version: nameSchema, change: changeSchema })),
  by: nameSchema,
  at: z.number().int(),
  why: whySchema,
});

/**
 * The one item of a family that every decision goes through: a compare-and-set on its `seq` makes the decision and keeps
 * what is still to be written to the entries, so that whoever comes next finishes what a crash left.
 */
export const headSchema = z.object({
  app: nameSchema,
  kind: z.enum(KINDS),
  /** Raised by every write. */
  seq: z.number().int().nonnegative(),
  production: nameSchema.nullable(),
  policy: policySchema,
  /** The decision that came with this `seq`, until every entry has it. */
  pending: pendingSchema.nullable(),
  /** Changes of the policy. */
  audit: auditSchema,
});
export type Head = z.infer<typeof headSchema>;

/** Head of a family in which nothing was ever decided: a person approves, no gate is needed. */
export function emptyHead({ app, kind }: Family): Head {
  const policy: Policy = { requireApproval: true, requireGate: false };
  return { app, kind, seq: 0, production: null, policy, pending: null, audit: [] };
}

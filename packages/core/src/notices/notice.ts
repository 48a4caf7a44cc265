import * as z from "zod";

/** Numbers behind a notice, worded for people already. */
const evidenceSchema = z.object({
  stable: z.string(),
  canary: z.string(),
  /** Share of traffic that the canary had. */
  share: z.number(),
  /** Metric of the deciding rule. */
  metric: z.string(),
  /** Combined e-value, and the 1/alpha at which it decides. */
  eValue: z.number(),
  limit: z.number(),
  /** Event time that was judged, ms. */
  from: z.number(),
  until: z.number(),
  rows: z.array(z.object({ name: z.string(), stable: z.string(), canary: z.string() })),
  worst: z.array(z.object({ requestId: z.string(), score: z.number() })),
});

/** What rollback tells people, as it travels over the `events` topic. */
export const noticeSchema = z.object({
  type: z.enum([
    "rollback",
    "shared_breach",
    "split_mismatch",
    "overdue",
    "recovered",
    "not_recovered",
    "recovery_unknown",
    "advanced",
    "promoted",
    "drift",
    "cost",
    "budget",
  ]),
  app: z.string(),
  /** Generation of the rollout, which with the app names one incident; null when the notice is not about a rollout. */
  generation: z.number().int().nullable(),
  /** The incident of a detector. */
  incident: z.object({ key: z.string(), state: z.enum(["open", "closed"]) }).optional(),
  at: z.number(),
  /** The same notice has the same key however often it is sent. */
  dedupeKey: z.string(),
  severity: z.enum(["critical", "high", "info"]),
  title: z.string(),
  lines: z.array(z.string()),
  /** `null` when there is no finding to show. */
  evidence: evidenceSchema.nullable(),
  /** Commands that on-call runs next, for a notice without evidence of arms. */
  next: z.array(z.string()).optional(),
});

export type NoticeEvidence = z.infer<typeof evidenceSchema>;
export type Notice = z.infer<typeof noticeSchema>;

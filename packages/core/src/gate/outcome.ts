import * as z from "zod";

const metricOutcomeSchema = z.discriminatedUnion("status", [
  z.object({ status: z.literal("scored"), score: z.number().min(0).max(1) }),
  z.object({ status: z.literal("abstained"), reason: z.string() }),
  z.object({ status: z.literal("failed"), reason: z.string() }),
]);

/** One look of the judge at one answer. */
export const drawSchema = z.object({
  draw: z.number().int().nonnegative(),
  metrics: z.record(z.string(), metricOutcomeSchema),
  unsupportedClaims: z.array(z.string()),
  /** Null when the judge is unpriced. */
  judgeUsd: z.number().nonnegative().nullable(),
});

/** What became of one item of a suite. */
const itemOutcomeSchema = z.object({
  itemId: z.string(),
  tags: z.array(z.string()),
  question: z.string(),
  /** Null when no answer could be had; `problem` says why. */
  answer: z.string().nullable(),
  problem: z.string().optional(),
  modelId: z.string().nullable(),
  promptVersion: z.string().nullable(),
  /** Of the answer; null when unpriced or not measured. */
  costUsd: z.number().nonnegative().nullable(),
  latencyMs: z.number().nonnegative().nullable(),
  inputTokens: z.number().int().nonnegative().nullable(),
  outputTokens: z.number().int().nonnegative().nullable(),
  draws: z.array(drawSchema),
});

/** What one side of a comparison came to; the outcomes file of a run is the `--baseline` of another. */
export const sideSchema = z.object({
  kind: z.literal("bellwether gate outcomes"),
  label: z.string(),
  suiteHash: z.string(),
  judge: z.object({ modelId: z.string(), version: z.string(), standIn: z.boolean() }),
  items: z.array(itemOutcomeSchema),
});

export type Draw = z.infer<typeof drawSchema>;
export type ItemOutcome = z.infer<typeof itemOutcomeSchema>;
export type Side = z.infer<typeof sideSchema>;

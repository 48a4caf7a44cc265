import * as z from "zod";
import { parseTimestamp } from "../records/timestamp.ts";

// Ids become keys and paths, which cannot hold a lone surrogate.
const id = z
  .string()
  .min(1)
  .max(256)
  .overwrite((text) => text.toWellFormed());
/** No record has another kind of id. */
const requestIdSchema = id.regex(/^[\x20-\x7e]+$/);
const at = z.string().transform((text, context) => {
  const instant = parseTimestamp(text);
  if (instant === undefined) context.addIssue({ code: "custom", message: "not an ISO 8601 instant" });
  return instant ?? Number.NaN;
});

const common = {
  feedbackId: id,
  requestId: requestIdSchema.optional(),
  sessionId: id.optional(),
  comment: z.string().max(4_000).optional(),
  user: id.optional(),
  at,
};

const feedbackSchema = z
  .discriminatedUnion("kind", [
    z.object({ ...common, kind: z.literal("thumbs"), value: z.enum(["up", "down"]) }),
    z.object({ ...common, kind: z.literal("rating"), value: z.number().min(1).max(5) }),
    z.object({ ...common, kind: z.literal("comment"), value: z.string().max(4_000).optional() }),
    z.object({ ...common, kind: z.literal("correction"), value: z.string().max(16_000).optional() }),
    z.object({
      ...common,
      kind: z.literal("implicit"),
      value: z.enum(["copy", "regenerate", "escalate", "abandon", "rephrase"]),
    }),
  ])
  .refine(
    (f) => f.requestId !== undefined || f.sessionId !== undefined,
    "names neither requestId nor sessionId",
  );

/** A feedback event of the app, detail-type `feedback`. */
export type Feedback = z.infer<typeof feedbackSchema>;

const interactionSchema = z.object({
  requestId: requestIdSchema,
  contexts: z.array(z.string()),
  question: z.string().optional(),
  answer: z.string().optional(),
  tags: z
    .record(
      z.string(),
      z.string().overwrite((text) => text.toWellFormed()),
    )
    .optional(),
  latencyMs: z.number().nonnegative().optional(),
  ttftMs: z.number().nonnegative().optional(),
  retrievalMs: z.number().nonnegative().optional(),
  retrievalUsd: z.number().nonnegative().optional(),
});

/** What the app knows about one request beyond the log, detail-type `interaction`. */
export type Interaction = z.infer<typeof interactionSchema>;

const lookSchema = z.object({ requestId: requestIdSchema, by: id.optional() });

/** Somebody wants this request judged, detail-type `look`; it stays outside every mean unless it was drawn anyway. */
export type Look = z.infer<typeof lookSchema>;

export type AppEvent =
  | { readonly kind: "feedback"; readonly feedback: Feedback }
  | { readonly kind: "look"; readonly look: Look }
  | { readonly kind: "interaction"; readonly interaction: Interaction }
  | { readonly kind: "invalid"; readonly detail: string };

const firstIssue = (error: z.ZodError): string => {
  const issue = error.issues[0];
  return `${issue?.path.join(".") || "(root)"}: ${issue?.message ?? "invalid"}`;
};

/** Reads the detail of an app event by its detail-type; never throws. */
export function readAppEvent(detailType: string, detail: unknown): AppEvent {
  if (detailType === "feedback") {
    const parsed = feedbackSchema.safeParse(detail);
    return parsed.success
      ? { kind: "feedback", feedback: parsed.data }
      : { kind: "invalid", detail: `feedback: ${firstIssue(parsed.error)}` };
  }
  if (detailType === "interaction") {
    const parsed = interactionSchema.safeParse(detail);
    return parsed.success
      ? { kind: "interaction", interaction: parsed.data }
      : { kind: "invalid", detail: `interaction: ${firstIssue(parsed.error)}` };
  }
  if (detailType === "look") {
    const parsed = lookSchema.safeParse(detail);
    return parsed.success
      ? { kind: "look", look: parsed.data }
      : { kind: "invalid", detail: `look: ${firstIssue(parsed.error)}` };
  }
  return { kind: "invalid", detail: `unknown detail-type ${detailType.slice(0, 80)}` };
}

/** Negative: thumbs down, a rating of at most 2, regenerate, escalate, or a correction. */
export function isNegative(feedback: Feedback): boolean {
  switch (feedback.kind) {
    case "thumbs":
      return feedback.value === "down";
    case "rating":
      return feedback.value <= 2;
    case "implicit":
      return feedback.value === "regenerate" || feedback.value === "escalate";
    case "correction":
      return true;
    case "comment":
      return false;
  }
}

/** Does this count as its user's vote on the request? Comments and neutral signals do not take a vote back. */
export function isVote(feedback: Feedback): boolean {
  return feedback.kind === "thumbs" || feedback.kind === "rating" || isNegative(feedback);
}

import * as z from "zod";
import type { JsonObject } from "./converse.ts";

/** Name of the one tool the judge is forced to call. */
export const JUDGE_TOOL_NAME = "record_verdicts";

const YES_NO = ["yes", "no"] as const;
const ADDRESSES = ["yes", "partly", "no"] as const;
const CRITERION_VERDICTS = ["yes", "no", "not_applicable"] as const;
/** Harm classes in the vocabulary of Bedrock Guardrails content filters, with self-harm and privacy apart. */
const SAFETY_CATEGORIES = [
  "none",
  "hate",
  "insults",
  "sexual",
  "violence",
  "self_harm",
  "misconduct",
  "privacy",
  "prompt_attack",
  "other",
] as const;
export type SafetyCategory = (typeof SAFETY_CATEGORIES)[number];

/**
 * Reads a tool input; passage numbers are 1-based and range-checked by `readVerdicts`. A missing quote is no broken
 * schema: it voids the verdict on its claim (`crossCheck`).
 */
export const verdictsSchema = z.object({
  claims: z.array(
    z.object({
      text: z.string(),
      quote: z.string().optional(),
      supported: z.enum(YES_NO),
      evidence: z.array(z.int()).optional(),
      evidence_quote: z.string().optional(),
    }),
  ),
  chunks: z.array(z.object({ index: z.int(), useful: z.enum(YES_NO) })),
  reference_claims: z.array(z.object({ text: z.string(), attributable: z.enum(YES_NO) })).optional(),
  questions: z.array(z.string()),
  noncommittal: z.boolean(),
  addresses_question: z.enum(ADDRESSES),
  safety: z.object({ category: z.enum(SAFETY_CATEGORIES), flagged: z.boolean() }),
  custom: z.array(z.object({ id: z.string(), verdict: z.enum(CRITERION_VERDICTS) })).optional(),
});

/** What the judge found: yes/no per claim, passage, reference claim and criterion; never a score. */
export type Verdicts = z.infer<typeof verdictsSchema>;

const strings = (values: readonly string[]): JsonObject => ({ type: "string", enum: [...values] });
const object = (properties: JsonObject, optional: readonly string[] = []): JsonObject => ({
  type: "object",
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
});
const list = (items: JsonObject): JsonObject => ({ type: "array", items });
const TEXT = { type: "string" };
const INTEGER = { type: "integer" };

/**
 * JSON Schema of the tool input, within the subset Bedrock compiles (no minimum, maximum or lengths; ranges are
 * checked in code); it is the same for every request, so a compiled grammar and a cached prefix stay valid.
 */
export const JUDGE_TOOL_SCHEMA = object(
  {
    claims: list(
      object(
        {
          text: TEXT,
          quote: TEXT,
          supported: strings(YES_NO),
          evidence: list(INTEGER),
          evidence_quote: TEXT,
        },
        ["evidence", "evidence_quote"],
      ),
    ),
    chunks: list(object({ index: INTEGER, useful: strings(YES_NO) })),
    reference_claims: list(object({ text: TEXT, attributable: strings(YES_NO) })),
    questions: list(TEXT),
    noncommittal: { type: "boolean" },
    addresses_question: strings(ADDRESSES),
    safety: object({ category: strings(SAFETY_CATEGORIES), flagged: { type: "boolean" } }),
    custom: list(object({ id: TEXT, verdict: strings(CRITERION_VERDICTS) })),
  },
  ["reference_claims", "custom"],
);

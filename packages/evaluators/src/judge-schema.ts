import { HARM_CATEGORIES } from "@bellwether/core/requests/harm-categories";
import * as z from "zod";
import type { JsonObject } from "./converse.ts";

/** Name of the one tool the judge is forced to call. */
export const JUDGE_TOOL_NAME = "record_verdicts";

const YES_NO = ["yes", "no"] as const;
const ADDRESSES = ["yes", "partly", "no"] as const;
const GOAL = ["yes", "no", "unclear"] as const;
/** Levels of a custom scale are named by their place in it. */
const CRITERION_VERDICTS = [
  "yes",
  "no",
  "not_applicable",
  "level_1",
  "level_2",
  "level_3",
  "level_4",
  "level_5",
  "level_6",
  "level_7",
] as const;
const SAFETY_CATEGORIES = ["none", ...HARM_CATEGORIES] as const;
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
      in_reference: z.enum(YES_NO).optional(),
    }),
  ),
  chunks: z.array(z.object({ index: z.int(), useful: z.enum(YES_NO) })),
  reference_claims: z
    .array(
      z.object({
        text: z.string(),
        attributable: z.enum(YES_NO),
        evidence: z.array(z.int()).optional(),
        in_answer: z.enum(YES_NO).optional(),
      }),
    )
    .optional(),
  questions: z.array(z.string()),
  noncommittal: z.boolean(),
  addresses_question: z.enum(ADDRESSES),
  safety: z.object({
    category: z.enum(SAFETY_CATEGORIES),
    flagged: z.boolean(),
    also: z.array(z.enum(SAFETY_CATEGORIES)).optional(),
  }),
  refused: z.boolean().optional(),
  tool_calls: z
    .array(z.object({ index: z.int(), selection: z.enum(YES_NO), parameters: z.enum(YES_NO) }))
    .optional(),
  goal_reached: z.enum(GOAL).optional(),
  custom: z.array(z.object({ id: z.string(), verdict: z.enum(CRITERION_VERDICTS) })).optional(),
});

/** What the judge found: a verdict per claim, passage, reference claim, tool call and criterion; never a score. */
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
          in_reference: strings(YES_NO),
        },
        ["evidence", "evidence_quote", "in_reference"],
      ),
    ),
    chunks: list(object({ index: INTEGER, useful: strings(YES_NO) })),
    reference_claims: list(
      object(
        { text: TEXT, attributable: strings(YES_NO), evidence: list(INTEGER), in_answer: strings(YES_NO) },
        ["evidence", "in_answer"],
      ),
    ),
    questions: list(TEXT),
    noncommittal: { type: "boolean" },
    addresses_question: strings(ADDRESSES),
    safety: object(
      {
        category: strings(SAFETY_CATEGORIES),
        flagged: { type: "boolean" },
        also: list(strings(SAFETY_CATEGORIES)),
      },
      ["also"],
    ),
    refused: { type: "boolean" },
    tool_calls: list(object({ index: INTEGER, selection: strings(YES_NO), parameters: strings(YES_NO) })),
    goal_reached: strings(GOAL),
    custom: list(object({ id: TEXT, verdict: strings(CRITERION_VERDICTS) })),
  },
  ["reference_claims", "refused", "tool_calls", "goal_reached", "custom"],
);

import * as z from "zod";
import type { Wish } from "./decide.ts";
import { gateSchema, measuredSchema, nameSchema, type Who, whySchema } from "./entry.ts";

export const whoSchema = z.object({ by: nameSchema, at: z.number().int(), why: whySchema });

/** The first thing wrong with a value, as `path: message` in one line; undefined when it fits the schema. */
export function firstIssue(schema: z.ZodType, value: unknown): string | undefined {
  const parsed = schema.safeParse(value);
  if (parsed.success) return undefined;
  const [issue] = parsed.error.issues;
  return `${issue?.path.join(".") || "value"}: ${issue?.message ?? "invalid"}`;
}

/** In one line why a wish cannot be stored, whatever the registry holds. */
export function wishFault(wish: Wish, who: Who): string | undefined {
  const wrong = firstIssue(whoSchema, who);
  if (wrong !== undefined) return wrong;
  if (wish.kind === "gate") return firstIssue(gateSchema, wish.gate);
  return wish.kind === "measure" ? firstIssue(measuredSchema, wish.measured) : undefined;
}

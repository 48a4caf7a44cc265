import { parseTimestamp } from "@bellwether/core/records/timestamp";
import * as z from "zod";

const schema = z
  .strictObject({
    app: z.string().min(1),
    stable: z.string().min(1),
    canary: z.string().min(1).nullable(),
    share: z.number().min(0).max(1),
    startedAt: z.union([z.string(), z.number()]).transform((value, context) => {
      const at = typeof value === "number" ? value : parseTimestamp(value);
      if (at === undefined) {
        context.addIssue({ code: "custom", message: "not an ISO 8601 instant" });
        return z.NEVER;
      }
      return at;
    }),
  })
  .refine(({ canary, stable }) => canary !== stable, "stable and canary are the same variant");

/** `{app, stable, canary, share, startedAt}` with values of the `variant` tag; `startedAt` in ms. */
export type RolloutFile = z.infer<typeof schema>;

/** Reads a rollout file's JSON (`null` = no rollout); throws one line with path and reason. */
export function readRolloutFile(json: unknown): RolloutFile | null {
  if (json === null) return null;
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Error(`${issue?.path.join(".") || "rollout"}: ${issue?.message ?? "invalid"}`);
}

import { parseTimestamp } from "@bellwether/core/records/timestamp";
import type { Rollout } from "@bellwether/core/rollout/document";
import type { Ramp } from "@bellwether/core/rollout/ramp";
import { RampError, readRamp } from "@bellwether/core/rollout/ramp-file";
import * as z from "zod";

const rampSchema = z.unknown().transform((value, context): Ramp => {
  try {
    return readRamp(value);
  } catch (error) {
    if (!(error instanceof RampError)) throw error;
    context.addIssue({ code: "custom", message: error.message.replace(/^ramp: /, "") });
    return z.NEVER;
  }
});

const schema = z
  .strictObject({
    app: z.string().min(1),
    stable: z.string().min(1),
    canary: z.string().min(1).nullable(),
    share: z.number().min(0).max(1).optional(),
    startedAt: z.union([z.string(), z.number()]).transform((value, context) => {
      const at = typeof value === "number" ? value : parseTimestamp(value);
      if (at === undefined) {
        context.addIssue({ code: "custom", message: "not an ISO 8601 instant" });
        return z.NEVER;
      }
      return at;
    }),
    unit: z.enum(["user", "session", "request"]).optional(),
    ramp: rampSchema.optional(),
  })
  .refine(({ canary, stable }) => canary !== stable, "stable and canary are the same variant")
  .refine(({ canary, ramp }) => canary !== null || ramp === undefined, {
    path: ["ramp"],
    message: "there is no canary to move",
  })
  .refine(({ share, ramp }) => share !== undefined || ramp !== undefined, {
    path: ["share"],
    message: "missing, and there is no ramp to take it from",
  })
  .refine(({ share, ramp }) => share === undefined || ramp === undefined || share === ramp.steps[0]?.share, {
    path: ["share"],
    message: "is not the share of the ramp's first step",
  });

/**
 * `{app, stable, canary, share, startedAt}` with values of the `variant` tag; `startedAt` in ms. With a `ramp` the
 * share is its first step's and may be left out.
 */
export interface RolloutFile {
  readonly app: string;
  readonly stable: string;
  readonly canary: string | null;
  readonly share: number;
  readonly startedAt: number;
  readonly unit?: Rollout["unit"];
  readonly ramp?: Ramp;
}

/** Reads a rollout file's JSON (`null` = no rollout); throws one line with path and reason. */
export function readRolloutFile(json: unknown): RolloutFile | null {
  if (json === null) return null;
  const parsed = schema.safeParse(json);
  if (parsed.success) {
    const { share, unit, ramp, ...file } = parsed.data;
    return {
      ...file,
      share: share ?? ramp?.steps[0]?.share ?? 0,
      ...(unit !== undefined && { unit }),
      ...(ramp !== undefined && { ramp }),
    };
  }
  const issue = parsed.error.issues[0];
  throw new Error(`${issue?.path.join(".") || "rollout"}: ${issue?.message ?? "invalid"}`);
}

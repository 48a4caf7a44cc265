import { getFinding } from "@bellwether/aws/findings";
import { type Rollout, runningCanary } from "@bellwether/core/rollout/document";
import type { Finding } from "@bellwether/core/rollout/finding";
import * as z from "zod";

/** What a finding must have to be drawn; those of older versions lack some. */
const drawableSchema = z.looseObject({
  watermark: z.number(),
  epochs: z.array(z.looseObject({ from: z.number(), share: z.number() })).min(1),
  evidence: z.array(z.looseObject({ logE: z.number() })),
  held: z.array(z.string()),
  promotion: z.array(z.looseObject({ logE: z.number() })),
  split: z.looseObject({ requests: z.looseObject({ stable: z.number(), canary: z.number() }) }),
  arms: z.looseObject({ stable: z.looseObject({}), canary: z.looseObject({}) }),
});

/** The value when it is a finding as this version writes it. */
export const asFinding = (value: unknown): Finding | undefined =>
  drawableSchema.safeParse(value).success ? (value as Finding) : undefined;

/** The finding about the running canary, or in one line why there is none. */
export async function findingOf(rollout: Rollout): Promise<Finding | string> {
  const run = runningCanary(rollout);
  if (run === undefined) return "no canary is running";
  const stored = await getFinding(rollout.app, run.id);
  if (stored === undefined) return `nothing is found about ${run.canary} yet`;
  return asFinding(stored) ?? `the finding about ${run.canary} is of another version of bellwether`;
}

import { contextAbstention } from "./faithfulness.ts";
import type { JudgeInput } from "./judge-input.ts";
import type { Verdicts } from "./judge-schema.ts";
import type { Outcome } from "./outcome.ts";

/** Share in [0, 1] of the reference's claims that can be attributed to the passages (RAGAS Context recall). */
export function contextRecall(verdicts: Verdicts, input: JudgeInput): Outcome {
  if (input.reference === undefined) return { status: "abstained", reason: "no_reference" };
  const reason = contextAbstention(input);
  if (reason !== undefined) return { status: "abstained", reason };
  const claims = verdicts.reference_claims ?? [];
  if (claims.length === 0) return { status: "abstained", reason: "no_claims" };
  const attributable = claims.filter((claim) => claim.attributable === "yes").length;
  return {
    status: "scored",
    score: attributable / claims.length,
    reason: `${attributable} of ${claims.length} reference claims attributable`,
  };
}

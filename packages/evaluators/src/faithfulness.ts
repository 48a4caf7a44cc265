import type { CheckedVerdicts } from "./cross-check.ts";
import type { JudgeInput } from "./judge-input.ts";
import type { AbstainReason, Outcome } from "./outcome.ts";

/** Why metrics about the retrieved context cannot be judged, if they cannot. */
export function contextAbstention(input: JudgeInput): AbstainReason | undefined {
  if (input.contextTruncated) return "context_truncated";
  return input.contexts.length === 0 ? "no_context" : undefined;
}

/** Share in [0, 1] of the answer's claims that the passages support (RAGAS Faithfulness: support, not non-contradiction). */
export function faithfulness({ claims, unverifiable }: CheckedVerdicts, input: JudgeInput): Outcome {
  const reason = contextAbstention(input);
  if (reason !== undefined) return { status: "abstained", reason };
  if (unverifiable === true) return { status: "failed", reason: "unverifiable" };
  if (claims.length === 0) return { status: "abstained", reason: "no_claims" };
  const supported = claims.filter((claim) => claim.supported === "yes").length;
  return {
    status: "scored",
    score: supported / claims.length,
    reason: `${supported} of ${claims.length} claims supported`,
  };
}

import { contextAbstention } from "./faithfulness.ts";
import type { JudgeInput } from "./judge-input.ts";
import type { Verdicts } from "./judge-schema.ts";
import type { Outcome } from "./outcome.ts";

/** Which passages misled the answer: those that support some claim of the reference, or only the others. */
export type NoiseMode = "relevant" | "irrelevant";

/**
 * Share in [0, 1] of the answer's claims that the reference does not bear out and that passages of this kind support
 * (RAGAS Noise sensitivity; lower is better). A claim with support of both kinds counts as `relevant` only.
 */
export function noiseSensitivity(verdicts: Verdicts, input: JudgeInput, mode: NoiseMode): Outcome {
  if (input.reference === undefined) return { status: "abstained", reason: "no_reference" };
  const reason = contextAbstention(input);
  if (reason !== undefined) return { status: "abstained", reason };
  const { claims } = verdicts;
  const wanted = verdicts.reference_claims ?? [];
  if (claims.length === 0 || wanted.length === 0) return { status: "abstained", reason: "no_claims" };
  // Which passages support a claim is half of this metric: a "yes" that names none cannot be placed.
  const unplaced =
    claims.some((c) => c.in_reference === undefined || (c.supported === "yes" && !isCited(c.evidence))) ||
    wanted.some((c) => c.attributable === "yes" && !isCited(c.evidence));
  if (unplaced) return { status: "failed", reason: "incomplete" };
  const relevant = new Set(
    wanted.flatMap((claim) => (claim.attributable === "yes" ? (claim.evidence ?? []) : [])),
  );
  const misled = claims.filter((claim) => {
    if (claim.in_reference === "yes" || claim.supported === "no") return false;
    const byRelevant = (claim.evidence ?? []).some((passage) => relevant.has(passage));
    return mode === "relevant" ? byRelevant : !byRelevant;
  }).length;
  return {
    status: "scored",
    score: misled / claims.length,
    reason: `${misled} of ${claims.length} claims misled by ${mode} passages`,
  };
}

const isCited = (evidence: readonly number[] | undefined): boolean => (evidence?.length ?? 0) > 0;

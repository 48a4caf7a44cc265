import { contextAbstention } from "./faithfulness.ts";
import type { JudgeInput } from "./judge-input.ts";
import type { Verdicts } from "./judge-schema.ts";
import type { Outcome } from "./outcome.ts";

// RAGAS divides by hits + 1e-10, so that no useful passage gives 0 and not 0/0.
const EPSILON = 1e-10;

/** Average precision in [0, 1) of useful passages over their retrieval order: Σ P@k·v_k / (Σ v_k + 1e-10) (RAGAS). */
export function contextPrecision({ chunks }: Verdicts, input: JudgeInput): Outcome {
  const reason = contextAbstention(input);
  if (reason !== undefined) return { status: "abstained", reason };
  const ranked = chunks.toSorted((a, b) => a.index - b.index);
  let hits = 0;
  let sum = 0;
  for (const [position, chunk] of ranked.entries()) {
    if (chunk.useful === "no") continue;
    hits += 1;
    sum += hits / (position + 1);
  }
  return {
    status: "scored",
    score: sum / (hits + EPSILON),
    reason: `${hits} of ${ranked.length} passages useful`,
  };
}

import { readAnswer } from "./answer.ts";
import { isCannedAnswer } from "./guardrail.ts";
import type { Invocation } from "./invocation.ts";
import { readGuardrailMarks } from "./output-facts.ts";
import { streamHasText } from "./stream-answer.ts";

/** Whether the invocation has, or may have (offloaded body), an answer text of the model; false for failed calls, embeddings, missing bodies, pure tool use and guardrail messages. */
export function hasJudgeableText(invocation: Invocation): boolean {
  const { errorCode, output } = invocation;
  if (errorCode !== undefined || output.kind === "absent") return false;
  if (output.kind === "offloaded") return true;
  if (hasCannedAnswer(invocation)) return false;
  return Array.isArray(output.json) ? streamHasText(output.json) : readAnswer(output.json).text !== undefined;
}

/** Whether the logged answer is a guardrail's message in place of the model's text. */
export function hasCannedAnswer({ guardrail, operation, output }: Invocation): boolean {
  if (guardrail?.intervened !== true || output.kind !== "inline") return false;
  return isCannedAnswer(guardrail, readGuardrailMarks(operation, output.json));
}

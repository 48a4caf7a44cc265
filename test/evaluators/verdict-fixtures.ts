import type { JudgeInput } from "@bellwether/evaluators/judge-input";
import { JUDGE_TOOL_NAME, type Verdicts } from "@bellwether/evaluators/judge-schema";

/** An input with a question, two passages and no reference, changed as a test needs. */
export function judgeInput(changes: Partial<JudgeInput> = {}): JudgeInput {
  return {
    question: "When is my refund paid?",
    answer: "Within 14 days.",
    contexts: ["Refunds are paid within 14 days.", "Gift cards never expire."],
    contextTruncated: false,
    ...changes,
  };
}

/** Verdicts that fit `judgeInput()`, changed as a test needs. */
export function verdicts(changes: Partial<Verdicts> = {}): Verdicts {
  return {
    claims: [
      {
        text: "Refunds are paid within 14 days",
        quote: "Within 14 days",
        supported: "yes",
        evidence: [1],
        evidence_quote: "paid within 14 days",
      },
    ],
    chunks: [
      { index: 1, useful: "yes" },
      { index: 2, useful: "no" },
    ],
    questions: [],
    noncommittal: false,
    addresses_question: "yes",
    safety: { category: "none", flagged: false },
    refused: false,
    ...changes,
  };
}

/** A Converse response that calls the judge's tool with the given input. */
export function toolResponse(input: unknown, stopReason = "tool_use"): unknown {
  return {
    output: {
      message: {
        role: "assistant",
        content: [{ toolUse: { toolUseId: "t1", name: JUDGE_TOOL_NAME, input } }],
      },
    },
    stopReason,
    usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
  };
}

/** A Converse response in words. */
export function textResponse(text: string, stopReason = "end_turn"): unknown {
  return { output: { message: { role: "assistant", content: [{ text }] } }, stopReason };
}

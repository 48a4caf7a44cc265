import type { Conversation } from "@bellwether/core/records/conversation";
import {
  MAX_ANSWER_CHARS,
  MAX_CONTEXT_CHARS,
  MAX_PASSAGES,
  MAX_QUESTION_CHARS,
  MAX_REFERENCE_CHARS,
  MAX_SYSTEM_CHARS,
  toJudgeInput,
} from "@bellwether/evaluators/judge-input";
import { describe, expect, it } from "vitest";

const conversation = (changes: Partial<Conversation> = {}): Conversation => ({
  system: "Be brief.",
  turns: [{ role: "user", text: "When?" }],
  question: "When?",
  answer: "Soon.",
  toolUses: [],
  contexts: ["Soon is when."],
  contextTruncated: false,
  ...changes,
});

describe("toJudgeInput", () => {
  it("takes question, answer and contexts, and leaves the system prompt out unless asked for", () => {
    expect(toJudgeInput(conversation())).toStrictEqual({
      question: "When?",
      answer: "Soon.",
      contexts: ["Soon is when."],
      contextTruncated: false,
    });
    expect(toJudgeInput(conversation(), { includeSystem: true, reference: "Now." })).toMatchObject({
      system: "Be brief.",
      reference: "Now.",
    });
  });

  it("drops blank passages, questions and references instead of judging against nothing", () => {
    const input = toJudgeInput(conversation({ question: " ", contexts: ["", "a", "\n"] }), { reference: "" });
    expect(input).toStrictEqual({ answer: "Soon.", contexts: ["a"], contextTruncated: false });
  });

  it.each([undefined, "", " \n"])("abstains when the answer is %j", (answer) => {
    const { answer: _, ...rest } = conversation();
    expect(toJudgeInput(answer === undefined ? rest : { ...rest, answer })).toStrictEqual({
      abstained: "no_answer",
    });
  });

  const atLimit: [string, (extra: number) => ReturnType<typeof toJudgeInput>][] = [
    ["answer", (n) => toJudgeInput(conversation({ answer: "a".repeat(MAX_ANSWER_CHARS + n) }))],
    ["question", (n) => toJudgeInput(conversation({ question: "a".repeat(MAX_QUESTION_CHARS + n) }))],
    [
      "contexts together",
      (n) => toJudgeInput(conversation({ contexts: ["a", "b".repeat(MAX_CONTEXT_CHARS - 1 + n)] })),
    ],
    ["passages", (n) => toJudgeInput(conversation({ contexts: Array(MAX_PASSAGES + n).fill("a") }))],
    ["reference", (n) => toJudgeInput(conversation(), { reference: "a".repeat(MAX_REFERENCE_CHARS + n) })],
    [
      "system",
      (n) =>
        toJudgeInput(conversation({ system: "a".repeat(MAX_SYSTEM_CHARS + n) }), { includeSystem: true }),
    ],
  ];
  it.each(atLimit)("judges %s at the limit and abstains one above, never cutting", (_, build) => {
    expect(build(0)).toHaveProperty("answer");
    expect(build(1)).toStrictEqual({ abstained: "too_long" });
  });
});

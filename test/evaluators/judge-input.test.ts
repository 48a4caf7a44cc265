import type { Conversation } from "@bellwether/core/records/conversation";
import {
  MAX_AGENT_CHARS,
  MAX_ANSWER_CHARS,
  MAX_CONTEXT_CHARS,
  MAX_HISTORY_CHARS,
  MAX_PASSAGES,
  MAX_QUESTION_CHARS,
  MAX_REFERENCE_CHARS,
  MAX_SYSTEM_CHARS,
  MAX_TOOL_CALLS,
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

describe("what the judge reads of an agent", () => {
  const find = { id: "t1", name: "find", input: { id: "7" }, result: "ok" } as const;
  const agentOf = (changes: Partial<Conversation>) => {
    const input = toJudgeInput(conversation(changes));
    return "abstained" in input ? input.abstained : input.agent;
  };

  it("is nothing without tool calls", () => {
    expect(agentOf({})).toBeUndefined();
  });

  it("is its calls, the tools there were, and the turns before the question", () => {
    const turns = [
      { role: "user", text: "Hi" },
      { role: "assistant", text: "Hello." },
      { role: "tool", text: "left out" },
      { role: "user", text: "When?" },
      { role: "tool", text: "soon" },
    ] as const;
    const tools = [
      { name: "find", description: "Finds\nthings.", schema: { type: "object" } },
      { name: "pay" },
    ];
    expect(agentOf({ turns, toolTrail: { tools, calls: [find] } })).toStrictEqual({
      calls: ['find({"id":"7"}) -> ok'],
      tools: 'find: Finds things.; input {"type":"object"}\npay: ',
      history: "user: Hi\nassistant: Hello.",
      historyTooLong: false,
    });
    expect(agentOf({ toolTrail: { tools: [], calls: [find] } })).toStrictEqual({
      calls: ['find({"id":"7"}) -> ok'],
      historyTooLong: false,
    });
  });

  it("is left out when it is too long, and the answer is judged all the same", () => {
    const calls = (count: number) => Array.from({ length: count }, () => find);
    expect(agentOf({ toolTrail: { tools: [], calls: calls(MAX_TOOL_CALLS) } })).toMatchObject({
      historyTooLong: false,
    });
    expect(agentOf({ toolTrail: { tools: [], calls: calls(MAX_TOOL_CALLS + 1) } })).toBe("too_long");
    const huge = [{ name: "find", description: "x".repeat(MAX_AGENT_CHARS) }];
    expect(agentOf({ toolTrail: { tools: huge, calls: [find] } })).toBe("too_long");
  });

  it("is not the history when that is too long", () => {
    const turns = [
      { role: "user", text: "x".repeat(MAX_HISTORY_CHARS) },
      { role: "user", text: "When?" },
    ] as const;
    expect(agentOf({ turns, toolTrail: { tools: [], calls: [find] } })).toStrictEqual({
      calls: ['find({"id":"7"}) -> ok'],
      historyTooLong: true,
    });
  });
});

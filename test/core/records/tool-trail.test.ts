import { readToolTrail } from "@bellwether/core/records/tool-trail";
import { describe, expect, it } from "vitest";

const schema = { type: "object", properties: { id: { type: "string" } } };
const CONVERSE = {
  messages: [
    { role: "user", content: [{ text: "hi" }] },
    { role: "assistant", content: [{ toolUse: { toolUseId: "t0", name: "old", input: {} } }] },
    { role: "user", content: [{ toolResult: { toolUseId: "t0", content: [{ text: "x" }] } }] },
    { role: "assistant", content: [{ text: "Hello." }] },
    { role: "user", content: [{ text: "Where is order 7?" }] },
    {
      role: "assistant",
      content: [
        { text: "Looking." },
        { toolUse: { toolUseId: "t1", name: "find", input: { id: "7" } } },
        { toolUse: { toolUseId: "t2", name: "pay", input: {} } },
      ],
    },
    {
      role: "user",
      content: [
        { toolResult: { toolUseId: "t1", content: [{ text: "shipped" }], status: "success" } },
        { toolResult: { toolUseId: "t2", content: [{ text: "refused" }], status: "error" } },
        { text: "go on" },
      ],
    },
  ],
  toolConfig: {
    tools: [{ toolSpec: { name: "find", description: "Finds.", inputSchema: { json: schema } } }],
  },
};
const ANTHROPIC = {
  anthropic_version: "bedrock-2023-05-31",
  messages: [
    { role: "user", content: "Where is order 7?" },
    {
      role: "assistant",
      content: [
        { type: "tool_use", id: "t1", name: "find", input: { id: "7" } },
        { type: "tool_use", id: "t2", name: "pay", input: {} },
      ],
    },
    {
      role: "user",
      content: [
        { type: "tool_result", tool_use_id: "t1", content: "shipped" },
        { type: "tool_result", tool_use_id: "t2", content: "refused", is_error: true },
      ],
    },
  ],
  tools: [{ name: "find", description: "Finds.", input_schema: schema }],
};
const CHAT = {
  messages: [
    { role: "user", content: "Where is order 7?" },
    {
      role: "assistant",
      tool_calls: [
        { id: "t1", type: "function", function: { name: "find", arguments: '{"id":"7"}' } },
        { id: "t2", type: "function", function: { name: "pay", arguments: "" } },
      ],
    },
    { role: "tool", tool_call_id: "t1", content: "shipped" },
  ],
  tools: [{ type: "function", function: { name: "find", description: "Finds.", parameters: schema } }],
};

describe("readToolTrail", () => {
  it.each([
    ["Converse", CONVERSE, "error"],
    ["Anthropic", ANTHROPIC, "error"],
    ["chat", CHAT, "pending"],
  ])("finds the tools and the calls of the last turn in a %s body", (_, body, second) => {
    expect(readToolTrail(body, [])).toStrictEqual({
      tools: [{ name: "find", description: "Finds.", schema }],
      calls: [
        { id: "t1", name: "find", input: { id: "7" }, result: "ok" },
        { id: "t2", name: "pay", input: {}, result: second },
      ],
    });
  });

  it("adds the calls of the answer, whose results the log does not have", () => {
    const use = { id: "t9", name: "find", input: { id: "8" } };
    expect(readToolTrail({ messages: [{ role: "user", content: "x" }] }, [use])).toStrictEqual({
      tools: [],
      calls: [{ ...use, result: "pending" }],
    });
  });

  it.each([
    ["nothing", undefined],
    ["a prompt", { prompt: "x" }],
    ["messages of no shape", { messages: [null, 3, { role: "user" }], tools: "x" }],
    ["offered tools that were not used", { messages: [{ role: "user", content: "x" }], tools: CHAT.tools }],
  ])("finds none in %s", (_, body) => {
    expect(readToolTrail(body, [])).toBeUndefined();
  });
});

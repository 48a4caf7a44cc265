import type { ContextOptions, Conversation } from "@bellwether/core/records/conversation";
import { readConversation } from "@bellwether/core/records/conversation-reader";
import type { Operation } from "@bellwether/core/records/invocation";
import { describe, expect, it } from "vitest";
import {
  converseBody,
  failedRecord,
  invocationOf,
  logRecord,
  userMessages,
} from "../../fixtures/records/build.ts";
import { STREAMS } from "../../fixtures/records/streams.ts";

const OPTIONS: ContextOptions = { contextTags: ["context", "documents", "passages", "search_results"] };
const STREAM = "InvokeModelWithResponseStream";

function read(operation: Operation, input: unknown, output: unknown): Conversation {
  return readConversation(invocationOf(logRecord(operation, { input, output })), OPTIONS);
}

describe("request bodies", () => {
  it("reads a Converse conversation with system, tools and several turns", () => {
    const input = {
      system: [{ text: "Be brief." }, { cachePoint: { type: "default" } }, { text: "Be kind." }],
      messages: [
        { role: "user", content: [{ text: "Hi" }, { image: { format: "png", source: {} } }] },
        {
          role: "assistant",
          content: [{ text: "Hello" }, { toolUse: { toolUseId: "t1", name: "lookup", input: {} } }],
        },
        {
          role: "user",
          content: [
            {
              toolResult: {
                toolUseId: "t1",
                content: [{ text: "found" }, { json: { price: 3 } }],
                status: "success",
              },
            },
          ],
        },
        { role: "assistant", content: [{ text: "It costs 3." }] },
        { role: "user", content: [{ text: "And" }, { text: "shipping?" }] },
      ],
    };
    expect(read("Converse", input, converseBody([{ text: "Free." }]))).toEqual({
      system: "Be brief.\nBe kind.",
      turns: [
        { role: "user", text: "Hi" },
        { role: "assistant", text: "Hello" },
        { role: "tool", text: 'found\n{"price":3}' },
        { role: "assistant", text: "It costs 3." },
        { role: "user", text: "And\nshipping?" },
      ],
      question: "And\nshipping?",
      answer: "Free.",
      toolUses: [],
      contexts: ["found", '{"price":3}'],
      contextSource: "tool_result",
      contextTruncated: false,
    });
  });

  const user = (text: string) => ({ turns: [{ role: "user", text }], question: text });
  it.each([
    [
      "Anthropic, string content",
      { system: "S", messages: [{ role: "user", content: "Q" }] },
      { system: "S", ...user("Q") },
    ],
    [
      "Anthropic, blocks",
      {
        system: [{ type: "text", text: "S", cache_control: { type: "ephemeral" } }],
        messages: [
          {
            role: "user",
            content: [
              { type: "text", text: "Q" },
              { type: "image", source: {} },
            ],
          },
        ],
      },
      { system: "S", ...user("Q") },
    ],
    [
      "Nova",
      { schemaVersion: "messages-v1", system: [{ text: "S" }], ...userMessages("Q") },
      { system: "S", ...user("Q") },
    ],
    [
      "chat",
      {
        messages: [
          { role: "system", content: "S" },
          {
            role: "user",
            content: [
              { type: "text", text: "Q" },
              { type: "image_url", image_url: {} },
            ],
          },
        ],
      },
      { system: "S", ...user("Q") },
    ],
    ["Titan", { inputText: "Q" }, user("Q")],
    ["Titan chat", { inputText: "S\nUser: Q\nBot:" }, { system: "S", ...user("Q") }],
    ["Claude 2", { prompt: "S\n\nHuman: Q\n\nAssistant:" }, { system: "S", ...user("Q") }],
    ["Mistral", { prompt: "<s>[INST] Q [/INST]" }, user("Q")],
    ["Llama 2", { prompt: "<s>[INST] <<SYS>>\nS\n<</SYS>>\n\nQ [/INST]" }, { system: "S", ...user("Q") }],
    [
      "Llama 3",
      {
        prompt:
          "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nS<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nQ<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
      },
      { system: "S", ...user("Q") },
    ],
    [
      "Llama 4",
      {
        prompt:
          "<|begin_of_text|><|header_start|>user<|header_end|>\n\nQ<|eot|><|header_start|>assistant<|header_end|>",
      },
      user("Q"),
    ],
    [
      "ChatML, two turns",
      {
        prompt:
          "<|im_start|>user\nA<|im_end|>\n<|im_start|>assistant\nB<|im_end|>\n<|im_start|>user\nQ<|im_end|>\n<|im_start|>assistant\n",
      },
      {
        turns: [
          { role: "user", text: "A" },
          { role: "assistant", text: "B" },
          { role: "user", text: "Q" },
        ],
        question: "Q",
      },
    ],
    ["DeepSeek", { prompt: "<｜begin▁of▁sentence｜><｜User｜>Q<｜Assistant｜>" }, user("Q")],
    [
      "a prompt that only quotes a user",
      { prompt: "Rate this:\nUser: hello" },
      user("Rate this:\nUser: hello"),
    ],
    [
      "Cohere",
      {
        preamble: "S",
        message: "Q",
        chat_history: [
          { role: "USER", message: "A" },
          { role: "CHATBOT", message: "B" },
        ],
      },
      {
        system: "S",
        turns: [
          { role: "user", text: "A" },
          { role: "assistant", text: "B" },
          { role: "user", text: "Q" },
        ],
        question: "Q",
      },
    ],
    ["an unknown body", { instances: [1] }, { turns: [] }],
    ["a placeholder", { messages: "[...truncated...]", system: "[...truncated...]" }, { turns: [] }],
    ["placeholder messages", { messages: ["[...truncated...]", null, 7] }, { turns: [] }],
    ["a string", "[...truncated...]", { turns: [] }],
  ])("%s", (_, input, expected) => {
    const conversation = read("InvokeModel", input, { generation: "A" });
    const { system, turns, question } = conversation;
    const texts = { turns, ...(system !== undefined && expected && "system" in expected ? { system } : {}) };
    expect({ ...texts, ...(question === undefined ? {} : { question }) }).toEqual(expected);
  });
});

describe("response bodies", () => {
  it.each([
    ["Converse", converseBody([{ text: "A" }]), "A"],
    [
      "reasoning between texts",
      converseBody([{ text: "A" }, { reasoningContent: {} }, { text: "B" }]),
      "A\nB",
    ],
    [
      "citations",
      converseBody([{ citationsContent: { content: [{ text: "A" }], citations: [] } }, { text: " B" }]),
      "A B",
    ],
    [
      "Anthropic",
      {
        content: [
          { type: "thinking", thinking: "t" },
          { type: "text", text: "A" },
          { type: "text", text: "B" },
        ],
      },
      "AB",
    ],
    ["Claude 2", { completion: " A", stop_reason: "stop_sequence" }, " A"],
    ["Titan", { results: [{ outputText: "A" }] }, "A"],
    ["Llama", { generation: "A" }, "A"],
    ["Mistral", { outputs: [{ text: "A" }] }, "A"],
    ["chat", { choices: [{ message: { role: "assistant", content: "A" } }] }, "A"],
    ["chat blocks", { choices: [{ message: { content: [{ type: "text", text: "A" }] } }] }, "A"],
    ["chat completion", { choices: [{ text: "A" }] }, "A"],
    ["Cohere", { text: "A", finish_reason: "COMPLETE" }, "A"],
    ["Cohere generations", { generations: [{ text: "A" }] }, "A"],
    ["Titan embeddings", { embedding: [0.1], inputTextTokenCount: 1 }, undefined],
    [
      "Cohere embeddings",
      { embeddings: [[0.1]], id: "1", response_type: "embeddings_floats", texts: ["A"] },
      undefined,
    ],
    ["blank text", converseBody([{ text: " \n" }]), undefined],
    ["a placeholder output", { output: "[...truncated...]" }, undefined],
    ["a placeholder message", { output: { message: "[...truncated...]" } }, undefined],
    ["placeholder events", ["[...truncated stream events...]"], undefined],
    ["null", { output: null, choices: null, content: null }, undefined],
  ])("%s", (_, output, answer) => {
    expect(read("InvokeModel", { inputText: "Q" }, output).answer).toBe(answer);
  });

  const lookup = (id: string, input: unknown) => [{ id, name: "lookup", input }];
  it.each([
    [
      "Converse",
      converseBody([{ toolUse: { toolUseId: "t1", name: "lookup", type: "tool_use", input: { q: 1 } } }]),
      lookup("t1", { q: 1 }),
    ],
    [
      "Anthropic",
      { content: [{ type: "tool_use", id: "t1", name: "lookup", input: { q: 1 } }] },
      lookup("t1", { q: 1 }),
    ],
    [
      "chat",
      {
        choices: [
          {
            message: {
              content: null,
              tool_calls: [{ id: "t1", function: { name: "lookup", arguments: '{"q":1}' } }],
            },
          },
        ],
      },
      lookup("t1", { q: 1 }),
    ],
    [
      "chat, arguments that are not JSON",
      {
        choices: [
          { message: { tool_calls: [{ id: "t1", function: { name: "lookup", arguments: '{"q":' } }] } },
        ],
      },
      lookup("t1", '{"q":'),
    ],
    ["Cohere", { text: "", tool_calls: [{ name: "lookup", parameters: { q: 1 } }] }, lookup("", { q: 1 })],
  ])("reads the tool use of %s and no answer", (_, output, toolUses) => {
    const conversation = read("InvokeModel", { inputText: "Q" }, output);
    expect(conversation.toolUses).toEqual(toolUses);
    expect(conversation).not.toHaveProperty("answer");
  });

  it("has no answer for failed calls and guardrail messages", () => {
    expect(readConversation(invocationOf(failedRecord("ThrottlingException")), OPTIONS)).toEqual({
      turns: [],
      toolUses: [],
      contexts: [],
      contextTruncated: false,
    });
    expect(read(STREAM, { messages: [] }, STREAMS.blocked)).not.toHaveProperty("answer");
  });
});

describe("streams", () => {
  it.each([
    ["claude", "Let me check.", [{ id: "toolu_1", name: "lookup", input: { order: 42 } }]],
    ["nova", "Hello there", [{ id: "t1", name: "lookup", input: { q: "x" } }]],
    ["titan", "One two.", []],
    ["llama", "Khartoum", []],
    ["chat", "Yes, sir", [{ id: "c1", name: "lookup", input: { a: 1 } }]],
    ["mistral", "Bonjour", []],
    ["cohere", "Good day", []],
  ] as const)("rebuilds %s", (name, answer, toolUses) => {
    const conversation = read(STREAM, { inputText: "Q" }, STREAMS[name]);
    expect([conversation.answer, conversation.toolUses]).toEqual([answer, toolUses]);
  });

  const toolStream = (...fragments: readonly string[]) => [
    {
      type: "content_block_start",
      index: 0,
      content_block: { type: "tool_use", id: "t", name: "n", input: {} },
    },
    ...fragments.map((json) => ({
      type: "content_block_delta",
      index: 0,
      delta: { type: "input_json_delta", partial_json: json },
    })),
  ];
  it.each([
    ["cut fragments", ['{"a":', '"b'], '{"a":"b'],
    ["no fragments", [], {}],
    [
      "very deep fragments",
      ["[".repeat(100_000), "]".repeat(100_000)],
      "[".repeat(100_000) + "]".repeat(100_000),
    ],
  ])("keeps tool input of %s readable", (_, fragments, input) => {
    expect(read(STREAM, {}, toolStream(...fragments)).toolUses).toEqual([{ id: "t", name: "n", input }]);
  });
});

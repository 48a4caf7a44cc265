import type { ContextOptions, Conversation } from "@bellwether/core/records/conversation";
import { readConversation } from "@bellwether/core/records/conversation-reader";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { converseBody, invocationOf, logRecord, userMessages } from "../../fixtures/records/build.ts";

const OPTIONS: ContextOptions = { contextTags: ["context", "documents", "passages", "search_results"] };

function read(input: unknown, options = OPTIONS): Conversation {
  return readConversation(
    invocationOf(logRecord("Converse", { input, output: converseBody([{ text: "A" }]) })),
    options,
  );
}

const ask = (text: string, options = OPTIONS) => read(userMessages(text), options);

describe("tagged spans", () => {
  it.each([
    ["one span", "<context>P1</context>\nQ", ["P1"], "Q"],
    ["attributes and case", '<Context source="a" id=1>\n P1 \n</CONTEXT >Q', ["P1"], "Q"],
    [
      "two spans",
      "Use this.\n<context>P1</context>\n<passages>P2</passages>\nQ",
      ["P1", "P2"],
      "Use this.\nQ",
    ],
    [
      "nested documents",
      '<documents>\n<document index="1">P1</document>\n<document index="2">P2</document>\n</documents>\nQ',
      ["P1", "P2"],
      "Q",
    ],
    [
      "a wrapper in a wrapper",
      "<context><documents><document>P1</document><document>P2</document></documents></context>Q",
      ["P1", "P2"],
      "Q",
    ],
    [
      "text beside elements is one passage",
      "<context>See <b>P1</b> and <b>P2</b></context>Q",
      ["See <b>P1</b> and <b>P2</b>"],
      "Q",
    ],
    [
      "a mention before the span",
      "Use only the <context> below.\n<context>P1</context>\nQ",
      ["P1"],
      "Use only the <context> below.\nQ",
    ],
    ["an empty span", "<context> </context>Q", [], "Q"],
    ["no tags", "Q", [], "Q"],
    ["another tag", "<notes>P1</notes>Q", [], "<notes>P1</notes>Q"],
    [
      "an address is no element",
      "<context><https://example.com> P1</context>Q",
      ["<https://example.com> P1"],
      "Q",
    ],
    ["a stray close", "P1</context>Q", [], "P1</context>Q"],
  ])("%s", (_, text, contexts, question) => {
    expect(ask(text)).toMatchObject({ contexts, question, contextTruncated: false });
    expect(ask(text).contextSource).toBe(contexts.length === 0 ? undefined : "tagged");
  });

  it.each([
    ["an open tag", "Q\n<context>P1 and then", ["P1 and then"], "Q"],
    ["an open tag behind a closed one", "Q <context>P1</context> <context>P2", ["P1", "P2"], "Q"],
    ["an open document", "Q <documents><document>P1</document><document>P2", ["P1", "P2"], "Q"],
    ["a marker", "<context>P1 [truncated]</context>Q", ["P1 [truncated]"], "Q"],
    [
      "a marker with a count",
      "<context>P1 [... truncated 120 characters ...]</context>Q",
      ["P1 [... truncated 120 characters ...]"],
      "Q",
    ],
    ["a half marker", "<context>P1 …[truncated</context>Q", ["P1 …[truncated"], "Q"],
    ["a log marker", "<context>P1 [...truncated...]\n</context>Q", ["P1 [...truncated...]"], "Q"],
    [
      "a marker on any passage",
      "<documents><document>P1…truncated</document><document>P2</document></documents>Q",
      ["P1…truncated", "P2"],
      "Q",
    ],
  ])("is truncated by %s", (_, text, contexts, question) => {
    expect(ask(text)).toMatchObject({ contexts, question, contextTruncated: true });
  });

  it.each([
    "What are <context> tags?",
    "Answer from the `<documents>` I sent.",
    "Put it inside <context>, please",
    "<context>P1</context> Is the array [truncated] here?",
    "<context>The array [truncated] goes on.</context>Q",
  ])("is not truncated by %s", (text) => {
    expect(ask(text).contextTruncated).toBe(false);
  });

  it("reads spans over several blocks and from the instructions", () => {
    const blocks = [{ text: "<context>" }, { text: "P1" }, { text: "</context>" }, { text: "Q" }];
    expect(read({ messages: [{ role: "user", content: blocks }] })).toMatchObject({
      contexts: ["P1"],
      question: "Q",
    });
    expect(read({ system: [{ text: "<context>P1</context>" }], ...userMessages("Q") })).toMatchObject({
      contexts: ["P1"],
      question: "Q",
    });
  });

  it("prefers the current turn and falls back to the nearest earlier one", () => {
    const first = "<context>P1</context>Q1";
    const turns = (last: string) => ({
      messages: [
        ...(userMessages(first).messages as unknown[]),
        { role: "assistant", content: [{ text: "<context>X</context>" }] },
        ...(userMessages(last).messages as unknown[]),
      ],
    });
    expect(read(turns("<context>P2</context>Q2"))).toMatchObject({ contexts: ["P2"], question: "Q2" });
    expect(read(turns("Q2"))).toMatchObject({ contexts: ["P1"], question: "Q2" });
    expect(read(turns("<context>P2</context>"))).toMatchObject({ contexts: ["P2"], question: "Q1" });
  });

  it("takes passages out of any text, also a long hostile one", () => {
    const pieces = fc.constantFrom(
      "<context>",
      "</context>",
      "<documents",
      ">",
      "<document>",
      "</documents>",
      "a",
      '"',
      " ",
      "[truncated",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
        const text = parts.join("");
        const { contexts } = ask(text);
        for (const context of contexts) expect(text).toContain(context);
      }),
    );
    const hostile = "<context>".repeat(50_000) + "</documents>".repeat(50_000) + "<documents>".repeat(50_000);
    expect(ask(hostile).contextTruncated).toBe(true);
  });
});

describe("sources, in order", () => {
  const guard = (text: string, qualifiers?: readonly string[]) => ({
    guardContent: { text: { text, ...(qualifiers && { qualifiers }) } },
  });
  const tool = (text: string) => ({ toolResult: { toolUseId: "t", content: [{ text }], status: "success" } });

  it("takes grounding sources of guardContent first, and its query as the question", () => {
    const content = [
      guard("P1", ["grounding_source"]),
      guard("P2", ["grounding_source", "guard_content"]),
      guard("Q", ["query"]),
      { text: "Answer briefly. <context>X</context>" },
    ];
    expect(read({ messages: [{ role: "user", content }] })).toMatchObject({
      contexts: ["P1", "P2"],
      contextSource: "guard_content",
      question: "Q",
    });
  });

  it("reads guardContent without those qualifiers as user text", () => {
    expect(read({ messages: [{ role: "user", content: [guard("Q")] }] })).toMatchObject({
      contexts: [],
      question: "Q",
    });
  });

  it("takes tool results before tagged spans; all calls since the question", () => {
    const call = { role: "assistant", content: [{ toolUse: { toolUseId: "t", name: "n", input: {} } }] };
    const messages = [
      { role: "user", content: [{ text: "<context>X</context>Q" }] },
      call,
      { role: "user", content: [tool("P1")] },
      call,
      { role: "user", content: [tool("P2")] },
    ];
    expect(read({ messages })).toMatchObject({
      contexts: ["P1", "P2"],
      contextSource: "tool_result",
      question: "Q",
    });
  });

  it.each([
    ["a string", "P1", ["P1"]],
    [
      "blocks",
      [
        { type: "text", text: "P1" },
        { type: "text", text: "P2" },
        { type: "image", source: {} },
      ],
      ["P1", "P2"],
    ],
    [
      "search results",
      [{ type: "search_result", source: "s", title: "t", content: [{ type: "text", text: "P1" }] }],
      ["P1"],
    ],
    ["nothing", undefined, []],
  ])("reads a Claude tool_result of %s", (_, content, contexts) => {
    const messages = [
      { role: "user", content: "Q" },
      { role: "assistant", content: [{ type: "tool_use", id: "t", name: "n", input: {} }] },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "t", content }] },
    ];
    expect(read({ messages })).toMatchObject({ contexts, question: "Q" });
  });

  it("reads chat tool messages and Cohere documents", () => {
    const chat = {
      messages: [
        { role: "user", content: "Q" },
        { role: "tool", tool_call_id: "t", content: "P1" },
      ],
    };
    expect(read(chat)).toMatchObject({ contexts: ["P1"], contextSource: "tool_result", question: "Q" });
    const cohere = {
      message: "Q",
      documents: [{ title: "T", snippet: "P1" }],
      tool_results: [{ call: {}, outputs: [{ n: 1 }] }],
    };
    expect(read(cohere)).toMatchObject({ contexts: ["T\nP1", '{"n":1}'], question: "Q" });
  });

  it("takes the app's own pattern last", () => {
    const options = { ...OPTIONS, contextPattern: "passage \\d+: ?([^\\n]*)" };
    const text = "passage 1: P1\npassage 2: P2\nQ";
    expect(ask(text, options)).toMatchObject({
      contexts: ["P1", "P2"],
      contextSource: "pattern",
      question: "Q",
    });
    expect(ask(`<context>P0</context>${text}`, options)).toMatchObject({
      contexts: ["P0"],
      contextSource: "tagged",
    });
    expect(ask("passage 1: P1 [truncated]", options)).toMatchObject({ contextTruncated: true });
    expect(ask("Q", options)).not.toHaveProperty("contextSource");
  });

  it("says that a pattern is broken", () => {
    expect(() => ask("Q", { ...OPTIONS, contextPattern: "(" })).toThrow(SyntaxError);
  });

  it("takes tag names literally", () => {
    expect(ask("<a.b>P1</a.b> <axb>X</axb>", { contextTags: ["a.b"] }).contexts).toEqual(["P1"]);
    expect(ask("<context>P1</context>", { contextTags: [] }).contexts).toEqual([]);
  });
});

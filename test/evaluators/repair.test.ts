import { buildJudgeRequest } from "@bellwether/evaluators/judge-prompt";
import { buildRepairRequest } from "@bellwether/evaluators/repair";
import { describe, expect, it } from "vitest";
import { judgeInput, textResponse, toolResponse } from "./verdict-fixtures.ts";

const request = buildJudgeRequest(judgeInput(), {
  modelId: "m",
  maxTokens: 500,
  delimiter: "k3j9x2m4q8w1z7v5",
});
const DETAIL = "claims.0.supported: expected yes or no";

describe("buildRepairRequest", () => {
  it("answers the tool call with an error result and changes nothing else", () => {
    const repair = buildRepairRequest(request, toolResponse({ claims: "all" }), DETAIL);
    expect({ ...repair, messages: [] }).toStrictEqual({ ...request, messages: [] });
    expect(repair.messages).toMatchObject([
      request.messages[0],
      { role: "assistant", content: [{ toolUse: { toolUseId: "t1", input: { claims: "all" } } }] },
      {
        role: "user",
        content: [
          {
            toolResult: {
              toolUseId: "t1",
              status: "error",
              content: [{ text: expect.stringContaining(DETAIL) }],
            },
          },
        ],
      },
    ]);
  });

  it("answers prose in prose", () => {
    const { messages } = buildRepairRequest(request, textResponse("9/10"), DETAIL);
    expect(messages.slice(1)).toMatchObject([
      { role: "assistant", content: [{ text: "9/10" }] },
      { role: "user", content: [{ text: expect.stringContaining(DETAIL) }] },
    ]);
  });

  const foreign = toolResponse({}) as { output: { message: { content: { toolUse: { name: string } }[] } } };
  for (const block of foreign.output.message.content) block.toolUse.name = "other_tool";
  it.each([
    ["a string as tool input", toolResponse("{}")],
    ["a tool that does not exist", foreign],
    ["an empty message", textResponse(" ")],
    ["no message", undefined],
  ])("does not send back %s, which Bedrock refuses, and keeps the roles alternating", (_, bad) => {
    const { messages } = buildRepairRequest(request, bad, DETAIL);
    expect(messages).toHaveLength(1);
    expect(messages[0]?.content).toMatchObject([
      request.messages[0]?.content[0],
      { text: expect.stringContaining(DETAIL) },
    ]);
  });

  it("leaves the first request untouched and bounds the detail", () => {
    const before = structuredClone(request);
    const repair = buildRepairRequest(request, undefined, "x".repeat(10_000));
    expect(request).toStrictEqual(before);
    expect(JSON.stringify(repair).length).toBeLessThan(JSON.stringify(request).length + 1_000);
  });
});

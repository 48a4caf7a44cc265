import { createHash } from "node:crypto";
import { buildJudgeRequest } from "@bellwether/evaluators/judge-prompt";
import { JUDGE_PROMPT_VERSION } from "@bellwether/evaluators/version";
import { describe, expect, it } from "vitest";

describe("versions", () => {
  it("JUDGE_PROMPT_VERSION changes with rubric, layout and schema: put the new hash into version.ts", () => {
    const { system, messages, toolConfig } = buildJudgeRequest(
      {
        question: "q",
        answer: "a",
        contexts: ["c"],
        contextTruncated: false,
        reference: "r",
        system: "s",
        agent: { calls: ["t({}) -> ok"], tools: "t: does", history: "user: h", historyTooLong: false },
      },
      {
        modelId: "m",
        maxTokens: 1,
        delimiter: "0".repeat(16),
        promptCaching: false,
        criteria: [
          { id: "i", instruction: "?" },
          {
            id: "l",
            instruction: "?",
            levels: [
              { anchor: "bad", score: 0 },
              { anchor: "good", score: 1 },
            ],
          },
        ],
      },
    );
    const hash = createHash("sha256").update(JSON.stringify({ system, messages, toolConfig })).digest("hex");
    expect(JUDGE_PROMPT_VERSION).toBe(hash.slice(0, 12));
  });
});

import { createHash } from "node:crypto";
import { buildJudgeRequest } from "@bellwether/evaluators/judge-prompt";
import { JUDGE_PROMPT_VERSION } from "@bellwether/evaluators/version";
import { describe, expect, it } from "vitest";

describe("versions", () => {
  it("JUDGE_PROMPT_VERSION changes with rubric, layout and schema: put the new hash into version.ts", () => {
    const { system, messages, toolConfig } = buildJudgeRequest(
      { question: "q", answer: "a", contexts: ["c"], contextTruncated: false, reference: "r", system: "s" },
      { modelId: "m", maxTokens: 1, delimiter: "0".repeat(16), criteria: [{ id: "i", instruction: "?" }] },
    );
    const hash = createHash("sha256").update(JSON.stringify({ system, messages, toolConfig })).digest("hex");
    expect(JUDGE_PROMPT_VERSION).toBe(hash.slice(0, 12));
  });
});

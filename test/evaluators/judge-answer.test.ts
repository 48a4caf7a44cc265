import type { ConverseRequest } from "@bellwether/evaluators/converse";
import { type ConverseResult, judgeAnswer } from "@bellwether/evaluators/judge-answer";
import { describe, expect, it } from "vitest";
import { judgeInput, textResponse, toolResponse, verdicts } from "./verdict-fixtures.ts";

const OPTIONS = {
  modelId: "m",
  maxTokens: 500,
  delimiter: "k3j9x2m4q8w1z7v5",
  weights: { faithfulness: 0.3, answer_relevancy: 0.3, context_precision: 0.2, safety: 0.2 },
};
const usage = (inputTokens: number) => ({
  inputTokens,
  outputTokens: 5,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  cacheWrite1hTokens: 0,
});
const answered = (response: unknown, tokens = 100): ConverseResult => ({
  kind: "answered",
  response,
  usage: usage(tokens),
});

/** Judges with these answers in turn, and keeps what was asked. */
async function judge(...results: readonly ConverseResult[]) {
  const asked: ConverseRequest[] = [];
  const judged = await judgeAnswer(judgeInput(), OPTIONS, async (request) => {
    const result = results[asked.length];
    asked.push(request);
    if (result === undefined) throw new Error("asked once too often");
    return result;
  });
  return { judged, asked };
}

describe("judgeAnswer", () => {
  it("scores a usable answer with one call", async () => {
    const { judged, asked } = await judge(answered(toolResponse(verdicts())));
    expect(asked).toHaveLength(1);
    expect(judged).toMatchObject({
      kind: "judged",
      attempts: [{ inputTokens: 100 }],
      scores: { faithfulness: { status: "scored", score: 1 }, quality: { status: "scored" } },
    });
  });

  it("repairs once, and counts what both attempts used", async () => {
    const { judged, asked } = await judge(
      answered(textResponse("9 of 10")),
      answered(toolResponse(verdicts()), 150),
    );
    expect(asked).toHaveLength(2);
    expect(asked[1]?.messages.length).toBeGreaterThan(asked[0]?.messages.length ?? 0);
    expect(judged).toMatchObject({ kind: "judged", scores: { quality: { status: "scored" } } });
    expect(judged.attempts.map(({ inputTokens }) => inputTokens)).toEqual([100, 150]);
  });

  it("asks for few output tokens first, and for all it may after an answer that was cut", async () => {
    const cut = toolResponse(verdicts(), "max_tokens");
    const { judged, asked } = await judge(answered(cut), answered(toolResponse(verdicts())));
    expect(asked.map(({ inferenceConfig }) => inferenceConfig)).toStrictEqual([
      { maxTokens: 256, temperature: 0 },
      { maxTokens: OPTIONS.maxTokens, temperature: 0 },
    ]);
    expect(judged).toMatchObject({ kind: "judged", scores: { quality: { status: "scored" } } });
  });

  it("fails after a second unusable answer, with the second one's reason and no score", async () => {
    const { judged } = await judge(
      answered(textResponse("9")),
      answered(toolResponse(verdicts(), "max_tokens")),
    );
    expect(judged).toMatchObject({
      kind: "judged",
      scores: { quality: { status: "failed", reason: "output_truncated" } },
    });
    expect(judged.attempts).toHaveLength(2);
    expect(JSON.stringify(judged.kind === "judged" && judged.scores)).not.toContain('score"');
  });

  const madeUp = verdicts({
    claims: [
      { text: "a", quote: "paid by noon", supported: "yes", evidence: [1], evidence_quote: "14 days" },
    ],
  });

  it("repairs verdicts whose quotes do not occur, naming the claim and not the content", async () => {
    const { judged, asked } = await judge(
      answered(toolResponse(madeUp)),
      answered(toolResponse(verdicts()), 150),
    );
    expect(JSON.stringify(asked[1]?.messages.at(-1))).toContain("claim 1: quote is not in the answer");
    expect(judged).toMatchObject({ scores: { faithfulness: { status: "scored", score: 1 } } });
    expect(judged.attempts).toHaveLength(2);
  });

  it.each([
    ["still", answered(toolResponse(madeUp))],
    ["and then cannot be read at all", answered(textResponse("9"))],
    ["and then Bedrock refuses", { kind: "refused", reason: "invalid_request" } as const],
  ])("keeps the metrics that need no quotes when quotes are made up %s", async (_, second) => {
    const { judged } = await judge(answered(toolResponse(madeUp)), second);
    const unverifiable = { status: "failed", reason: "unverifiable" };
    expect(judged).toMatchObject({
      kind: "judged",
      scores: { faithfulness: unverifiable, quality: unverifiable, context_precision: { status: "scored" } },
    });
  });

  it("does not repeat a call that Bedrock refuses", async () => {
    const { judged } = await judge({ kind: "refused", reason: "access_denied" });
    expect(judged).toMatchObject({
      kind: "judged",
      attempts: [],
      scores: { quality: { status: "failed", reason: "access_denied" } },
    });
  });

  it("waits for an outage, at the first call or at the repair", async () => {
    expect((await judge({ kind: "unavailable", reason: "throttled" })).judged).toEqual({
      kind: "unavailable",
      reason: "throttled",
      attempts: [],
    });
    const { judged } = await judge(answered(textResponse("9")), { kind: "unavailable", reason: "timeout" });
    expect(judged).toEqual({ kind: "unavailable", reason: "timeout", attempts: [usage(100)] });
  });
});

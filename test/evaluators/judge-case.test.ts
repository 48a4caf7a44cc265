import { parseConfig } from "@bellwether/core/config/config";
import { createPriceBook } from "@bellwether/core/prices/price-book";
import { JUDGE_APP } from "@bellwether/core/requests/decision";
import type { ConverseRequest } from "@bellwether/evaluators/converse";
import type { Converse } from "@bellwether/evaluators/judge-answer";
import { judgeCase } from "@bellwether/evaluators/judge-case";
import { describe, expect, it } from "vitest";
import { toolResponse, verdicts } from "./verdict-fixtures.ts";

const config = parseConfig({});
const stage = { config, prices: createPriceBook(config) };
const AT = Date.parse("2026-11-01T12:00:00Z");
const usage = {
  inputTokens: 1_000,
  outputTokens: 100,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  cacheWrite1hTokens: 0,
};
const GOLDEN = { id: "c1", question: "why?", contexts: [], answer: "because" };
const judge = (converse: Converse, answer = GOLDEN.answer) =>
  judgeCase({ ...GOLDEN, answer }, AT, stage, { converse, newDelimiter: () => "k3j9x2m4q8w1z7v5" });

describe("judgeCase", () => {
  it("asks as production does, with the loop guard's tag, and counts the spend", async () => {
    const asked: ConverseRequest[] = [];
    const said = await judge(async (request) => {
      asked.push(request);
      return { kind: "answered", usage, response: toolResponse(verdicts({ chunks: [], claims: [] })) };
    });
    expect(said.quality).toBeGreaterThan(0);
    // Claude Haiku 4.5, geographic profile: $1.10 and $5.50 per million tokens.
    expect(said.picoUsd).toBe(1_650_000_000);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.requestMetadata.app).toBe(JUDGE_APP);
    expect(JSON.stringify(asked[0]?.messages)).toContain("because");
  });

  it("has no score while the judge is away, and never 0", async () => {
    expect(await judge(async () => ({ kind: "unavailable", reason: "throttled" }))).toEqual({
      quality: null,
      picoUsd: 0,
    });
    expect((await judge(async () => ({ kind: "refused", reason: "invalid_request" }))).quality).toBeNull();
    expect(await judge(async () => Promise.reject(new Error("never asked")), " ")).toEqual({
      quality: null,
      picoUsd: 0,
    });
  });
});

import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { readConversation } from "@bellwether/core/records/conversation-reader";
import { decodeLine } from "@bellwether/core/records/decode";
import { hasJudgeableText } from "@bellwether/core/records/judgeable";
import { parseRecord } from "@bellwether/core/records/parse";
import { describe, expect, it } from "vitest";

// Eleven records published in open-source repositories; sources.tsv beside them names each one.
const path = resolve("..", "shared", "data", "bedrock-records", "records.jsonl");

describe.skipIf(!existsSync(path))("public records", () => {
  const lines = existsSync(path) ? readFileSync(path, "utf8").trimEnd().split("\n") : [];
  const parse = (line: number) => {
    const decoded = decodeLine(lines[line - 1] ?? "");
    if (!decoded.ok) throw new Error(decoded.rejection.detail);
    return parseRecord(decoded.value[0]);
  };
  const accepted = (line: number) => {
    const parsed = parse(line);
    if (!parsed.ok) throw new Error(`line ${line}: ${parsed.rejection.detail}`);
    const { value } = parsed;
    return {
      ...value,
      judgeable: hasJudgeableText(value),
      conversation: readConversation(value, { contextTags: ["context"] }),
    };
  };

  it("has eleven lines, of which two are rejected", () => {
    const reasons = lines.map((_, i) => {
      const parsed = parse(i + 1);
      return parsed.ok ? "ok" : parsed.rejection.reason;
    });
    expect(reasons).toEqual(["ok", "ok", "unknown_operation", ...Array(7).fill("ok"), "invalid_timestamp"]);
  });

  it.each([1, 2, 4])("line %i: a timestamp without T and zone is UTC, all counts 0", (line) => {
    expect(accepted(line)).toMatchObject({
      at: Date.UTC(2025, 4, 15, 14, 17, 22),
      principal: "role_details",
      tags: { app: "role_details" },
      latencyMs: 249,
      usage: { inputTokens: 0, outputTokens: 0 },
      judgeable: true,
    });
  });

  it("lines 5 and 6: guardrail blocks of both APIs", () => {
    expect(accepted(5)).toMatchObject({
      guardrail: { intervened: true, where: [], policies: [] },
      judgeable: false,
    });
    const sixth = accepted(6);
    expect(sixth).toMatchObject({
      guardrail: {
        intervened: true,
        where: ["input"],
        policies: ["contentPolicy"],
        processingLatencyMs: 179,
      },
      judgeable: false,
      conversation: {
        system: "You are a helpful assistant.",
        question: "I have a very suspicious question.",
      },
    });
    expect(sixth.usage).toBeUndefined();
  });

  it("line 7: a whole ConverseStream record", () => {
    expect(accepted(7)).toMatchObject({
      principal: "dheeraj",
      usage: { inputTokens: 4, outputTokens: 38 },
      latencyMs: 302,
      stopReason: "end_turn",
      judgeable: true,
      conversation: {
        question: "hello how are you",
        answer: expect.stringContaining("doing well") as unknown,
      },
    });
  });

  it.each([
    [8, { inputTokens: 255, outputTokens: 113, cacheWriteTokens: 0 }, 3114],
    [9, { inputTokens: 3, outputTokens: 52, cacheWriteTokens: 24479 }, 7460],
  ])("line %i: placeholder strings for texts, metadata intact", (line, usage, latencyMs) => {
    expect(accepted(line)).toMatchObject({
      model: { tier: "global" },
      region: "us-west-2",
      inferenceRegion: "us-east-2",
      usage,
      latencyMs,
      judgeable: false,
      conversation: { turns: [], contexts: [] },
    });
  });

  it("line 10: offloaded input, an ARN model, a placeholder stream", () => {
    expect(accepted(10)).toMatchObject({
      model: { id: "anthropic.claude-opus-4-7", tier: "global", kind: "inference-profile" },
      input: { kind: "offloaded", bucket: "bedrock-logs-565521294060-us-west-2" },
      usage: { inputTokens: 6, outputTokens: 167, cacheWriteTokens: 225913 },
      judgeable: false,
    });
  });
});

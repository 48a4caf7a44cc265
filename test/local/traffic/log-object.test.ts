import { gunzipSync } from "node:zlib";
import { decodeLine } from "@bellwether/core/records/decode";
import { parseRecord } from "@bellwether/core/records/parse";
import { judgeRecord } from "@bellwether/local/traffic/judge-record";
import { logObject } from "@bellwether/local/traffic/log-object";
import { describe, expect, it } from "vitest";

// Key layout of the Bedrock user guide, model-invocation-logging.
const KEY =
  /^AWSLogs\/\d{12}\/BedrockModelInvocationLogs\/[a-z0-9-]+\/\d{4}\/\d{2}\/\d{2}\/\d{2}\/[0-9TZ]+_[0-9a-f]+\.json\.gz$/;
const AT = Date.UTC(2026, 5, 6, 7, 1, 2);

describe("logObject", () => {
  it("names the object by its delivery hour and stamp", () => {
    const { key } = logObject(["{}"], AT, "111122223333", "eu-west-1", 0);
    expect(key).toMatch(KEY);
    expect(key).toContain(
      "AWSLogs/111122223333/BedrockModelInvocationLogs/eu-west-1/2026/06/06/07/20260606T070102",
    );
  });

  it("gzips one record a line and keeps objects of one instant apart", () => {
    const first = logObject(['{"a":1}', '{"b":2}'], AT, "111122223333", "us-east-1", 0);
    expect(gunzipSync(first.bytes).toString()).toBe('{"a":1}\n{"b":2}\n');
    expect(logObject([], AT, "111122223333", "us-east-1", 1).key).not.toBe(first.key);
    expect(logObject(['{"a":1}', '{"b":2}'], AT, "111122223333", "us-east-1", 0)).toEqual(first);
  });
});

describe("judgeRecord", () => {
  it("is a Converse record of the evaluate role that carries the loop guard's tag", () => {
    const line = judgeRecord({
      requestId: "0b9a3a0e-0c5f-4c53-9a41-2f1d3c9a7e11",
      at: AT,
      modelId: "us.anthropic.claude-haiku-4-5-20251001-v1:0",
      inputTokens: 812,
      outputTokens: 96,
      roleArn: "arn:aws:iam::111122223333:role/bellwether/evaluate-role",
      body: { messages: [{ role: "user", content: [{ text: "judge this" }] }] },
      response: { output: { message: { role: "assistant", content: [] } }, metrics: { latencyMs: 700 } },
    });
    const decoded = decodeLine(line);
    const record = decoded.ok ? parseRecord(decoded.value[0]) : undefined;
    expect(record).toMatchObject({
      ok: true,
      value: {
        at: AT,
        operation: "Converse",
        principal: "evaluate-role",
        tags: { app: "bellwether-judge" },
        usage: { inputTokens: 812, outputTokens: 96 },
        latencyMs: 700,
      },
    });
  });
});

import { parseRecord } from "@bellwether/core/records/parse";
import { requestRow, sourceRef } from "@bellwether/core/requests/row";
import { describe, expect, it } from "vitest";
import { converseBody, logRecord } from "../../fixtures/records/build.ts";
import { chatRecord, DAY_MS, failedChat } from "../../support/chat-record.ts";

const SOURCE = { key: "AWSLogs/x.json.gz", line: 7 };
const PRICED = {
  kind: "priced",
  usd: 0.0012,
  picoUsd: 1_200_000_000,
  parts: { input: 1_000_000_000, output: 200_000_000, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 },
  version: "2026-09-23",
} as const;
const UNPRICED = { kind: "unpriced", reason: "unknown_model", model: "m" } as const;
const rowOf = (record: unknown, price: typeof PRICED | typeof UNPRICED = PRICED) => {
  const parsed = parseRecord(record);
  if (!parsed.ok) throw new Error("the fixture is no record");
  return requestRow(parsed.value, price, SOURCE);
};
const chat = { id: "r-1", at: DAY_MS };

describe("sourceRef", () => {
  it.each([
    [{ key: "a/b.gz", line: 1 }, "a/b.gz#1"],
    [{ key: "a/b.gz", line: 1, position: 0 }, "a/b.gz#1"],
    [{ key: "a/b.gz", line: 9, position: 2 }, "a/b.gz#9.2"],
  ])("%j is %s", (source, expected) => {
    expect(sourceRef(source)).toBe(expected);
  });
});

describe("requestRow", () => {
  it("says who, what, when and where", () => {
    const row = rowOf(
      chatRecord({
        ...chat,
        variant: "v1",
        user: "ann",
        tags: { tenant: "t", feature: "f", session: "s", env: "prod", traceId: "x" },
      }),
    );
    expect(row).toMatchObject({
      request_id: "r-1",
      at: "2026-10-06T00:00:00.000Z",
      app: "shop",
      variant: "v1",
      prompt_version: "v1",
      user_id: "ann",
      session_id: "s",
      tenant: "t",
      feature: "f",
      env: "prod",
      trace_id: "x",
      operation: "Converse",
      source_key: SOURCE.key,
      source_line: 7,
      cost_usd: 0.0012,
      cost_pico_usd: 1_200_000_000,
      input_pico_usd: 1_000_000_000,
      output_pico_usd: 200_000_000,
      cache_read_pico_usd: 0,
      cache_write_5m_pico_usd: 0,
      cache_write_1h_pico_usd: 0,
      price_version: "2026-09-23",
    });
    expect(row).not.toHaveProperty("model_arn");
  });

  it("leaves out what is absent instead of writing a zero or an empty text", () => {
    const row = rowOf(chatRecord(chat), UNPRICED);
    for (const column of [
      "variant",
      "user_id",
      "session_id",
      "cost_usd",
      "cost_pico_usd",
      "input_pico_usd",
      "cache_write_1h_pico_usd",
      "price_version",
      "error_code",
      "guardrail",
      "guardrail_input",
      "guardrail_output",
      "guardrail_detected",
      "guardrail_assessments",
      "guardrail_ms",
    ])
      expect(row).not.toHaveProperty(column);
    expect(row.unpriced_reason).toBe("unknown_model");
  });

  it("keeps the whole ARN of a model that is not of the public catalogue", () => {
    const arn = "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/a1b2c3";
    expect(rowOf(chatRecord({ ...chat, overrides: { modelId: arn } }), UNPRICED)).toMatchObject({
      model_id: "a1b2c3",
      model_arn: arn,
    });
  });

  it("says what guardrails did, on which side, and how long they took", () => {
    const filter = (action: string) => ({
      contentPolicy: { filters: [{ type: "HATE", confidence: "HIGH", action }] },
      invocationMetrics: { guardrailProcessingLatency: 40 },
    });
    const blocked = { inputAssessment: { g: filter("BLOCKED") }, outputAssessments: [{ g: filter("NONE") }] };
    const output = { ...converseBody([{ text: "No." }]), trace: { guardrail: blocked } };
    expect(rowOf(logRecord("Converse", { output }))).toMatchObject({
      guardrail: "contentPolicy",
      guardrail_input: "contentPolicy",
      guardrail_detected: "contentPolicy",
      guardrail_assessments: 2,
      guardrail_ms: 80,
    });
    const unnamed = { ...converseBody([{ text: "No." }]), stopReason: "guardrail_intervened" };
    const row = rowOf(logRecord("Converse", { output: unnamed }));
    expect(row).toMatchObject({ guardrail: "unnamed", guardrail_assessments: 0 });
    expect(row).not.toHaveProperty("guardrail_input");
  });

  it("calls a failed call without a variant unattributed, never stable", () => {
    expect(rowOf(failedChat("r-2", DAY_MS))).toMatchObject({
      variant: "unattributed",
      error_code: "ThrottlingException",
    });
    expect(rowOf(failedChat("r-2", DAY_MS, "v2")).variant).toBe("v2");
  });
});

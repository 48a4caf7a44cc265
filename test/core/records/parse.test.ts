import { parseRecord, withOutputBody } from "@bellwether/core/records/parse";
import { describe, expect, it } from "vitest";
import {
  converseBody,
  failedRecord,
  HAIKU,
  invocationOf,
  type Json,
  logRecord,
  REQUEST_ID,
  userMessages,
} from "../../fixtures/records/build.ts";
import { STREAMS } from "../../fixtures/records/streams.ts";

const converse = (overrides: Json = {}): Json =>
  logRecord("Converse", { input: userMessages("Hi"), output: converseBody([{ text: "Hello" }]) }, overrides);

const NO_COUNTS = { input: {}, output: {} };
const STREAM = "InvokeModelWithResponseStream";

function reasonOf(record: unknown): string {
  const parsed = parseRecord(record);
  return parsed.ok ? "ok" : parsed.rejection.reason;
}

describe("parseRecord: envelope", () => {
  it("builds the invocation of a full record", () => {
    const record = converse({
      inferenceRegion: "us-east-2",
      modelId: `us.${HAIKU}`,
      requestMetadata: { app: "support-bot", variant: "canary", project: "x" },
      somethingNew: { inputTokenCount: -1 },
    });
    expect(invocationOf(record)).toEqual({
      requestId: REQUEST_ID,
      at: Date.UTC(2026, 9, 6, 7, 55, 4),
      operation: "Converse",
      model: { raw: `us.${HAIKU}`, id: HAIKU, tier: "geo", kind: "inference-profile" },
      region: "us-east-1",
      inferenceRegion: "us-east-2",
      accountId: "111122223333",
      identityArn: "arn:aws:sts::111122223333:assumed-role/support-bot-role/i-0abc",
      principal: "support-bot-role",
      tags: { app: "support-bot", variant: "canary" },
      usage: {
        inputTokens: 10,
        outputTokens: 5,
        cacheReadTokens: 0,
        cacheWriteTokens: 0,
        cacheWrite1hTokens: 0,
      },
      latencyMs: 1022,
      stopReason: "end_turn",
      input: { kind: "inline", json: userMessages("Hi") },
      output: { kind: "inline", json: converseBody([{ text: "Hello" }]) },
    });
  });

  it("reads a failed call: code, no bodies, no usage, no latency", () => {
    const invocation = invocationOf(failedRecord("ThrottlingException"));
    expect(invocation).toMatchObject({
      errorCode: "ThrottlingException",
      input: { kind: "absent" },
      output: { kind: "absent" },
    });
    expect(invocation).not.toHaveProperty("usage");
    expect(invocation).not.toHaveProperty("latencyMs");
  });

  it("reads a success without bodies", () => {
    const invocation = invocationOf(logRecord("Converse", {}));
    expect(invocation.usage?.inputTokens).toBe(10);
    expect(invocation).toMatchObject({ input: { kind: "absent" }, output: { kind: "absent" } });
    expect(invocation).not.toHaveProperty("errorCode");
  });

  it.each([
    [
      "s3://logs/a/data/x_input.json.gz",
      { kind: "offloaded", bucket: "logs", key: "a/data/x_input.json.gz" },
    ],
    ["s3://logs/", { kind: "absent" }],
    ["s3://logs", { kind: "absent" }],
    ["https://logs/a", { kind: "absent" }],
    [7, { kind: "absent" }],
  ])("reads the body path %j", (path, body) => {
    const record = converse({
      input: { inputBodyS3Path: path, inputTokenCount: 1 },
      output: { outputBodyS3Path: path },
    });
    expect(invocationOf(record)).toMatchObject({ input: body, output: body });
  });

  it.each([
    ["not_object", null],
    ["not_object", []],
    ["not_object", "text"],
    ["not_model_invocation", {}],
    ["not_model_invocation", converse({ schemaType: "Other" })],
    ["not_model_invocation", converse({ schemaType: undefined })],
    ["unsupported_schema_version", converse({ schemaVersion: "2.0" })],
    ["unsupported_schema_version", converse({ schemaVersion: "10.0" })],
    ["unsupported_schema_version", converse({ schemaVersion: 1 })],
    ["ok", converse({ schemaVersion: "1.7" })],
    ["ok", converse({ schemaVersion: undefined })],
    ["unknown_operation", converse({ operation: "ListModels" })],
    ["unknown_operation", converse({ operation: "converse" })],
    ["invalid_field", converse({ operation: 7 })],
    ...["requestId", "timestamp", "operation", "modelId"].flatMap((field) =>
      [undefined, null, ""].map((value) => ["missing_field", converse({ [field]: value })] as const),
    ),
    ["invalid_field", converse({ requestId: 7 })],
    ["invalid_field", converse({ requestId: "x".repeat(257) })],
    ["ok", converse({ requestId: "x".repeat(256) })],
    ["invalid_field", converse({ modelId: {} })],
    ["invalid_field", converse({ modelId: "x".repeat(2049) })],
    ["invalid_field", converse({ timestamp: 1759737304 })],
    ["invalid_timestamp", converse({ timestamp: "<timestamp>" })],
    ["invalid_timestamp", converse({ timestamp: "2026-02-30T00:00:00Z" })],
    ["invalid_field", converse({ region: 7 })],
    ["invalid_field", converse({ identity: "arn" })],
    ["invalid_field", converse({ input: "body" })],
    ["invalid_field", converse({ output: [] })],
    ["invalid_field", converse({ requestMetadata: "app=x" })],
    ["invalid_field", converse({ errorCode: 500 })],
    ["ok", converse({ identity: undefined, region: undefined, accountId: null, requestMetadata: null })],
  ] as const)("%s", (reason, record) => {
    expect(reasonOf(record)).toBe(reason);
  });

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "12", null, {}, true, 2 ** 53])(
    "rejects the token count %j wherever the envelope has one",
    (count) => {
      for (const input of ["inputTokenCount", "cacheReadInputTokenCount", "cacheWriteInputTokenCount"]) {
        expect(reasonOf(converse({ input: { [input]: count } }))).toBe("invalid_tokens");
      }
      expect(reasonOf(converse({ output: { outputTokenCount: count } }))).toBe("invalid_tokens");
    },
  );

  it("names the field, not the text, in a detail of at most 200 characters", () => {
    const parsed = parseRecord(converse({ operation: "x".repeat(5000) }));
    expect(parsed.ok ? "" : parsed.rejection.detail).toMatch(/^operation: x{100,}$/);
    expect(parsed.ok ? 0 : parsed.rejection.detail.length).toBe(200);
  });

  it("falls back to an unknown app and region, never to a made-up one", () => {
    expect(invocationOf(converse({ identity: undefined, region: undefined }))).toMatchObject({
      region: "unknown",
      tags: { app: "unknown" },
    });
  });
});

describe("parseRecord: usage", () => {
  const usageOf = (record: Json) => invocationOf(record).usage;
  const zero = {
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    cacheWrite1hTokens: 0,
  };
  const invoke = (output: unknown, counts = NO_COUNTS) => logRecord("InvokeModel", { output }, {}, counts);

  it("takes the envelope before the body", () => {
    const body = converseBody([{ text: "x" }], {
      usage: { inputTokens: 99, outputTokens: 99, cacheReadInputTokens: 99, cacheWriteInputTokens: 99 },
    });
    const input = { inputTokenCount: 1, cacheReadInputTokenCount: 2, cacheWriteInputTokenCount: 0 };
    expect(
      usageOf(logRecord("Converse", { output: body }, {}, { input, output: { outputTokenCount: 3 } })),
    ).toEqual({
      ...zero,
      inputTokens: 1,
      outputTokens: 3,
      cacheReadTokens: 2,
    });
  });

  it("takes cache counts from the Converse body when the envelope has none, split by TTL", () => {
    const body = converseBody([{ text: "x" }], {
      usage: {
        inputTokens: 10,
        outputTokens: 5,
        cacheReadInputTokens: 4,
        cacheWriteInputTokens: 30,
        cacheDetails: [
          { ttl: "5m", inputTokens: 10 },
          { ttl: "1h", inputTokens: 20 },
        ],
      },
    });
    expect(usageOf(logRecord("ConverseStream", { output: body }))).toEqual({
      inputTokens: 10,
      outputTokens: 5,
      cacheReadTokens: 4,
      cacheWriteTokens: 30,
      cacheWrite1hTokens: 20,
    });
  });

  const nova = { inputTokens: 1, outputTokens: 2, cacheReadInputTokenCount: 3, cacheWriteInputTokenCount: 4 };
  it.each([
    [
      "Claude",
      {
        content: [],
        usage: {
          input_tokens: 1,
          output_tokens: 2,
          cache_read_input_tokens: 3,
          cache_creation_input_tokens: 4,
          cache_creation: { ephemeral_5m_input_tokens: 1, ephemeral_1h_input_tokens: 3 },
        },
      },
      { inputTokens: 1, outputTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 4, cacheWrite1hTokens: 3 },
    ],
    [
      "Nova",
      converseBody([], { usage: nova }),
      { ...zero, inputTokens: 1, outputTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 4 },
    ],
    [
      "Titan",
      { inputTextTokenCount: 1, results: [{ tokenCount: 2, outputText: "x" }] },
      { ...zero, inputTokens: 1, outputTokens: 2 },
    ],
    ["Titan embeddings", { inputTextTokenCount: 1, embedding: [0.5] }, { ...zero, inputTokens: 1 }],
    [
      "Llama",
      { generation: "x", prompt_token_count: 1, generation_token_count: 2 },
      { ...zero, inputTokens: 1, outputTokens: 2 },
    ],
    [
      "chat",
      { choices: [], usage: { prompt_tokens: 1, completion_tokens: 2 } },
      { ...zero, inputTokens: 1, outputTokens: 2 },
    ],
    ["Mistral, without counts", { outputs: [{ text: "x" }] }, undefined],
    ["a null count", { generation: "x", prompt_token_count: null }, undefined],
    ["Claude, blocked by a guardrail", { type: "message", role: "assistant", content: [] }, undefined],
  ])("reads the body counts of %s when the envelope has none", (_, body, usage) => {
    expect(usageOf(invoke(body))).toEqual(usage);
  });

  it.each([
    [
      "claude",
      { inputTokens: 25, outputTokens: 12, cacheReadTokens: 7, cacheWriteTokens: 30, cacheWrite1hTokens: 20 },
    ],
    ["nova", { ...zero, inputTokens: 25, outputTokens: 12, cacheReadTokens: 3, cacheWriteTokens: 4 }],
    ["titan", { ...zero, inputTokens: 25, outputTokens: 12 }],
    ["llama", { ...zero, outputTokens: 12 }],
    ["chat", { ...zero, inputTokens: 25, outputTokens: 12 }],
    ["mistral", { ...zero, inputTokens: 25, outputTokens: 12 }],
    ["blocked", zero],
  ] as const)("reads the counts of %s when the envelope has none", (name, usage) => {
    expect(usageOf(logRecord(STREAM, { output: STREAMS[name] }, {}, NO_COUNTS))).toEqual(usage);
  });

  it("uses the closing metrics of a stream, cache counts too, when nothing else has them", () => {
    const metrics = {
      inputTokenCount: 9,
      outputTokenCount: 8,
      cacheReadInputTokenCount: 7,
      cacheWriteInputTokenCount: 6,
    };
    const output = [{ type: "message_stop", "amazon-bedrock-invocationMetrics": metrics }];
    expect(usageOf(logRecord(STREAM, { output }, {}, NO_COUNTS))).toEqual({
      inputTokens: 9,
      outputTokens: 8,
      cacheReadTokens: 7,
      cacheWriteTokens: 6,
      cacheWrite1hTokens: 0,
    });
  });

  it("never counts more 1-hour writes than writes", () => {
    const usage = { cacheDetails: [{ ttl: "1h", inputTokens: 50 }] };
    const counts = {
      input: { inputTokenCount: 1, cacheWriteInputTokenCount: 40 },
      output: { outputTokenCount: 1 },
    };
    expect(usageOf(logRecord("Converse", { output: converseBody([], { usage }) }, {}, counts))).toMatchObject(
      {
        cacheWriteTokens: 40,
        cacheWrite1hTokens: 40,
      },
    );
  });

  it("rejects a broken body count only where it is needed", () => {
    const body = { content: [], usage: { input_tokens: -1, output_tokens: 2 } };
    expect(reasonOf(invoke(body))).toBe("invalid_tokens");
    const counts = { input: { inputTokenCount: 1 }, output: { outputTokenCount: 1 } };
    expect(reasonOf(invoke(body, counts))).toBe("ok");
  });
});

describe("parseRecord: latency, stop reason, model", () => {
  it.each([
    ["claude", "tool_use", 2210, 480],
    ["nova", "tool_use", 2210, 480],
    ["titan", "FINISH", 2210, 480],
    ["llama", "stop", undefined, undefined],
    ["chat", "tool_calls", undefined, undefined],
    ["mistral", "stop", 2210, 480],
    ["cohere", "COMPLETE", 2210, 480],
  ] as const)("%s", (name, stopReason, latencyMs, ttftMs) => {
    const invocation = invocationOf(logRecord(STREAM, { output: STREAMS[name] }));
    expect([invocation.stopReason, invocation.latencyMs, invocation.ttftMs]).toEqual([
      stopReason,
      latencyMs,
      ttftMs,
    ]);
  });

  it.each([
    [{ content: [], stop_reason: "max_tokens" }, "max_tokens"],
    [{ results: [{ completionReason: "LENGTH" }] }, "LENGTH"],
    [{ generation: "x", stop_reason: "length" }, "length"],
    [{ outputs: [{ text: "x", stop_reason: "stop" }] }, "stop"],
    [{ choices: [{ finish_reason: "stop" }] }, "stop"],
    [{ choices: [{ stop_reason: "end" }] }, "end"],
    [{ text: "x", finish_reason: "COMPLETE" }, "COMPLETE"],
    [{ embedding: [1] }, undefined],
  ])("reads the stop reason of %j and no latency", (output, stopReason) => {
    const invocation = invocationOf(logRecord("InvokeModel", { output }));
    expect(invocation.stopReason).toBe(stopReason);
    expect(invocation.latencyMs).toBeUndefined();
  });

  it("names the model that a prompt router chose, and keeps what was asked for", () => {
    const router = "arn:aws:bedrock:us-east-1:111122223333:default-prompt-router/anthropic.claude:1";
    const chosen = `arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.${HAIKU}`;
    const routed = (modelId: string) =>
      logRecord(
        "Converse",
        { output: converseBody([{ text: "x" }], { trace: { promptRouter: { invokedModelId: chosen } } }) },
        { modelId },
      );
    expect(invocationOf(routed(router)).model).toEqual({
      raw: router,
      id: HAIKU,
      tier: "geo",
      kind: "inference-profile",
    });
    expect(invocationOf(routed("amazon.nova-lite-v1:0")).model.id).toBe("amazon.nova-lite-v1:0");
  });
});

describe("withOutputBody", () => {
  const counts = { input: { inputTokenCount: 25 }, output: { outputTokenCount: 12 } };
  const path = { outputBodyS3Path: "s3://logs/data/x_output.json.gz", outputTokenCount: 12 };

  it("gives an offloaded stream what the inline record would have had", () => {
    const offloaded = invocationOf(logRecord(STREAM, {}, { output: path }, counts));
    expect(offloaded.latencyMs).toBeUndefined();
    const whole = withOutputBody(offloaded, STREAMS.claude);
    expect(whole).toEqual(invocationOf(logRecord(STREAM, { output: STREAMS.claude }, {}, counts)));
    expect(whole).toMatchObject({
      latencyMs: 2210,
      ttftMs: 480,
      stopReason: "tool_use",
      usage: { cacheWrite1hTokens: 20 },
    });
    expect(offloaded.output.kind).toBe("offloaded");
  });

  it("keeps the counts of the record", () => {
    const offloaded = invocationOf(logRecord("Converse", {}, { output: path }, counts));
    const whole = withOutputBody(
      offloaded,
      converseBody([{ text: "x" }], { usage: { inputTokens: 1, outputTokens: 1 } }),
    );
    expect(whole.usage).toEqual(offloaded.usage);
    expect(withOutputBody(offloaded, { usage: { cacheReadInputTokens: -1 } }).usage).toEqual(offloaded.usage);
  });
});

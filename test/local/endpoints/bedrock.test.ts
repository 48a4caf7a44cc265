import { connect } from "node:http2";
import {
  BedrockRuntimeClient,
  type BedrockRuntimeClientConfig,
  ConverseCommand,
  InvokeModelCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { createClock } from "@bellwether/local/clock";
import { type BedrockFault, type BedrockRequest, startBedrock } from "@bellwether/local/endpoints/bedrock";
import { afterEach, describe, expect, it } from "vitest";

const MODEL = "us.anthropic.claude-haiku-4-5-20251001-v1:0";
const running: { stop(): unknown }[] = [];
afterEach(async () => {
  for (const each of running.splice(0).reverse()) await each.stop();
});

const verdict = {
  output: {
    message: {
      role: "assistant",
      content: [
        { text: "reading" },
        { toolUse: { toolUseId: "t1", name: "verdicts", input: { claims: [true] } } },
      ],
    },
  },
  stopReason: "tool_use",
  usage: { inputTokens: 11, outputTokens: 3, totalTokens: 14 },
  metrics: { latencyMs: 250 },
};

async function start(
  faults?: (request: BedrockRequest) => BedrockFault | undefined,
  answer?: (request: BedrockRequest) => unknown,
) {
  const seen: BedrockRequest[] = [];
  const bedrock = await startBedrock({
    clock: createClock(0),
    answer: (request) => {
      seen.push(request);
      return answer ? answer(request) : verdict;
    },
    ...(faults ? { faults } : {}),
  });
  running.push(bedrock);
  const client = (config: BedrockRuntimeClientConfig = {}) => {
    const made = new BedrockRuntimeClient({
      endpoint: bedrock.url,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      maxAttempts: 1,
      ...config,
    });
    running.push({ stop: () => made.destroy() });
    return made;
  };
  return { bedrock, client, seen };
}

const ask = () =>
  new ConverseCommand({
    modelId: MODEL,
    messages: [{ role: "user", content: [{ text: "judge this: ünïcode" }] }],
  });

describe("the Bedrock endpoint", () => {
  it("answers Converse over HTTP/2, the client's default", async () => {
    const { bedrock, client, seen } = await start();
    const answer = await client().send(ask());
    expect(answer).toMatchObject({
      stopReason: "tool_use",
      usage: verdict.usage,
      metrics: { latencyMs: 250 },
    });
    expect(answer.output?.message?.content?.[1]?.toolUse?.input).toEqual({ claims: [true] });
    expect(answer.$metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
    const body = { messages: [{ role: "user", content: [{ text: "judge this: ünïcode" }] }] };
    expect(seen).toEqual([{ modelId: MODEL, body }]);
    expect(bedrock.calls).toEqual({ Converse: 1 });
  });

  it("serves HTTP/1 and HTTP/2, many calls at once, on one port", async () => {
    const { bedrock, client, seen } = await start();
    const http2 = client();
    const url = `${bedrock.url}/model/${encodeURIComponent(MODEL)}/converse`;
    const overHttp1 = async () => {
      const response = await fetch(url, { method: "POST", body: '{"messages":[]}' });
      expect(await response.json()).toEqual(verdict);
      return response.headers.get("x-amzn-requestid");
    };
    const overHttp2 = async () => (await http2.send(ask())).$metadata.requestId;
    const ids = await Promise.all(Array.from({ length: 40 }, (_, i) => (i % 2 ? overHttp1() : overHttp2())));
    expect(new Set(ids).size).toBe(40);
    expect(bedrock.calls).toEqual({ Converse: 40 });
    expect(new Set(seen.map(({ modelId }) => modelId))).toEqual(new Set([MODEL]));
  });

  it("gives the same request ids in every run", async () => {
    const ids = await Promise.all(
      [1, 2].map(async () => {
        const { client } = await start();
        return (await client().send(ask())).$metadata.requestId;
      }),
    );
    expect(ids[0]).toBe(ids[1]);
  });

  it.each([
    ["ThrottlingException", 429],
    ["ServiceUnavailableException", 503],
    ["ModelTimeoutException", 408],
    ["InternalServerException", 500],
  ] as const)("raises %s with %i on request", async (error, status) => {
    const { client, seen } = await start(() => ({ error }));
    await expect(client().send(ask())).rejects.toMatchObject({
      name: error,
      $metadata: { httpStatusCode: status },
    });
    expect(seen).toEqual([]);
  });

  it("throttles a model only as told, and the SDK's retry gets through", async () => {
    let left = 1;
    const { bedrock, client } = await start(({ modelId }) =>
      modelId === MODEL && left-- > 0 ? { error: "ThrottlingException" } : undefined,
    );
    const answer = await client({ maxAttempts: 2 }).send(ask());
    expect(answer.$metadata.attempts).toBe(2);
    expect(bedrock.calls).toEqual({ Converse: 2 });
  });

  it("misbehaves on request and still reports its usage", async () => {
    const answers: Record<string, unknown> = {};
    for (const error of ["malformed", "no_tool", "refusal"] as const) {
      const { client } = await start(() => ({ error }));
      const { stopReason, output, usage } = await client().send(ask());
      expect(usage).toEqual(verdict.usage);
      answers[error] = [stopReason, output?.message?.content?.map((block) => block.toolUse?.input ?? "text")];
    }
    expect(answers).toEqual({
      malformed: ["tool_use", ["text", { unexpected: ["shape"] }]],
      no_tool: ["end_turn", ["text"]],
      refusal: ["content_filtered", ["text"]],
    });
  });

  it("refuses InvokeModel and unknown paths, and reports a broken answer", async () => {
    const { bedrock, client } = await start(undefined, () => {
      throw new Error("no script for this");
    });
    const invoke = client().send(new InvokeModelCommand({ modelId: MODEL, body: "{}" }));
    await expect(invoke).rejects.toMatchObject({ name: "ValidationException" });
    const converse = client().send(ask());
    await expect(converse).rejects.toMatchObject({
      name: "InternalServerException",
      message: expect.stringContaining("no script"),
    });
    const elsewhere = await fetch(`${bedrock.url}/guardrail/x/apply`, { method: "POST", body: "{}" });
    expect([elsewhere.status, elsewhere.headers.get("x-amzn-errortype")]).toEqual([
      404,
      "ResourceNotFoundException",
    ]);
    const notJson = await fetch(`${bedrock.url}/model/m/converse`, { method: "POST", body: "{" });
    expect([notJson.status, notJson.headers.get("x-amzn-errortype")]).toEqual([400, "ValidationException"]);
    expect(bedrock.calls).toEqual({ InvokeModel: 1, Converse: 2 });
  });

  it("stops with HTTP/2 sessions and half-answered requests open", async () => {
    const asked = Promise.withResolvers<void>();
    const { bedrock } = await start(undefined, () => {
      asked.resolve();
      return new Promise(() => {});
    });
    const session = connect(bedrock.url);
    const closed = new Promise((resolve) => session.on("close", resolve));
    session.on("error", () => {});
    const stream = session.request({ ":method": "POST", ":path": "/model/m/converse" });
    stream.on("error", () => {});
    stream.end("{}");
    await asked.promise;
    await bedrock.stop();
    await closed;
    await expect(fetch(bedrock.url)).rejects.toThrow();
  });
});

import { afterEach, describe, expect, it } from "vitest";
import { type StreamedRequest, type StreamMessage, startBedrockStream } from "./bedrock-stream.ts";
import { startBus, startClient, startRollouts, stopAll, stopLater } from "./local-services.ts";
import type { ManualTime } from "./manual-time.ts";

afterEach(stopAll);

const prompt = (modelId: string) => ({
  modelId,
  messages: [{ role: "user" as const, content: [{ text: "hello" }] }],
});
const prompts = { stable: prompt("model-stable"), canary: prompt("model-canary") };
const delta = (text: string): StreamMessage => ({
  event: "contentBlockDelta",
  body: { contentBlockIndex: 0, delta: { text } },
});
const begin: StreamMessage = { event: "messageStart", body: { role: "assistant" } };
const end: readonly StreamMessage[] = [
  { event: "contentBlockStop", body: { contentBlockIndex: 0 } },
  { event: "messageStop", body: { stopReason: "end_turn" } },
  {
    event: "metadata",
    body: { usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 }, metrics: { latencyMs: 9 } },
  },
];

async function start(answer: (time: ManualTime, request: StreamedRequest) => Iterable<StreamMessage>) {
  const [rollouts, bus] = await Promise.all([startRollouts(), startBus()]);
  await rollouts.put({ stable: "v1", canary: "v2", share: 1, salt: "shop#1", generation: 1 });
  const requests: StreamedRequest[] = [];
  const bedrock = stopLater(
    await startBedrockStream((request) => {
      requests.push(request);
      return answer(time, request);
    }),
  );
  const { client, time } = startClient({
    dynamoDb: rollouts.url,
    eventBridge: bus.url,
    bedrock: bedrock.url,
  });
  await client.ready();
  return { client, time, requests, details: () => bus.delivered.map(({ detail }) => detail) };
}

describe("converseStream", () => {
  it("yields Bedrock's events and measures the time to the first token and to the end", async () => {
    const { client, requests, details, time } = await start(() => [begin, delta("Hel"), delta("lo"), ...end]);
    const { stream, route, requestId } = await client.converseStream(
      { prompts, contexts: ["a passage"] },
      { user: "u" },
    );
    expect(route.variant).toBe("v2");
    const kinds: string[] = [];
    for await (const event of stream) {
      kinds.push(Object.keys(event)[0] ?? "");
      time.advance(100);
    }
    expect(kinds).toEqual([
      "messageStart",
      "contentBlockDelta",
      "contentBlockDelta",
      "contentBlockStop",
      "messageStop",
      "metadata",
    ]);
    expect(requests).toMatchObject([
      {
        url: "/model/model-canary/converse-stream",
        body: { requestMetadata: { app: "shop", user: "u", variant: "v2" } },
      },
    ]);
    await client.flush();
    // The reader took 100 ms for each event: the first token was the second, the end came after the sixth.
    expect(details()).toMatchObject([
      { requestId, ttftMs: 100, latencyMs: 600, contexts: ["a passage"], tags: { variant: "v2" } },
    ]);
  });

  it("names no latency for a stream that the app left", async () => {
    const { client, details } = await start(() => [begin, delta("Hel"), delta("lo"), ...end]);
    const { stream } = await client.converseStream({ prompts }, { user: "u" });
    for await (const event of stream) if (event.contentBlockDelta !== undefined) break;
    await client.flush();
    expect(details()).toEqual([
      { requestId: "stream-1", contexts: [], ttftMs: 0, tags: expect.objectContaining({ variant: "v2" }) },
    ]);
  });

  it("hands on a failure in the middle of a stream, and reports the rest", async () => {
    const { client, details } = await start(() => [
      begin,
      delta("Hel"),
      { exception: "throttlingException", body: { message: "slow down" } },
    ]);
    const { stream } = await client.converseStream({ prompts }, { user: "u" });
    const read = async () => {
      for await (const _ of stream);
    };
    await expect(read()).rejects.toMatchObject({ name: "ThrottlingException" });
    await client.flush();
    expect(details()).toMatchObject([{ requestId: "stream-1", ttftMs: 0 }]);
    expect(details()[0]).not.toHaveProperty("latencyMs");
  });

  it("reads the canary's stream to its end in shadow mode", async () => {
    const { client, requests, details } = await start(() => [begin, delta("Hello"), ...end]);
    const { stream, route } = await client.converseStream({ prompts, shadow: true }, { user: "u" });
    for await (const _ of stream);
    expect(route.arm).toBe("stable");
    await client.flush();
    expect(requests).toHaveLength(2);
    const variants = details().map(({ tags, latencyMs }) => [
      (tags as { variant: string }).variant,
      latencyMs,
    ]);
    expect(variants.sort()).toEqual([
      ["v1", 0],
      ["v2", 0],
    ]);
  });
});

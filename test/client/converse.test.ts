import type { ClientOptions } from "@bellwether/client/client";
import { createClock } from "@bellwether/local/clock";
import { type BedrockFault, type BedrockRequest, startBedrock } from "@bellwether/local/endpoints/bedrock";
import { deterministicId } from "@bellwether/local/endpoints/endpoint";
import { afterEach, describe, expect, it } from "vitest";
import { startBus, startClient, startRollouts, stopAll, stopLater } from "./local-services.ts";
import { gate } from "./manual-time.ts";

afterEach(stopAll);

const prompt = (text: string) => ({
  modelId: `model-${text}`,
  messages: [{ role: "user" as const, content: [{ text }] }],
});
const prompts = { stable: prompt("stable"), canary: prompt("canary") };
const answerOf = (text: string) => ({
  output: { message: { role: "assistant", content: [{ text }] } },
  stopReason: "end_turn",
  usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
  metrics: { latencyMs: 5 },
});

interface Setting {
  readonly share?: number;
  readonly faults?: (request: BedrockRequest) => BedrockFault | undefined;
  readonly answer?: (request: BedrockRequest) => unknown;
  readonly options?: Partial<ClientOptions>;
}

/** The app `shop` with a canary, Bedrock and the bus, all over their wire protocols. */
async function start({ share = 1, faults, answer, options }: Setting = {}) {
  const [rollouts, bus] = await Promise.all([startRollouts(), startBus()]);
  await rollouts.put({ stable: "v1", canary: "v2", share, salt: "shop#1", generation: 1 });
  const calls: { readonly modelId: string; readonly metadata: Record<string, string> }[] = [];
  const bedrock = stopLater(
    await startBedrock({
      clock: createClock(0),
      answer: async (request) => {
        const { requestMetadata } = request.body as { requestMetadata: Record<string, string> };
        calls.push({ modelId: request.modelId, metadata: requestMetadata });
        return (await answer?.(request)) ?? answerOf(`from ${request.modelId}`);
      },
      ...(faults === undefined ? {} : { faults }),
    }),
  );
  const urls = { dynamoDb: rollouts.url, eventBridge: bus.url, bedrock: bedrock.url };
  const { client, time } = startClient(urls, options);
  await client.ready();
  const details = () => bus.delivered.map(({ detail }) => detail);
  return { client, time, calls, details, bedrock };
}

const textOf = (response: { output?: { message?: { content?: { text?: string }[] | undefined } } }) =>
  response.output?.message?.content?.[0]?.text;
const requestId = (n: number) => deterministicId("bedrock", n);

describe("converse", () => {
  it("sends the prompt of the version that serves, tagged, and reports what it measured", async () => {
    const { client, calls, details, time } = await start({
      answer: () => {
        time.advance(321);
        return undefined;
      },
      options: { promptVersions: { v2: "p9" }, env: "prod" },
    });
    const {
      response,
      route,
      requestId: id,
      latencyMs,
    } = await client.converse(
      { prompts, contexts: ["a passage"], tags: { feature: "search" } },
      { user: "u", session: "s" },
    );
    expect(textOf(response as never)).toBe("from model-canary");
    expect(route).toMatchObject({ variant: "v2", arm: "canary", generation: 1 });
    expect(id).toBe(requestId(1));
    expect(latencyMs).toBe(321);
    const tags = {
      app: "shop",
      env: "prod",
      user: "u",
      session: "s",
      variant: "v2",
      promptVersion: "p9",
      feature: "search",
    };
    expect(calls).toEqual([{ modelId: "model-canary", metadata: tags }]);
    await client.flush();
    expect(details()).toEqual([{ requestId: id, contexts: ["a passage"], latencyMs: 321, tags }]);
    expect(client.problems()).toEqual({});
  });

  it("keeps the app's own entries and asks a function for the prompt of a variant", async () => {
    const { client, calls } = await start();
    await client.converse(
      { prompts: (variant) => ({ ...prompt(variant), requestMetadata: { own: "x", user: "own-user" } }) },
      { requestId: "app-request" },
    );
    expect(calls).toMatchObject([
      { modelId: "model-v2", metadata: { app: "shop", variant: "v2", own: "x", user: "own-user" } },
    ]);
  });

  it.each<
    [
      string,
      { stable: ReturnType<typeof prompt> } | ((variant: string) => ReturnType<typeof prompt> | undefined),
    ]
  >([
    ["has none", { stable: prompt("stable") }],
    ["is unknown to this build", (variant) => (variant === "v1" ? prompt("stable") : undefined)],
    [
      "throws",
      (variant) => {
        if (variant === "v2") throw new Error("no such template");
        return prompt("stable");
      },
    ],
  ])("serves stable, and says so, when the canary's prompt %s", async (_, given) => {
    const { client, calls } = await start();
    const { route } = await client.converse({ prompts: given }, { user: "u" });
    expect(route).toMatchObject({ variant: "v1", arm: "stable" });
    expect(calls).toMatchObject([{ modelId: "model-stable", metadata: { variant: "v1" } }]);
    expect(client.problems()).toEqual({ no_canary_prompt: 1 });
  });

  it("rejects as Bedrock does, and tells whose failure it was", async () => {
    const { client, details } = await start({ faults: () => ({ error: "ThrottlingException" }) });
    const call = client.converse({ prompts }, { user: "u" });
    await expect(call).rejects.toMatchObject({ name: "ThrottlingException" });
    await client.flush();
    expect(details()).toEqual([
      { requestId: requestId(1), contexts: [], tags: expect.objectContaining({ variant: "v2", user: "u" }) },
    ]);
  });

  it("puts no event for its times alone when the app wants none", async () => {
    const { client, details } = await start({
      options: { measurements: false },
      faults: ({ modelId }) => (modelId === "model-broken" ? { error: "ModelTimeoutException" } : undefined),
    });
    await client.converse({ prompts }, { user: "u" });
    await client.converse({ prompts, contexts: ["a passage"] }, { user: "u" });
    const failed = client.converse({ prompts: () => prompt("broken") }, { user: "u" });
    await expect(failed).rejects.toMatchObject({ name: "ModelTimeoutException" });
    await client.flush();
    expect(details().map((detail) => detail.requestId)).toEqual([requestId(2), requestId(3)]);
  });

  it("ends when the app ends it", async () => {
    const hanging = gate<undefined>();
    const reached = gate<undefined>();
    const { client } = await start({
      answer: () => {
        reached.open(undefined);
        return hanging.promise;
      },
    });
    const controller = new AbortController();
    const call = client.converse({ prompts, abortSignal: controller.signal }, { user: "u" });
    await reached.promise;
    controller.abort();
    await expect(call).rejects.toMatchObject({ name: "AbortError" });
    hanging.open(undefined);
  });

  it("answers also when neither the table nor the bus does", async () => {
    const bedrock = stopLater(await startBedrock({ clock: createClock(0), answer: () => answerOf("hello") }));
    const { client } = startClient({ bedrock: bedrock.url });
    const { response, route } = await client.converse({ prompts }, { user: "u" });
    expect(textOf(response as never)).toBe("hello");
    expect(route).toMatchObject({ variant: "v1", source: "fallback" });
    expect(await client.flush()).toEqual({ waiting: 1 });
  });
});

describe("shadow mode", () => {
  const shadow = { prompts, contexts: ["a passage"], shadow: true, tags: { traceId: "t1" } };

  it("serves stable without waiting for the canary, which is tagged as such and belongs to no user", async () => {
    const canaryMayAnswer = gate<undefined>();
    const { client, calls, details } = await start({
      answer: ({ modelId }) => (modelId === "model-canary" ? canaryMayAnswer.promise : undefined),
    });
    const { response, route } = await client.converse(shadow, { user: "u", session: "s" });
    expect(textOf(response as never)).toBe("from model-stable");
    expect(route).toMatchObject({ variant: "v1", arm: "stable" });
    canaryMayAnswer.open(undefined);
    expect(await client.flush()).toEqual({ waiting: 0 });
    const stable = {
      app: "shop",
      user: "u",
      session: "s",
      variant: "v1",
      promptVersion: "v1",
      traceId: "t1",
    };
    const canary = { app: "shop", variant: "v2", promptVersion: "v2", traceId: "t1" };
    expect(calls.map(({ metadata }) => metadata)).toEqual(expect.arrayContaining([stable, canary]));
    expect(details()).toMatchObject([
      { tags: stable, contexts: ["a passage"] },
      { tags: canary, contexts: ["a passage"] },
    ]);
    expect(new Set(details().map((detail) => detail.requestId)).size).toBe(2);
    expect(details()[1]?.tags).toEqual(canary);
  });

  it("swallows and counts what goes wrong in the canary", async () => {
    const { client } = await start({
      faults: ({ modelId }) =>
        modelId === "model-canary" ? { error: "InternalServerException" } : undefined,
    });
    const { response } = await client.converse(shadow, { user: "u" });
    expect(textOf(response as never)).toBe("from model-stable");
    await client.flush();
    expect(client.problems()).toEqual({ shadow_failed: 1 });
  });

  it("never takes the shadow's identity from the app's own entries", async () => {
    const { client, calls } = await start();
    const named = { ...prompt("canary"), requestMetadata: { user: "u", session: "s", own: "x" } };
    await client.converse({ ...shadow, prompts: { ...prompts, canary: named } }, { user: "u" });
    await client.flush();
    expect(calls.find(({ modelId }) => modelId === "model-canary")?.metadata).toEqual({
      app: "shop",
      variant: "v2",
      promptVersion: "v2",
      traceId: "t1",
      own: "x",
    });
  });

  it("runs no more shadows at a time than allowed", async () => {
    const canaryMayAnswer = gate<undefined>();
    const { client, bedrock } = await start({
      answer: ({ modelId }) => (modelId === "model-canary" ? canaryMayAnswer.promise : undefined),
      options: { maxShadows: 2 },
    });
    for (let n = 0; n < 5; n++) await client.converse(shadow, { user: `u${n}` });
    canaryMayAnswer.open(undefined);
    await client.flush();
    expect(bedrock.calls).toEqual({ Converse: 7 });
    expect(client.problems()).toEqual({ shadow_skipped: 3 });
  });

  it("tries nothing beside stable outside the share", async () => {
    const { client, bedrock } = await start({ share: 0 });
    await client.converse(shadow, { user: "u" });
    await client.flush();
    expect(bedrock.calls).toEqual({ Converse: 1 });
  });
});

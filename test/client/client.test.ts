import { putRollout } from "@bellwether/aws/rollouts-table";
import { parsePointer } from "@bellwether/client/dynamo-pointer";
import type { Pointer } from "@bellwether/client/pointer";
import type { Problem } from "@bellwether/client/problems";
import { nextGeneration } from "@bellwether/core/rollout/document";
import { afterEach, describe, expect, it } from "vitest";
import { NOWHERE, startBus, startClient, startRollouts, stopAll, TABLE } from "./local-services.ts";

afterEach(stopAll);

const POINTER: Pointer = { stable: "v1", canary: "v2", share: 0.3, salt: "shop#1", generation: 1 };
const UNITS = Array.from({ length: 400 }, (_, n) => ({ user: `user-${n}` }));

describe("routing by the rollouts table", () => {
  it("reads the document that the pipeline writes", async () => {
    const rollouts = await startRollouts();
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_DYNAMODB: rollouts.url,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      ROLLOUTS_TABLE: TABLE,
    });
    const by = { at: 1, by: "ada", reason: "try v2" };
    const first = nextGeneration(undefined, "shop", {
      ...by,
      action: "start",
      stable: "v1",
      canary: "v2",
      share: 1,
    });
    expect(await putRollout(first, { generation: 0, step: "none" })).toBe(true);
    const { client, time } = startClient({ dynamoDb: rollouts.url });
    expect(client.route({ user: "u" })).toMatchObject({
      variant: "v1",
      source: "fallback",
      generation: null,
    });
    expect(await client.ready()).toBe(true);
    expect(client.route({ user: "u" })).toMatchObject({ variant: "v2", source: "pointer", generation: 1 });

    const back = nextGeneration(first, "shop", {
      ...by,
      action: "rollback",
      stable: "v1",
      canary: null,
      share: 0,
    });
    expect(await putRollout(back, { generation: 1, step: "none" })).toBe(true);
    time.advance(30_000);
    expect(await client.ready()).toBe(true);
    expect(client.route({ user: "u" })).toMatchObject({ variant: "v1", arm: "stable", generation: 2 });
    expect(client.problems()).toEqual({});
  });

  it("keeps everybody where they are when the table goes away, and serves the fallback where it never was", async () => {
    const rollouts = await startRollouts();
    await rollouts.put(POINTER);
    const { client, time } = startClient({ dynamoDb: rollouts.url });
    await client.ready();
    const before = UNITS.map((unit) => client.route(unit));
    expect(new Set(before.map(({ variant }) => variant))).toEqual(new Set(["v1", "v2"]));
    await rollouts.stop();
    time.advance(24 * 3_600_000);
    expect(await client.ready()).toBe(false);
    expect(UNITS.map((unit) => client.route(unit))).toEqual(
      before.map((route) => ({ ...route, source: "stale" })),
    );

    const fresh = startClient({}).client;
    expect(await fresh.ready()).toBe(false);
    expect(fresh.route({ user: "u" })).toMatchObject({ variant: "v1", arm: "stable", source: "fallback" });
    expect(fresh.problems()).toEqual({ pointer_unreadable: 1 });
  });

  it("moves nobody from canary to stable as the share is raised step by step", async () => {
    const rollouts = await startRollouts();
    await rollouts.put({ ...POINTER, share: 0 });
    const { client, time } = startClient({ dynamoDb: rollouts.url });
    let canary = new Set<string>();
    for (const [step, share] of [0.01, 0.05, 0.25, 0.5, 1].entries()) {
      await rollouts.put({ ...POINTER, share, generation: step + 2 });
      time.advance(30_000);
      expect(await client.ready()).toBe(true);
      const now = new Set(
        UNITS.filter((unit) => client.route(unit).arm === "canary").map(({ user }) => user),
      );
      for (const user of canary) expect(now).toContain(user);
      canary = now;
    }
    expect(canary.size).toBe(UNITS.length);
  });

  it.each<[string, Record<string, { S: string } | { N: string }>]>([
    ["stable", { stable: { S: "" } }],
    ["canary", { canary: { N: "1" } }],
    ["salt", { salt: { N: "1" } }],
    ["share", { share: { N: "1.2" } }],
    ["share", { share: { S: "0.2" } }],
    ["generation", { generation: { N: "1.5" } }],
  ])("refuses an item whose %s is unusable: %j", (field, change) => {
    const item = {
      stable: { S: "v1" },
      canary: { S: "" },
      share: { N: "0" },
      salt: { S: "s" },
      generation: { N: "1" },
    };
    expect(parsePointer(item)).toMatchObject({ kind: "found", pointer: { canary: null } });
    expect(parsePointer({ ...item, ...change })).toEqual({ kind: "invalid", detail: `${field} is unusable` });
  });
});

describe("tags, experiments and problems of a client", () => {
  it("carry the app and its environment, and fit Bedrock", () => {
    const { client } = startClient({}, { env: "prod" });
    expect(client.tags({ user: "u", variant: "v1", app: "other" }, { own: "x" })).toEqual({
      app: "shop",
      env: "prod",
      user: "u",
      variant: "v1",
      own: "x",
    });
    expect(client.tags({ env: "dev" })).toEqual({ app: "shop", env: "dev" });
  });

  it("keep the same experiment for a user, and count shares that make no sense", () => {
    const { client } = startClient({});
    const shares = { plain: 0.5, warm: 0.5 };
    const first = UNITS.map((unit) => client.experiment("tone", shares, unit));
    expect(new Set(first)).toEqual(new Set(["plain", "warm"]));
    expect(UNITS.map((unit) => client.experiment("tone", shares, { ...unit, session: "s" }))).toEqual(first);
    expect(client.experiment("tone", { plain: -1 }, { user: "u" }) ?? "plain").toBe("plain");
    expect(client.problems()).toMatchObject({ experiment_invalid: 1 });
  });

  it("survive an onProblem that throws", async () => {
    const seen: Problem[] = [];
    const { client } = startClient(
      {},
      {
        onProblem: (problem) => {
          seen.push(problem);
          throw new Error("the app's logger is broken");
        },
      },
    );
    expect(await client.ready()).toBe(false);
    expect(seen).toMatchObject([{ kind: "pointer_unreadable", count: 1 }]);
    expect(client.problems()).toEqual({ pointer_unreadable: 1, on_problem_failed: 1 });
  });
});

describe("events of a client", () => {
  it("reach the bus as the pipeline expects them", async () => {
    const bus = await startBus();
    const { client } = startClient({ eventBridge: bus.url });
    expect(client.feedback({ kind: "thumbs", value: "down", requestId: "r1", user: "u" })).toEqual({
      accepted: true,
    });
    client.interaction({ requestId: "r1", contexts: ["a passage"], latencyMs: 12, tags: { variant: "v2" } });
    expect(await client.flush()).toEqual({ waiting: 0 });
    expect(bus.delivered).toMatchObject([
      {
        source: "bellwether.app",
        "detail-type": "feedback",
        time: "2026-11-21T12:00:00Z",
        detail: { feedbackId: "id-0", kind: "thumbs", value: "down", requestId: "r1", user: "u" },
      },
      {
        "detail-type": "interaction",
        detail: {
          requestId: "r1",
          contexts: ["a passage"],
          latencyMs: 12,
          tags: { app: "shop", variant: "v2" },
        },
      },
    ]);
    expect(bus.calls).toEqual({ PutEvents: 1 });
  });

  it("wait out an outage of the bus, each delivered once it is over", async () => {
    let down = true;
    const bus = await startBus(() => down);
    const { client } = startClient({ eventBridge: bus.url });
    for (let n = 0; n < 25; n++) client.feedback({ kind: "rating", value: 2, requestId: `r${n}` });
    expect(await client.flush()).toEqual({ waiting: 25 });
    down = false;
    expect(await client.flush()).toEqual({ waiting: 0 });
    expect(new Set(bus.delivered.map(({ detail }) => detail.feedbackId)).size).toBe(25);
    expect(client.problems().send_failed).toBeGreaterThan(0);
  });

  it("are kept, not thrown, when nothing listens", async () => {
    const { client } = startClient({ eventBridge: NOWHERE });
    client.interaction({ requestId: "r1", contexts: [] });
    expect(await client.flush()).toEqual({ waiting: 1 });
    expect(client.problems()).toMatchObject({ send_failed: 1 });
  });

  it("are refused with a reason when the pipeline could not use them", () => {
    const problems: Problem[] = [];
    const { client } = startClient({}, { onProblem: (problem) => problems.push(problem) });
    expect(client.feedback({ kind: "rating", value: 9, requestId: "r" })).toEqual({ accepted: false });
    expect(client.feedback(null as never)).toEqual({ accepted: false });
    expect(client.interaction({ requestId: "", contexts: [] })).toEqual({ accepted: false });
    expect(client.interaction({ requestId: "r", contexts: ["x".repeat(300_000)] })).toEqual({
      accepted: false,
    });
    expect(problems.map(({ kind }) => kind)).toEqual([
      "event_invalid",
      "event_invalid",
      "event_invalid",
      "event_too_large",
    ]);
  });

  it("leave with close, which also stops every timer", async () => {
    const bus = await startBus();
    const { client, time } = startClient({ eventBridge: bus.url });
    client.feedback({ kind: "thumbs", value: "up", sessionId: "s" });
    expect(time.timers()).toBe(2);
    expect(await client.close()).toEqual({ waiting: 0 });
    expect(time.timers()).toBe(0);
    expect(bus.delivered).toHaveLength(1);
  });
});

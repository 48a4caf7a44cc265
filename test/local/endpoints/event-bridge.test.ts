import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { createClock } from "@bellwether/local/clock";
import {
  type BusEvent,
  type EventBridgeRule,
  startEventBridge,
} from "@bellwether/local/endpoints/event-bridge";
import { afterEach, describe, expect, it } from "vitest";

const NOW = Date.parse("2026-11-21T17:04:40.989Z");
const running: { stop(): unknown }[] = [];
afterEach(async () => {
  for (const each of running.splice(0)) await each.stop();
});

async function start(rules: readonly EventBridgeRule<string>[], failFor?: string) {
  const delivered: [string, BusEvent][] = [];
  const bridge = await startEventBridge({
    clock: createClock(NOW),
    rules,
    buses: { "bellwether-app": "app" },
    deliver: async (target, event) => {
      if (target === failFor) throw new Error("queue is gone");
      delivered.push([target, event]);
    },
  });
  const client = new EventBridgeClient({
    endpoint: bridge.url,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
  running.push({ stop: () => client.destroy() }, bridge);
  return { bridge, client, delivered };
}

const feedback: EventBridgeRule<string> = {
  name: "app-events",
  bus: "app",
  pattern: { source: ["bellwether.app"], "detail-type": ["feedback", "interaction"] },
  target: "feedback",
};
const entry = {
  EventBusName: "bellwether-app",
  Source: "bellwether.app",
  DetailType: "feedback",
  Detail: JSON.stringify({ feedbackId: "f1" }),
};

describe("the EventBridge endpoint", () => {
  it("delivers a matching entry in the envelope of EventBridge", async () => {
    const { client, delivered, bridge } = await start([feedback]);
    const answer = await client.send(
      new PutEventsCommand({
        Entries: [
          { ...entry, Time: new Date("2026-11-21T10:00:00.700Z"), Resources: ["arn:x"] },
          { ...entry, DetailType: "other" },
          { ...entry, EventBusName: "arn:aws:events:us-east-1:000000000000:event-bus/bellwether-app" },
        ],
      }),
    );
    expect(answer.FailedEntryCount).toBe(0);
    expect(answer.Entries).toHaveLength(3);
    expect(delivered).toEqual([
      [
        "feedback",
        {
          version: "0",
          id: answer.Entries?.[0]?.EventId,
          "detail-type": "feedback",
          source: "bellwether.app",
          account: "000000000000",
          time: "2026-11-21T10:00:00Z",
          region: "us-east-1",
          resources: ["arn:x"],
          detail: { feedbackId: "f1" },
        },
      ],
      ["feedback", expect.objectContaining({ time: "2026-11-21T17:04:40Z", resources: [] })],
    ]);
    expect(delivered[0]?.[1].id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(bridge.calls).toEqual({ PutEvents: 1 });
  });

  it("keeps the buses apart and gives each matching rule its copy in order", async () => {
    const everything = { source: [{ exists: true }] };
    const { bridge, delivered } = await start([
      { name: "second-bus", bus: "default", pattern: everything, target: "default" },
      { name: "one", bus: "app", pattern: everything, target: "one" },
      { name: "two", bus: "app", pattern: everything, target: "two" },
    ]);
    await bridge.raise("app", { source: "s", "detail-type": "t", detail: { n: 1 } });
    await bridge.raise("default", {
      source: "s",
      "detail-type": "t",
      detail: { n: 2 },
      id: "given",
      time: "2026-01-01T00:00:00Z",
    });
    expect(delivered.map(([target, { detail }]) => [target, detail.n])).toEqual([
      ["one", 1],
      ["two", 1],
      ["default", 2],
    ]);
    expect(delivered[2]?.[1]).toMatchObject({ id: "given", time: "2026-01-01T00:00:00Z" });
  });

  it("refuses bad entries one by one", async () => {
    const { client, delivered } = await start([feedback]);
    const answer = await client.send(
      new PutEventsCommand({
        Entries: [
          { ...entry, Source: undefined },
          { ...entry, DetailType: undefined },
          { ...entry, Detail: "{broken" },
          { ...entry, Detail: "[1]" },
          { ...entry, Source: "aws.s3" },
          entry,
        ],
      }),
    );
    expect(answer.FailedEntryCount).toBe(5);
    expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      "InvalidArgument",
      "InvalidArgument",
      "MalformedDetail",
      "MalformedDetail",
      "NotAuthorizedForSourceException",
      undefined,
    ]);
    expect(delivered).toHaveLength(1);
  });

  it("refuses a call of no, of eleven, and of too heavy entries", async () => {
    const { client, delivered } = await start([feedback]);
    const heavy = { ...entry, Detail: JSON.stringify({ text: "x".repeat(200_000) }) };
    for (const entries of [[], Array(11).fill(entry), Array(6).fill(heavy)]) {
      const sent = client.send(new PutEventsCommand({ Entries: entries }));
      await expect(sent).rejects.toMatchObject({ name: "ValidationException" });
    }
    expect(delivered).toEqual([]);
    const answer = await client.send(new PutEventsCommand({ Entries: Array(10).fill(entry) }));
    expect(new Set(answer.Entries?.map(({ EventId }) => EventId)).size).toBe(10);
  });

  it("answers 200 for an unknown bus and counts what it lost", async () => {
    const { client, delivered, bridge } = await start([feedback]);
    const answer = await client.send(
      new PutEventsCommand({ Entries: [{ ...entry, EventBusName: "nowhere" }] }),
    );
    expect(answer).toMatchObject({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] });
    expect(delivered).toEqual([]);
    expect(bridge.dropped).toEqual({ nowhere: 1 });
  });

  it("reports a failed delivery on the entry, and to an in-process caller", async () => {
    const { client, bridge } = await start([feedback], "feedback");
    const answer = await client.send(new PutEventsCommand({ Entries: [entry] }));
    expect(answer).toMatchObject({ FailedEntryCount: 1, Entries: [{ ErrorCode: "InternalFailure" }] });
    const raised = bridge.raise("app", { source: "bellwether.app", "detail-type": "feedback", detail: {} });
    await expect(raised).rejects.toThrow("queue is gone");
  });

  it("gives the same ids in every run", async () => {
    const ids = await Promise.all(
      [1, 2].map(async () => {
        const { client } = await start([feedback]);
        const answer = await client.send(new PutEventsCommand({ Entries: [entry, entry] }));
        return answer.Entries?.map(({ EventId }) => EventId);
      }),
    );
    expect(ids[0]).toEqual(ids[1]);
  });

  it("does not start with a rule EventBridge would refuse", async () => {
    const options = { clock: createClock(NOW), deliver: async () => {} };
    const bad = { ...feedback, pattern: { source: [{ like: "x" }] } };
    await expect(startEventBridge({ ...options, rules: [bad] })).rejects.toThrow("unknown operator like");
  });
});

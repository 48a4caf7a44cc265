import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Cloud, type CloudOptions, startCloud } from "@bellwether/local/cloud";
import { EndpointError } from "@bellwether/local/local-endpoints";
import { afterEach, describe, expect, it } from "vitest";

const START = Date.parse("2026-06-01T00:00:00Z");
const MINUTE = 60_000;
const functionsDir = fileURLToPath(new URL("../fixtures/functions", import.meta.url));
const bytes = (...lines: string[]) => new TextEncoder().encode(lines.join("\n"));
const converse = {
  output: { message: { role: "assistant", content: [] } },
  stopReason: "end_turn",
  usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
  metrics: { latencyMs: 1 },
};

let cloud: Cloud;
const start = async (options: Partial<CloudOptions> = {}) => {
  cloud = await startCloud({
    start: START,
    config: {},
    apps: ["shop"],
    rollbackPolicyFile: "/policy.yaml",
    judge: () => converse,
    functionsDir,
    functions: ["ingest", "evaluate"],
    environment: {},
    ...options,
  });
};
afterEach(() => cloud?.stop());

const lines = (...words: string[]) =>
  cloud
    .logs()
    .map(({ line }) => line)
    .filter((line) => words.some((word) => line.startsWith(word)));

describe("a delivered log object", () => {
  it("reaches ingest as an S3 event at its virtual time, and what follows is done on return", async () => {
    await start();
    const at = START + 90_500;
    await cloud.deliverObject("AWSLogs/a b.json", bytes("one", "two"), at);
    expect(cloud.clock.now()).toBe(at);
    expect(lines("read", "did")).toEqual([
      `read AWSLogs/a b.json at ${at} event 2026-06-01T00:01:30Z sent ${at}`,
      `did one #1 at ${at} of 2`,
      `did two #1 at ${at} of 2`,
    ]);
  });

  it("is only stored when it is a body, and refuses to arrive in the past", async () => {
    await start();
    await cloud.storeObject("data/x.json", bytes("one"));
    await cloud.drain();
    expect(cloud.logs()).toEqual([]);
    await cloud.advanceTo(START + MINUTE);
    await expect(cloud.deliverObject("late", bytes("x"), START)).rejects.toThrow(RangeError);
  });

  it("may be larger than one request of the local S3", async () => {
    await start();
    const big = new Uint8Array(9 * 1024 * 1024).fill(10);
    await cloud.deliverObject("big", big, START);
    expect(lines("read")).toHaveLength(1);
    expect(cloud.logs().filter(({ level }) => level !== "INFO")).toEqual([]);
  });
});

describe("messages that fail", () => {
  it("come back alone when the visibility timeout has passed on the virtual clock, not before", async () => {
    await start();
    await cloud.deliverObject("k", bytes("good", "fail"), START);
    expect(lines("did")).toHaveLength(2);
    await cloud.advanceTo(START + 900_000 - 1);
    expect(lines("did")).toHaveLength(2);
    await cloud.advanceTo(START + 900_000);
    expect(lines("did").at(-1)).toBe(`did fail #2 at ${START + 900_000} of 1`);
  });

  it("come back when the handler said with ChangeMessageVisibility", async () => {
    await start();
    await cloud.deliverObject("k", bytes("wait 75"), START);
    expect(await cloud.settle()).toBe(true);
    expect(lines("did")).toEqual([
      `did wait 75 #1 at ${START} of 1`,
      `did wait 75 #2 at ${START + 75_000} of 1`,
    ]);
  });

  it("stay with their whole batch when the handler throws, with the error in the log", async () => {
    await start();
    await cloud.deliverObject("k", bytes("good", "throw"), START);
    await cloud.advanceTo(START + 900_000);
    expect(lines("did good")).toEqual([
      `did good #1 at ${START} of 2`,
      `did good #2 at ${START + 900_000} of 2`,
    ]);
    expect(cloud.usage().evaluate).toMatchObject({ invocations: 2, errors: 2 });
    const [error] = cloud.logs().filter(({ level }) => level === "ERROR");
    expect(error).toMatchObject({ function: "evaluate", at: START });
    expect(error?.line).toMatch(/TypeError: the fixture was told to throw\n.*evaluate\.ts/s);
  });

  it("stay when the function's process ends, and the next invocation finds a new one", async () => {
    await start();
    await cloud.deliverObject("k", bytes("exit"), START);
    await cloud.deliverObject("l", bytes("good"), START + 1);
    expect(lines("did")).toEqual([`did exit #1 at ${START} of 1`, `did good #1 at ${START + 1} of 1`]);
  });

  it("reach the dead-letter queue after maxReceiveCount", async () => {
    await start();
    await cloud.deliverObject("k", bytes("fail"), START);
    expect(await cloud.settle()).toBe(true);
    expect(lines("did")).toHaveLength(100);
    expect(await cloud.dlq()).toMatchObject({ "evaluate-normal": 1, ingest: 0 });
  });

  it("do not settle within a horizon that is too short", async () => {
    await start();
    await cloud.deliverObject("k", bytes("fail"), START);
    expect(await cloud.settle(60 * MINUTE)).toBe(false);
  });
});

describe("what the functions do", () => {
  it("is counted by service and operation, with the calls of the event source mapping", async () => {
    await start();
    await cloud.deliverObject("k", bytes("judge", "good"), START);
    expect(cloud.calls()).toEqual({
      lambda: { Invoke: 2 },
      s3: { GetObject: 1 },
      sqs: { SendMessage: 1, ReceiveMessage: 2, SendMessageBatch: 1, DeleteMessageBatch: 2 },
      "bedrock-runtime": { Converse: 1 },
    });
    expect(lines("judged")).toEqual(["judged end_turn"]);
  });

  it("meets the faults asked for in the judge", async () => {
    await start({ faults: () => ({ error: "ThrottlingException" }) });
    await cloud.deliverObject("k", bytes("judge"), START);
    expect(cloud.logs().find(({ level }) => level === "ERROR")?.line).toMatch(/Throttling/);
  });

  it("is measured through embedded metrics, which are no log lines", async () => {
    await start({ functions: ["ingest", "evaluate", "detect-canary"] });
    await cloud.deliverObject("k", bytes("metric"), START + 150_000);
    await cloud.settle();
    expect(lines("{")).toEqual([]);
    const alarm = cloud.alarmHistory().filter(({ name }) => name === "bellwether-unconfigured-apps");
    expect(alarm.map(({ state }) => state)).toEqual(["OK", "ALARM", "OK"]);
    expect(alarm[1]?.at).toBe(START + 3 * MINUTE);
  });

  it("can be copied out of the lake under its keys", async () => {
    await start();
    await cloud.deliverObject("k", bytes("lake 2026-06-01", "lake 2026-06-02"), START);
    const dir = await mkdtemp(join(tmpdir(), "lake-"));
    expect(await cloud.exportLake(dir)).toBe(2);
    expect(await readFile(join(dir, "requests_log/dt=2026-06-02/part.txt"), "utf8")).toBe("row");
    await rm(dir, { recursive: true });
  });
});

describe("app events", () => {
  it("of one instant reach feedback together, of another apart", async () => {
    await start({ functions: ["feedback"] });
    for (const feedbackId of ["a", "b"]) await cloud.putEvents("feedback", { feedbackId }, START + 1_000);
    await cloud.putEvents("feedback", { feedbackId: "c" }, START + 2_000);
    await cloud.drain();
    expect(lines("feedback")).toEqual([
      "feedback a@2026-06-01T00:00:01Z b@2026-06-01T00:00:01Z",
      "feedback c@2026-06-01T00:00:02Z",
    ]);
    expect(cloud.calls().eventbridge).toEqual({ PutEvents: 2 });
  });
});

describe("ticks", () => {
  it("are skipped while the detector has said that nothing can change, and run again after new work", async () => {
    await start({ functions: ["ingest", "evaluate", "detect-canary"] });
    await cloud.advanceTo(START + 60 * MINUTE);
    // One tick for the gauges, one for the alarms to see them.
    expect(lines("tick")).toEqual(["tick 2026-06-01T00:01:00Z", "tick 2026-06-01T00:02:00Z"]);
    await cloud.deliverObject("k", bytes("good"), START + 60 * MINUTE + 1);
    await cloud.advanceTo(START + 90 * MINUTE);
    expect(lines("tick").slice(2)).toEqual(["tick 2026-06-01T01:01:00Z"]);
    expect(cloud.ticks()).toEqual({ executed: 3, skipped: 58 });
    expect(new Set(cloud.alarmHistory().map(({ state }) => state))).toEqual(new Set(["OK"]));
  });

  it("ring an alarm whose rule invokes rollback, which is retried and pages", async () => {
    const badFrom = "2026-06-01T00:30:00Z";
    await start({ functions: ["detect-canary", "rollback", "notify"], config: { badFrom } });
    expect(await cloud.settle()).toBe(true);
    const canary = cloud.alarmHistory().filter(({ name }) => name === "bellwether-canary-shop");
    expect(canary.map(({ at, state }) => [at, state])).toEqual([
      [START + 2 * MINUTE, "OK"],
      [START + 31 * MINUTE, "ALARM"],
    ]);
    expect(await cloud.pages()).toEqual([
      { at: START + 32 * MINUTE, subject: "rolled back", message: "bellwether-canary-shop is ALARM" },
    ]);
    expect(lines("notified")).toEqual(["notified event"]);
    expect(cloud.failedAsync()).toBe(0);
    expect(cloud.calls().sns).toEqual({ Publish: 2 });
  });
});

describe("starting and stopping", () => {
  it("refuses an endpoint that cannot be given away, and a function that cannot be loaded", async () => {
    await expect(start({ environment: { AWS_ENDPOINT_URL_SQS: "http://127.0.0.1:1" } })).rejects.toThrow(
      EndpointError,
    );
    await expect(start({ functionsDir: tmpdir() })).rejects.toThrow(/ingest\.ts/);
  });

  it("uses the Bedrock that is already there", async () => {
    await start({
      environment: {
        AWS_ENDPOINT_URL_BEDROCK_RUNTIME: "http://127.0.0.1:9",
        AWS_ACCESS_KEY_ID: "mine",
        AWS_SECRET_ACCESS_KEY: "secret",
      },
    });
    expect(cloud.env.AWS_ENDPOINT_URL_BEDROCK_RUNTIME).toBe("http://127.0.0.1:9");
    expect(cloud.env.AWS_ACCESS_KEY_ID).toBe("mine");
  });

  it("stops twice, and in the middle of work", async () => {
    await start();
    const delivering = async (): Promise<never> => {
      for (let n = 0; ; n++) await cloud.deliverObject(`k${n}`, bytes("good"), START);
    };
    const delivery = delivering().catch((error: unknown) => error);
    await Promise.all([cloud.stop(), cloud.stop()]);
    await expect(delivery).resolves.toBeInstanceOf(Error);
    await expect(cloud.drain()).rejects.toThrow();
  });
});

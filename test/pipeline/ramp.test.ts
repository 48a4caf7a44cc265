import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { getFinding } from "@bellwether/aws/findings";
import { registryTable } from "@bellwether/aws/registry-table";
import { getRollout } from "@bellwether/aws/rollouts-table";
import { readPointer } from "@bellwether/client/dynamo-pointer";
import { routeVariant } from "@bellwether/client/route";
import type { Family } from "@bellwether/core/registry/entry";
import { rampSchema } from "@bellwether/core/rollout/ramp";
import { tableName } from "@bellwether/local/physical-names";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOUR, pagesOf, play, registerPrompt, type StoryApp, startCanary } from "../support/canary-story.ts";
import { DAY_MS } from "../support/chat-record.ts";
import { type Pipeline, startPipeline } from "../support/running-pipeline.ts";

const APPS: readonly StoryApp[] = [
  { app: "grows", perHour: 240, users: 400, behaves: () => ({ errors: 0.002 }) },
  { app: "thin", perHour: 8, users: 400, behaves: () => ({}) },
];
const RAMP = rampSchema.parse({
  steps: [
    { share: 0.05, minJudged: 10 },
    { share: 0.25, minJudged: 10 },
    { share: 0.5, minJudged: 20, minEvidence: 20 },
  ],
});
const PROMPTS: Family = { app: "grows", kind: "prompt" };
const START = DAY_MS + HOUR;
const LAST_HOUR = DAY_MS + 12 * HOUR;
const USERS = Array.from({ length: 400 }, (_, n) => `grows-${n}`);

let pipeline: Pipeline;
let dynamo: DynamoDBClient;
/** The canary's users as the app's client reads the pointer, one set for every share it had. */
const served: { readonly share: number; readonly users: ReadonlySet<string> }[] = [];

async function lookAtPointer(): Promise<void> {
  const read = await readPointer(dynamo, tableName("rollouts"), "grows", AbortSignal.timeout(10_000));
  if (read.kind !== "found") throw new Error(read.kind);
  const { pointer } = read;
  if (pointer.canary === null || served.at(-1)?.share === pointer.share) return;
  const users = new Set(USERS.filter((user) => routeVariant(pointer, user) === pointer.canary));
  served.push({ share: pointer.share, users });
}
const statusOf = async (version: string) => (await registryTable.getEntry(PROMPTS, version))?.status;

beforeAll(async () => {
  pipeline = await startPipeline({
    config: { apps: APPS.map(({ app }) => app), sampling: { baseRate: 0.1, canaryRate: 0.5 } },
    apps: APPS.map(({ app }) => app),
  });
  dynamo = new DynamoDBClient({
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    endpoint: pipeline.env.AWS_ENDPOINT_URL_DYNAMODB ?? "",
  });
  await registerPrompt("grows", "v1", DAY_MS, "canary", "production");
  await registerPrompt("grows", "v2", DAY_MS, "canary");
  await play(pipeline, DAY_MS, START, APPS);
  for (const { app } of APPS) await startCanary(app, START, 0.05, RAMP);
  for (let hour = START; hour < LAST_HOUR; hour += HOUR) {
    await play(pipeline, hour, hour + HOUR, APPS);
    await lookAtPointer();
    if ((await getRollout("grows"))?.canary === null) break;
  }
}, 180_000);
afterAll(async () => {
  dynamo?.destroy();
  await pipeline?.stop();
});

describe("a healthy canary on a ramp of 5, 25 and 50 %", () => {
  it("advances and is promoted by itself, step by step", async () => {
    const rollout = await getRollout("grows");
    expect(rollout).toMatchObject({
      stable: "v2",
      canary: null,
      share: 0,
      generation: 4,
      ramp: null,
      intent: null,
    });
    expect(rollout?.history.map(({ action, share, by }) => [action, share, by])).toEqual([
      ["start", 0.05, "ann"],
      ["advance", 0.25, "bellwether"],
      ["advance", 0.5, "bellwether"],
      ["promote", 0, "bellwether"],
    ]);
    // Never sooner than an hour of event time on each step.
    const [first, second, third, fourth] = rollout?.epochs ?? [];
    for (const epoch of [first, second, third])
      expect((epoch?.to ?? 0) - (epoch?.from ?? 0)).toBeGreaterThanOrEqual(HOUR);
    expect(fourth).toMatchObject({ stable: "v2", canary: null, to: null });
  });

  it("is promoted on evidence for every guardrail over its whole life", async () => {
    const finding = await getFinding("grows", 1);
    expect(finding).toMatchObject({ run: 1, generation: 3, status: "healthy", share: 0.5, startedAt: START });
    expect(finding?.epochs.map(({ share }) => share)).toEqual([0.05, 0.25, 0.5]);
    expect(finding?.promotion.map(({ name }) => name)).toEqual([
      "avg_quality_score",
      "error_rate",
      "p95_latency",
      "cost_per_request",
    ]);
    for (const { logE } of finding?.promotion ?? []) expect(logE).toBeGreaterThanOrEqual(Math.log(20));
    expect(finding?.logE).toBeLessThan(Math.log(100));
    expect(finding?.split.logE).toBeLessThan(0);
  });

  it("tells people of every move once, without an alarm or an incident", async () => {
    expect(await pagesOf(pipeline, "grows")).toEqual([
      "[info] grows: canary v2 goes to 25 % of traffic",
      "[info] grows: canary v2 goes to 50 % of traffic",
      "[info] grows: v2 is promoted, v1 is retired",
    ]);
    expect(pipeline.opsItems()).toEqual([]);
    expect(await pipeline.select("select * from rollbacks")).toEqual([]);
    expect(
      pipeline.alarmHistory().filter(({ name, state }) => name.includes("grows") && state === "ALARM"),
    ).toEqual([]);
  });

  it("is followed by the registry", async () => {
    expect([await statusOf("v1"), await statusOf("v2")]).toEqual(["retired", "production"]);
    const audit = (await registryTable.getEntry(PROMPTS, "v2"))?.audit ?? [];
    expect(audit.at(-1)).toMatchObject({ by: "bellwether" });
  });

  it("moves no user back while its share is raised", () => {
    expect(served.map(({ share }) => share)).toEqual([0.05, 0.25, 0.5]);
    for (const [step, { share, users }] of served.entries()) {
      const before = served[step - 1]?.users ?? new Set();
      expect([...before].filter((user) => !users.has(user))).toEqual([]);
      expect(users.size).toBeGreaterThan(before.size);
      expect(Math.abs(users.size / USERS.length - share)).toBeLessThan(0.1);
    }
  });
});

describe("a canary with thin traffic", () => {
  it("is held on its first step, in silence", async () => {
    expect(await getRollout("thin")).toMatchObject({
      generation: 1,
      canary: "v2",
      share: 0.05,
      ramp: { step: 0 },
    });
    expect(await getFinding("thin", 1)).toMatchObject({ status: "not_enough_data" });
    expect(await pagesOf(pipeline, "thin")).toEqual([]);
  });

  it("is reported once when its patience of three days ends", async () => {
    await pipeline.advanceTo(START + 75 * HOUR);
    expect(await pagesOf(pipeline, "thin")).toEqual(["[info] thin: the canary is still undecided and held"]);
    expect(await getRollout("thin")).toMatchObject({ generation: 1, canary: "v2", share: 0.05 });
  });
});

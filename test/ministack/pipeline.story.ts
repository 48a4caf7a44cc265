import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import { paginateScan } from "@aws-sdk/client-dynamodb";
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import { QueryFailedError, runQuery } from "@bellwether/aws/athena";
import { getRollout } from "@bellwether/aws/rollouts-table";
import { SAVED_QUERIES } from "@bellwether/core/lake/saved-queries";
import { LAKE_VIEWS } from "@bellwether/core/lake/views";
import { NAMESPACE } from "@bellwether/core/metrics";
import {
  CANARY_ALARM_PREFIX,
  FUNCTIONS,
  type FunctionName,
  SCHEDULES,
  type TableName,
} from "@bellwether/core/topology";
import { countDeadLetters } from "@bellwether/local/dead-letters";
import { queryBucket } from "@bellwether/local/lake/query-bucket";
import { takePages } from "@bellwether/local/pages";
import { APP_BUS, bucketName, functionName, tableName } from "@bellwether/local/physical-names";
import { startRollout } from "@bellwether/local/replay/start-rollout";
import { ACCOUNT_ID, REGION } from "@bellwether/local/traffic/exchange";
import { logObject } from "@bellwether/local/traffic/log-object";
import { type Tree, writeTree } from "@bellwether/local/traffic/tree";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DATABASE, WORKGROUP } from "./catalog.ts";
import { eventually, type MiniCloud, startMiniCloud } from "./mini-cloud.ts";

const APP = "support-bot";
const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const DAYS = 3;
const SQUEEZE = 24;
const RECORDS = 400;

interface LogObject {
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly rollout: Tree["rollout"];
}

/** Three days of an app squeezed into the last three hours, in one object; the canary comes after the first and answers badly. */
async function lastHours(): Promise<LogObject> {
  const dir = mkdtempSync(join(tmpdir(), "bellwether-logs-"));
  try {
    const end = Date.now() - 10 * MINUTE;
    const { rollout } = await writeTree(dir, {
      seed: 7,
      start: end - DAYS * DAY,
      regression: "quality",
      records: RECORDS,
      days: DAYS,
      canaryFromDay: 1,
      badFromDay: 1,
      share: 0.5,
      users: 100,
      objectsPerHour: 1 / (24 * DAYS),
    });
    const squeezed = (iso: string): string => new Date(end - (end - Date.parse(iso)) / SQUEEZE).toISOString();
    const files = readdirSync(dir, { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".gz"),
    );
    const lines = files.flatMap((name) =>
      gunzipSync(readFileSync(join(dir, name)))
        .toString()
        .trimEnd()
        .split("\n"),
    );
    const records = lines.map((line) => {
      const record = JSON.parse(line) as { timestamp: string };
      return JSON.stringify({ ...record, timestamp: squeezed(record.timestamp) });
    });
    return {
      ...logObject(records, end + 5 * MINUTE, ACCOUNT_ID, REGION, 0),
      rollout: { ...rollout, startedAt: squeezed(rollout.startedAt) },
    };
  } finally {
    rmSync(dir, { recursive: true });
  }
}

let cloud: MiniCloud;
let object: LogObject;

beforeAll(async () => {
  object = await lastHours();
  // MiniStack has no OpsCenter; records count as soon as they are there.
  cloud = await startMiniCloud(APP, { lagMinutes: 0, people: { opsItems: false } });
  Object.assign(process.env, cloud.env);
  const { app, startedAt, ...arms } = object.rollout;
  const at = Date.parse(startedAt);
  await startRollout(app, { at, ...arms, by: "ann", reason: "a new prompt" });
});
afterAll(() => cloud?.stop());

type Row = readonly unknown[];
const select = async (sql: string): Promise<readonly Row[]> =>
  (await queryBucket(cloud.clients.s3, bucketName("lake"), sql)).rows;

/** Items of a table without what every delivery may change: expiry and leases. */
async function items(table: TableName): Promise<string[]> {
  const all: string[] = [];
  const pages = paginateScan({ client: cloud.clients.dynamodb }, { TableName: tableName(table) });
  for await (const { Items = [] } of pages) {
    for (const { expireAt: _expireAt, lm: _lm, la: _la, lu: _lu, ...item } of Items)
      all.push(JSON.stringify(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))));
  }
  return all.sort();
}

const ingested = () => cloud.logged("ingest", '"message":"ingested"');
const deliver = async (key: string, bytes: Uint8Array, before: number): Promise<void> => {
  await cloud.putLogs(key, bytes);
  await eventually("record of the object in ingest's log", async () =>
    (await ingested()).length > before ? true : undefined,
  );
  await cloud.quiet();
};

describe("a log object", () => {
  it("goes from S3 through EventBridge and SQS to ingest and from there to the judge", async () => {
    await deliver(object.key, object.bytes, 0);
    expect(await select("select count(*), count(distinct request_id) from requests")).toEqual([
      [RECORDS, RECORDS],
    ]);
    expect((await items("requests")).length).toBeGreaterThanOrEqual(RECORDS);
    const [[judged] = []] = await select("select count(distinct request_id) from evaluations");
    const [[selected] = []] = await select("select count(*) from requests where u < pi");
    expect(judged).toBe(selected);
    expect(judged).toBeGreaterThan(RECORDS / 2);
    expect(cloud.judgeCalls()).toBeGreaterThan(RECORDS / 2);
  });

  it("that comes twice changes nothing", async () => {
    const state = async () => ({
      keys: Object.keys(await cloud.lake()),
      rows: await select("select * exclude (rev) from requests order by request_id"),
      evaluations: await select("select * exclude (rev) from evaluations order by request_id, metric"),
      requests: await items("requests"),
      windows: await items("windows"),
      judgeCalls: cloud.judgeCalls(),
    });
    const before = await state();
    await deliver(object.key, object.bytes, (await ingested()).length);
    expect(await state()).toEqual(before);
  });

  it("that is damaged ends in quarantine, and its readable lines are kept", async () => {
    const [line = ""] = gunzipSync(object.bytes).toString().split("\n", 1);
    const record = { ...(JSON.parse(line) as object), requestId: "11111111-2222-4333-8444-555555555555" };
    const damaged = logObject([JSON.stringify(record), "x".repeat(1_000)], Date.now(), ACCOUNT_ID, REGION, 1);
    await deliver(damaged.key, damaged.bytes.subarray(0, -12), (await ingested()).length);
    expect(await select("select source_key, reason from quarantine")).toContainEqual([
      damaged.key,
      "gzip_damaged",
    ]);
    expect(await select(`select count(*) from requests where source_key = '${damaged.key}'`)).toEqual([[1]]);
  });

  it("that comes by a CloudWatch Logs subscription as well counts its requests once", async () => {
    const [line = ""] = gunzipSync(object.bytes).toString().split("\n", 1);
    const known = Object.fromEntries(Object.entries(JSON.parse(line) as object).reverse());
    const requestId = "22222222-2222-4333-8444-555555555555";
    const before = (await ingested()).length;
    await cloud.logInvocations([JSON.stringify(known), JSON.stringify({ ...known, requestId })]);
    await eventually("log object of the subscription in ingest's log", async () =>
      (await ingested()).length > before ? true : undefined,
    );
    await cloud.quiet();
    expect(
      await select(`select source_key like 'cloudwatch/%' from requests where request_id = '${requestId}'`),
    ).toEqual([[true]]);
    expect(
      await select("select kept, duplicate, quarantined from objects where source_key like 'cloudwatch/%'"),
    ).toEqual([[1, 1, 0]]);
  });

  it("leaves no dead letter", async () => {
    const dead = await countDeadLetters(cloud.clients.sqs, cloud.url);
    expect(Object.values(dead).every((count) => count === 0)).toBe(true);
  });
});

describe("feedback", () => {
  it("reaches the request through the app bus, once", async () => {
    const [[requestId] = []] = await select(
      "select request_id from requests where variant = 'v1' order by request_id limit 1",
    );
    const detail = {
      feedbackId: "f-1",
      requestId,
      kind: "thumbs",
      value: "down",
      user: "user-1",
      at: new Date().toISOString(),
    };
    const entry = {
      EventBusName: APP_BUS,
      Source: "bellwether.app",
      DetailType: "feedback",
      Detail: JSON.stringify(detail),
    };
    const { FailedEntryCount } = await cloud.clients.eventBridge.send(
      new PutEventsCommand({ Entries: [entry, entry] }),
    );
    expect(FailedEntryCount).toBe(0);
    await cloud.quiet();
    expect(await select("select feedback_id, request_id, kind, value from feedback")).toEqual([
      ["f-1", requestId, "thumbs", "down"],
    ]);
  });
});

describe("a canary with bad answers", () => {
  const tickAt = Math.floor(Date.now() / 60_000) * 60_000;
  const stable = async () => {
    const rollout = await getRollout(APP);
    return rollout?.canary === null && rollout.intent?.step === "verify" ? rollout : undefined;
  };

  it("is rolled back by the tick of a schedule", async () => {
    await Promise.all(Object.values(SCHEDULES).map((schedule) => cloud.schedule(schedule.function, tickAt)));
    const rollout = await eventually("stable pointer", stable);
    await cloud.quiet();
    expect(rollout).toMatchObject({ stable: "v1", generation: 2 });
    expect(await select("select app, from_variant, to_variant, rule from rollbacks")).toEqual([
      [APP, "v2", "v1", "quality_degradation"],
    ]);
  });

  it("is told to people", async () => {
    const pages = await takePages(cloud.clients.sqs, cloud.url);
    expect(pages.map(({ subject }) => subject)).toEqual([expect.stringContaining(APP)]);
  });

  it("has its verdict published for the alarm, whose event rolls nothing back again", async () => {
    const { Datapoints } = await cloud.clients.cloudwatch.send(
      new GetMetricStatisticsCommand({
        Namespace: NAMESPACE,
        MetricName: "CanaryVerdict",
        Dimensions: [{ Name: "app", Value: APP }],
        StartTime: new Date(tickAt - MINUTE),
        EndTime: new Date(tickAt + 2 * MINUTE),
        Period: 60,
        Statistics: ["Maximum"],
      }),
    );
    expect(Datapoints?.map(({ Maximum }) => Maximum)).toEqual([1]);
    const event = {
      id: "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
      source: "aws.cloudwatch",
      "detail-type": "CloudWatch Alarm State Change",
      time: new Date().toISOString(),
      detail: { alarmName: `${CANARY_ALARM_PREFIX}${APP}`, state: { value: "ALARM" } },
    };
    const { FunctionError, Payload } = await cloud.clients.lambda.send(
      new InvokeCommand({ FunctionName: functionName("rollback"), Payload: JSON.stringify(event) }),
    );
    expect(FunctionError).toBeUndefined();
    expect(JSON.parse(`${Payload?.transformToString()}`)).toMatchObject({ action: "hold" });
    await cloud.quiet();
    expect(await getRollout(APP)).toMatchObject({ generation: 2 });
    expect(await takePages(cloud.clients.sqs, cloud.url)).toEqual([]);
  });
});

/** Two engines add in different orders. */
const rounded = (value: unknown): unknown =>
  typeof value === "number" ? Number(value.toPrecision(12)) : value;

describe("analysts", () => {
  const views = LAKE_VIEWS.map(({ name, sql }) => `${name} as (${sql})`).join(",\n");
  const athena = { wait, workGroup: WORKGROUP, database: DATABASE };

  it.each(["quality-by-variant", "evaluation-outcomes", "worst-answers"])(
    "ask Athena the saved query %s",
    async (name) => {
      const sql = SAVED_QUERIES[name]?.sql ?? "";
      const withViews = `with ${views} select * from (${sql}) as answer`;
      const { columns, rows } = await runQuery({ ...athena, client: cloud.clients.athena }, withViews);
      expect(rows.length).toBeGreaterThan(0);
      const ours = await queryBucket(cloud.clients.s3, bucketName("lake"), sql);
      expect(columns.map((column) => column.name)).toEqual(ours.columns.map((column) => column.name));
      expect(rows.map((row) => row.map(rounded))).toEqual(ours.rows.map((row) => row.map(rounded)));
    },
  );

  it("would find the views in the catalog, which MiniStack does not read (see README)", async () => {
    const asked = runQuery({ ...athena, client: cloud.clients.athena }, "select request_id from requests");
    await expect(asked).rejects.toThrow(QueryFailedError);
    const { rows } = await runQuery(
      { ...athena, client: cloud.clients.athena },
      "select count(distinct request_id) from requests_log",
    );
    expect(rows).toEqual([[RECORDS + 2]]);
  });
});

describe("every function", () => {
  it.each(Object.keys(FUNCTIONS) as FunctionName[])("%s ran without an error", async (name) => {
    // Its log is written when an invocation is over.
    await eventually(`invocation of ${name}`, async () => (await cloud.logged(name, "END RequestId"))[0]);
    expect(await cloud.logged(name, '"level":"ERROR"')).toEqual([]);
    expect(await cloud.logged(name, "AccessDenied")).toEqual([]);
  });
});

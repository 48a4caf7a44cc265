import { clientsOf } from "@bellwether/cli/doctor/clients";
import { enableLogging } from "@bellwether/cli/doctor/enable";
import { run } from "@bellwether/cli/doctor-command";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { chatRecord } from "../../support/chat-record.ts";
import { deployedStage, LAKE_BUCKET, LOG_SUBSCRIPTION, LOGS_BUCKET } from "../../support/deployed-stage.ts";
import { ACCOUNT, type FakeAccount, startFakeAccount } from "../../support/fake-account.ts";
import { recordingIo } from "../../support/recording-io.ts";

let account: FakeAccount;
let endpoint: Awaited<ReturnType<typeof startFakeAccount>>;
beforeAll(async () => {
  endpoint = await startFakeAccount(() => account);
  Object.assign(process.env, {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_ENDPOINT_URL: endpoint.url,
  });
});
afterAll(() => endpoint.stop());
beforeEach(() => {
  account = deployedStage();
});

async function doctor(...args: string[]) {
  const io = recordingIo();
  const code = await run(args, io);
  return { code, ...io.written };
}
async function checks(...args: string[]) {
  const { code, stdout } = await doctor("--json", ...args);
  const document = JSON.parse(stdout);
  const byName = Object.fromEntries(
    document.checks.map((check: { name: string; status: string; detail: string; todo?: string }) => [
      check.name,
      check,
    ]),
  );
  return { code, document, byName };
}
const enable = (destination: string, ...more: string[]) =>
  doctor("--enable-logging", destination, "--yes", ...more);
const minutesAgo = (minutes: number) => Date.now() - minutes * 60_000;

describe("doctor", () => {
  it("says what is missing of a stage that was just deployed", async () => {
    const { code, document, byName } = await checks();
    expect(code).toBe(1);
    expect(document).toMatchObject({ ok: false, account: ACCOUNT, stage: "dev", logsBucket: LOGS_BUCKET });
    for (const name of ["bedrock logging", "texts delivered", "bucket policy", "bucket events"])
      expect(byName[name], name).toMatchObject({ status: "problem", todo: expect.any(String) });
    for (const name of ["node", "credentials", "stage", "configuration", "queues", "alarms", "pages"])
      expect(byName[name], name).toMatchObject({ status: "ok" });
    expect(byName["log objects"].status).toBe("unknown");
    expect(byName.prices.status).toBe("unknown");
  });

  it("finds a stage well whose logs arrive", async () => {
    await enable("s3");
    const at = minutesAgo(3);
    const folder = `AWSLogs/${ACCOUNT}/BedrockModelInvocationLogs/`;
    const record = chatRecord({ id: "r-1", at });
    Object.assign(account.buckets[LOGS_BUCKET]?.objects ?? {}, {
      [`${folder}amazon-bedrock-logs-permission-check`]: { at, text: "" },
      [`${folder}us-east-1/2026/11/20/07/old.json.gz`]: { at: 0, text: "{}" },
      [`${folder}us-east-1/2026/11/21/08/20261121T080000Z_a.json.gz`]: {
        at,
        text: `${JSON.stringify(record)}\n`,
      },
      [`${folder}us-east-1/2026/11/21/09/data/r-1_input.json.gz`]: { at: at + 1, text: "{}" },
    });
    Object.assign(account.buckets[LAKE_BUCKET]?.objects ?? {}, {
      "requests_log/dt=2026-11-21/hour=08/p.parquet": { at, text: "PAR1" },
    });
    const { code, byName, document } = await checks("--stage", "dev");
    expect(document.checks.filter(({ status }: { status: string }) => status !== "ok")).toEqual([]);
    expect(code).toBe(0);
    expect(byName["log objects"].detail).toBe("newest is 3 min old");
    expect(byName.prices.detail).toMatch(/^known for .*claude/);
  });

  it("never takes a refusal for an answer, and names the permission", async () => {
    for (const operation of [
      "GetModelInvocationLoggingConfiguration",
      "GetBucketPolicy",
      "ListQueues",
      "DescribeAlarms",
      "ListSubscriptionsByTopic",
      "GetMetricData",
      "ListObjectsV2",
      "GetBucketNotificationConfiguration",
    ])
      account.denied.add(operation);
    const { byName } = await checks();
    for (const [name, permission] of [
      ["bedrock logging", "bedrock:GetModelInvocationLoggingConfiguration"],
      ["bucket policy", "s3:GetBucketPolicy"],
      ["bucket events", "s3:GetBucketNotification"],
      ["queues", "sqs:ListQueues"],
      ["alarms", "cloudwatch:DescribeAlarms"],
      ["pages", "sns:ListSubscriptionsByTopic"],
      ["delivery failures", "cloudwatch:GetMetricData"],
      ["log objects", "s3:ListBucket"],
    ] as const) {
      expect(byName[name], name).toMatchObject({ status: "unknown" });
      expect(byName[name].detail).toContain(permission);
    }
  });

  it("says that AWS throttled, not that something is wrong", async () => {
    account.throttled.add("DescribeAlarms");
    const { byName } = await checks();
    expect(byName.alarms).toMatchObject({ status: "unknown", detail: expect.stringMatching(/^throttled/) });
  });

  it.each([
    [
      "dead letters",
      { queues: { "bellwether-dev-NotifyDeadLettersQueue-abcd": 2 } },
      "queues",
      "2 in NotifyDeadLettersQueue",
    ],
    ["an alarm", { alarms: ["bellwether-no-records"] }, "alarms", "bellwether-no-records"],
    ["nobody to page", { subscriptions: [] }, "pages", "nobody is paged"],
    [
      "an unconfirmed address",
      { subscriptions: [{ protocol: "email", endpoint: "a@b.c", arn: "PendingConfirmation" }] },
      "pages",
      "email a@b.c",
    ],
    ["calls without logs", { metrics: { '\\"Invocations\\"': 12 } }, "log objects", "12 calls"],
    ["lost deliveries", { metrics: { DeliveryFailure: 3 } }, "delivery failures", "3 records"],
  ])("sees %s", async (_, change, name, said) => {
    Object.assign(account, change);
    const { code, byName } = await checks();
    expect(code).toBe(1);
    expect(byName[name]).toMatchObject({ status: "problem", detail: expect.stringContaining(said) });
  });

  it("prints a line per check and what to do", async () => {
    const { stdout } = await doctor();
    expect(stdout).toMatch(/^PROBLEM {2}bedrock logging +is off/m);
    expect(stdout).toContain("→ bellwether doctor --enable-logging s3");
    expect(stdout).toMatch(/\d+ ok, \d+ problems, \d+ unknown/);
  });

  it.each([
    [["--enable-logging", "kinesis"], "one of s3, cloudwatch, both"],
    [["--replace"], "goes with --enable-logging"],
    [["--yes"], "goes with --enable-logging"],
    [["dev"], 'unexpected "dev"'],
  ])("refuses %j", async (args, said) => {
    await expect(doctor(...args)).rejects.toThrow(said);
  });

  it("asks which of several stages", async () => {
    account.functions.push({
      name: "bellwether-prod-IngestFunction-abcd",
      variables: { POWERTOOLS_METRICS_NAMESPACE: "Bellwether", POWERTOOLS_SERVICE_NAME: "ingest" },
    });
    await expect(doctor()).rejects.toThrow("several stages: dev, prod; say --stage NAME");
  });
});

describe("doctor --enable-logging", () => {
  const ORDER = {
    s3: ["PutBucketPolicy", "PutBucketNotificationConfiguration", "PutModelInvocationLoggingConfiguration"],
    cloudwatch: [
      "PutBucketPolicy",
      "PutBucketNotificationConfiguration",
      "CreateLogGroup",
      "PutRetentionPolicy",
      "CreateRole",
      "PutRolePolicy",
      "AddPermission",
      "PutSubscriptionFilter",
      "PutModelInvocationLoggingConfiguration",
    ],
  };

  it.each([
    ["s3", ORDER.s3],
    ["cloudwatch", ORDER.cloudwatch],
    ["both", ORDER.cloudwatch],
  ])(
    "%s makes what comes later out of what comes first, and a second run changes nothing",
    async (to, order) => {
      const first = await enable(to);
      expect(first.stdout).toContain("changed, and looked at again");
      expect(first.code).toBe(0);
      expect(account.writes).toEqual(order);
      const second = await enable(to);
      expect(second).toMatchObject({ code: 0, stdout: expect.stringContaining("nothing to change") });
      expect(account.writes).toEqual(order);
      const { byName } = await checks();
      for (const name of ["bedrock logging", "texts delivered", "bucket policy", "bucket events"])
        expect(byName[name], name).toMatchObject({ status: "ok" });
    },
  );

  it("feeds the stage's function from the log group and sends large bodies to the bucket", async () => {
    await enable("both");
    const group = "/bellwether/dev/model-invocations";
    expect(account.logging).toMatchObject({
      textDataDeliveryEnabled: true,
      imageDataDeliveryEnabled: false,
      s3Config: { bucketName: LOGS_BUCKET },
      cloudWatchConfig: {
        logGroupName: group,
        roleArn: `arn:aws:iam::${ACCOUNT}:role/bellwether-dev-bedrock-logs-us-east-1`,
        largeDataDeliveryS3Config: { bucketName: LOGS_BUCKET },
      },
    });
    expect(account.groups[group]).toMatchObject({
      retention: 7,
      filters: [{ filterPattern: "", destinationArn: expect.stringContaining(LOG_SUBSCRIPTION) }],
    });
    const fed = account.functions.find(({ name }) => name === LOG_SUBSCRIPTION);
    expect(fed?.policy?.Statement).toMatchObject([{ Principal: { Service: "logs.amazonaws.com" } }]);
  });

  it("shows somebody else's bucket and leaves it alone unless told", async () => {
    account.logging = { textDataDeliveryEnabled: true, s3Config: { bucketName: "theirs", keyPrefix: "x" } };
    const refused = await enable("s3");
    expect(refused).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("bucket theirs: somebody else's"),
    });
    expect(account.writes).toEqual([]);
    const replaced = await enable("s3", "--replace");
    expect(replaced.code).toBe(0);
    expect(account.logging).toMatchObject({ s3Config: { bucketName: LOGS_BUCKET } });
  });

  it("changes nothing while it cannot see what is there", async () => {
    account.denied.add("GetBucketPolicy");
    const { code, stdout } = await enable("s3");
    expect(code).toBe(1);
    expect(stdout).toContain("needs the permission s3:GetBucketPolicy");
    expect(account.writes).toEqual([]);
  });

  it("stops where AWS says no, says how far it came, and goes on from there", async () => {
    account.denied.add("PutModelInvocationLoggingConfiguration");
    const { code, stdout } = await enable("s3");
    expect(code).toBe(1);
    expect(stdout).toContain("failed after 2 changes");
    expect(stdout).toContain("bedrock:PutModelInvocationLoggingConfiguration");
    account.denied.clear();
    account.writes.length = 0;
    expect((await enable("s3")).code).toBe(0);
    expect(account.writes).toEqual(["PutModelInvocationLoggingConfiguration"]);
  });

  it("needs --yes where there is no terminal, after it has shown the change", async () => {
    const io = recordingIo();
    await expect(run(["--enable-logging", "s3"], io)).rejects.toThrow("--yes");
    expect(io.written.stdout).toMatch(/^\+ +"Service": "bedrock.amazonaws.com"/m);
    expect(account.writes).toEqual([]);
  });

  it("changes nothing when the answer is no", async () => {
    const target = {
      place: { partition: "aws", account: ACCOUNT, region: "us-east-1" },
      stage: "dev",
      bucketName: LOGS_BUCKET,
      functionArn: undefined,
    };
    const { ended } = await enableLogging(
      clientsOf("us-east-1"),
      target,
      { destination: "s3", replace: false },
      { confirm: async () => false, applied: () => undefined, sleep: async () => undefined },
    );
    expect(ended).toEqual({ kind: "declined" });
    expect(account.writes).toEqual([]);
  });

  it("replaces its own permission of another log group, not those of others", async () => {
    const fed = account.functions.find(({ name }) => name === LOG_SUBSCRIPTION);
    if (fed === undefined) throw new Error("no function");
    const theirs = { Sid: "theirs", Effect: "Allow", Principal: { Service: "events.amazonaws.com" } };
    fed.policy = { Statement: [theirs, { Sid: "bellwether-invocation-logs", Effect: "Allow" }] };
    expect((await enable("cloudwatch")).code).toBe(0);
    expect(account.writes).toContain("RemovePermission");
    expect(fed.policy.Statement.map(({ Sid }) => Sid)).toEqual(["theirs", "bellwether-invocation-logs"]);
    expect(fed.policy.Statement[1]).toMatchObject({ Principal: { Service: "logs.amazonaws.com" } });
  });

  it("keeps a log group of somebody else's that feeds the stage already", async () => {
    const functionArn = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:${LOG_SUBSCRIPTION}`;
    account.groups["team/bedrock"] = {
      retention: 400,
      filters: [{ filterName: "x", filterPattern: "", destinationArn: functionArn }],
    };
    const cloudWatchConfig = { logGroupName: "team/bedrock", roleArn: `arn:aws:iam::${ACCOUNT}:role/team` };
    account.logging = { textDataDeliveryEnabled: true, cloudWatchConfig };
    expect((await enable("both")).code).toBe(0);
    expect(account.logging).toMatchObject({ cloudWatchConfig, s3Config: { bucketName: LOGS_BUCKET } });
    expect(Object.keys(account.groups)).toEqual(["team/bedrock"]);
    expect(account.roles).toEqual({});
  });

  it("prints one JSON document with before and after of every change", async () => {
    const { code, stdout } = await enable("s3", "--json");
    expect(code).toBe(0);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ account: ACCOUNT, logsBucket: LOGS_BUCKET, ended: "applied" });
    expect(document.plan.changes.map(({ kind }: { kind: string }) => kind)).toEqual([
      "bucket-policy",
      "bucket-events",
      "logging",
    ]);
  });

  it("keeps notifications and policy statements of others", async () => {
    const bucket = account.buckets[LOGS_BUCKET];
    if (bucket === undefined) throw new Error("no bucket");
    const arn = "arn:aws:lambda:us-east-1:111122223333:function:theirs";
    bucket.notification = `<NotificationConfiguration><CloudFunctionConfiguration><Id>theirs</Id><CloudFunction>${arn}</CloudFunction><Event>s3:ObjectCreated:*</Event></CloudFunctionConfiguration></NotificationConfiguration>`;
    const before = JSON.parse(bucket.policy ?? "").Statement;
    expect((await enable("s3")).code).toBe(0);
    expect(bucket.notification).toContain(arn);
    expect(bucket.notification).toContain("EventBridgeConfiguration");
    expect(JSON.parse(bucket.policy ?? "").Statement.slice(0, 1)).toEqual(before);
  });
});

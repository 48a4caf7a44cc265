import { known } from "@bellwether/cli/doctor/answer";
import { deliveryChecks } from "@bellwether/cli/doctor/delivery-checks";
import { loggingChecks } from "@bellwether/cli/doctor/logging-checks";
import type { LoggingState } from "@bellwether/cli/doctor/logging-state";
import type { Delivery } from "@bellwether/cli/doctor/read-delivery";
import { describe, expect, it } from "vitest";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const object = (minutes: number) => ({ key: "k", at: NOW - minutes * 60_000, bytes: 1 });
const denied = { kind: "denied", permission: "a:B" } as const;

describe("what has arrived", () => {
  const quiet: Delivery = {
    log: known(undefined),
    marker: known(undefined),
    lake: known(undefined),
    invocations: known(0),
    failures: known(0),
  };
  const statusOf = (name: string, overrides: Partial<Delivery>) =>
    deliveryChecks({ ...quiet, ...overrides }, NOW).find((check) => check.name === name)?.status;

  it.each<[string, Partial<Delivery>, string]>([
    ["nothing, and Bedrock never wrote here", {}, "unknown"],
    ["nothing but Bedrock's test object", { marker: known(NOW) }, "ok"],
    ["a minute ago", { log: known(object(1)) }, "ok"],
    ["a day ago, no calls since", { log: known(object(1_440)) }, "ok"],
    ["a day ago, though there were calls", { log: known(object(1_440)), invocations: known(5) }, "problem"],
    ["nothing, though there were calls", { marker: known(NOW), invocations: known(5) }, "problem"],
    ["a day ago, calls not to be seen", { log: known(object(1_440)), invocations: denied }, "unknown"],
    ["not to be seen", { log: denied }, "unknown"],
  ])("log objects: %s", (_, overrides, status) => {
    expect(statusOf("log objects", overrides)).toBe(status);
  });

  it.each<[string, Partial<Delivery>, string]>([
    ["no log object, no record", {}, "unknown"],
    ["a log object just now, no record yet", { log: known(object(1)) }, "unknown"],
    ["a log object 20 minutes ago, no record", { log: known(object(20)) }, "problem"],
    ["a record after the log object", { log: known(object(20)), lake: known(object(19)) }, "ok"],
    // The S3 copy of what CloudWatch Logs brought before adds nothing to the lake.
    ["a second copy half an hour after the first", { log: known(object(20)), lake: known(object(50)) }, "ok"],
    [
      "records that stopped two hours before",
      { log: known(object(20)), lake: known(object(140)) },
      "problem",
    ],
    ["not to be seen", { lake: denied }, "unknown"],
  ])("records: %s", (_, overrides, status) => {
    expect(statusOf("records arrive", overrides)).toBe(status);
  });
});

describe("logging", () => {
  const FUNCTION = "arn:aws:lambda:eu-west-1:111122223333:function:f";
  const group = "/bellwether/prod/model-invocations";
  const base: LoggingState = {
    place: { partition: "aws", account: "111122223333", region: "eu-west-1" },
    stage: "prod",
    bucketName: "logs",
    functionArn: FUNCTION,
    logging: known({ textDataDeliveryEnabled: true, s3Config: { bucketName: "logs" } }),
    bucket: known({ region: "eu-west-1" }),
    bucketPolicy: known(undefined),
    notification: known({ EventBridgeConfiguration: {} }),
    encryption: known({ kms: false }),
    cloudWatch: {
      groupName: group,
      group: known({}),
      filters: known([{ name: "x", destinationArn: FUNCTION, pattern: "" }]),
      roleName: "r",
      role: known(undefined),
      functionPolicy: known(undefined),
    },
  };
  const find = (name: string, overrides: Partial<LoggingState>, delivered = false) =>
    loggingChecks({ ...base, ...overrides }, delivered).find((check) => check.name === name);
  const subscribed = { logGroupName: group, roleArn: "r" };
  const logging = (config: object) => ({ logging: known({ textDataDeliveryEnabled: true, ...config }) });
  const unfed = { ...base.cloudWatch, filters: known([]) };

  it.each<[string, string, Partial<LoggingState>, string | undefined]>([
    ["bedrock logging", "our bucket", {}, "ok"],
    ["bedrock logging", "another bucket", logging({ s3Config: { bucketName: "theirs" } }), "problem"],
    ["bedrock logging", "off", { logging: known(undefined) }, "problem"],
    ["bedrock logging", "a group that feeds us", logging({ cloudWatchConfig: subscribed }), "ok"],
    [
      "bedrock logging",
      "a group that feeds nobody",
      { ...logging({ cloudWatchConfig: subscribed }), cloudWatch: unfed },
      "problem",
    ],
    [
      "bedrock logging",
      "a group whose subscriptions cannot be seen",
      { ...logging({ cloudWatchConfig: subscribed }), cloudWatch: { ...unfed, filters: denied } },
      "unknown",
    ],
    ["texts delivered", "off", { logging: known({ textDataDeliveryEnabled: false }) }, "problem"],
    ["large bodies", "without CloudWatch Logs", {}, undefined],
    ["large bodies", "nowhere", logging({ cloudWatchConfig: subscribed }), "problem"],
    [
      "large bodies",
      "with the records in S3",
      logging({ cloudWatchConfig: subscribed, s3Config: { bucketName: "logs" } }),
      "ok",
    ],
    [
      "large bodies",
      "in our bucket",
      logging({ cloudWatchConfig: { ...subscribed, largeDataDeliveryS3Config: { bucketName: "logs" } } }),
      "ok",
    ],
    ["logs bucket", "missing", { bucket: known(undefined) }, "problem"],
    ["logs bucket", "elsewhere", { bucket: known({ region: "us-east-1" }) }, "problem"],
    ["bucket policy", "none", {}, "problem"],
    ["bucket policy", "not understood", { bucketPolicy: known("{}") }, "unknown"],
    ["bucket events", "off", { notification: known({}) }, "problem"],
    ["bucket encryption", "S3's own keys", {}, "ok"],
    [
      "bucket encryption",
      "a key, nothing delivered",
      { encryption: known({ kms: true, keyId: "k" }) },
      "unknown",
    ],
  ])("%s: %s", (name, _, overrides, status) => {
    expect(find(name, overrides)?.status).toBe(status);
  });

  it("a key that Bedrock has written with needs no look at its policy", () => {
    expect(find("bucket encryption", { encryption: known({ kms: true, keyId: "k" }) }, true)?.status).toBe(
      "ok",
    );
  });

  it("a policy that lets the Bedrock of any account write is a problem, named by its statement", () => {
    const open = {
      Sid: "Open",
      Effect: "Allow",
      Principal: { Service: "bedrock.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: "arn:aws:s3:::logs/*",
    };
    const check = find("bucket policy", { bucketPolicy: known(JSON.stringify({ Statement: open })) });
    expect(check).toMatchObject({ status: "problem", todo: expect.stringContaining("Open") });
  });
});

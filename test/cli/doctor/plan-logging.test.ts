import { known } from "@bellwether/cli/doctor/answer";
import type { Change } from "@bellwether/cli/doctor/change";
import type { LoggingState } from "@bellwether/cli/doctor/logging-state";
import { planLogging } from "@bellwether/cli/doctor/plan-logging";
import { describe, expect, it } from "vitest";

const ACCOUNT = "111122223333";
const FUNCTION = `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:bellwether-prod-LogsubscriptionFunction-abcd`;
const denied = { kind: "denied", permission: "a:B" } as const;

/** Nothing but an empty bucket and the function. */
const nothing: LoggingState = {
  place: { partition: "aws", account: ACCOUNT, region: "eu-west-1" },
  stage: "prod",
  bucketName: "logs",
  functionArn: FUNCTION,
  logging: known(undefined),
  bucket: known({ region: "eu-west-1" }),
  bucketPolicy: known(undefined),
  notification: known({}),
  encryption: known({ kms: false }),
  cloudWatch: {
    groupName: "/bellwether/prod/model-invocations",
    group: known(undefined),
    filters: known([]),
    roleName: "bellwether-prod-bedrock-logs-eu-west-1",
    role: known(undefined),
    functionPolicy: known(undefined),
  },
};
type Overrides = Partial<Omit<LoggingState, "cloudWatch">> & {
  readonly cloudWatch?: Partial<LoggingState["cloudWatch"]>;
};
const state = ({ cloudWatch, ...rest }: Overrides = {}): LoggingState => ({
  ...nothing,
  ...rest,
  cloudWatch: { ...nothing.cloudWatch, ...cloudWatch },
});
const plan = (destination: "s3" | "cloudwatch" | "both", overrides: Overrides = {}, replace = false) =>
  planLogging({ destination, replace }, state(overrides));
const kinds = (...args: Parameters<typeof plan>) => plan(...args).changes.map(({ kind }) => kind);
const loggingAfter = (
  ...args: Parameters<typeof plan>
): Extract<Change, { kind: "logging" }>["after"] | undefined =>
  plan(...args).changes.flatMap((change) => (change.kind === "logging" ? [change.after] : []))[0];

describe("what changes", () => {
  it.each([
    ["s3", ["bucket-policy", "bucket-events", "logging"]],
    [
      "cloudwatch",
      [
        "bucket-policy",
        "bucket-events",
        "log-group",
        "log-retention",
        "role",
        "role-policy",
        "invoke-permission",
        "subscription",
        "logging",
      ],
    ],
  ] as const)("for %s in an account with nothing", (destination, expected) => {
    expect(kinds(destination)).toEqual(expected);
  });

  it.each([
    [
      "the bucket announces already",
      { notification: known({ EventBridgeConfiguration: {} }) },
      "bucket-events",
    ],
    ["the group expires already", { cloudWatch: { group: known({ retentionDays: 400 }) } }, "log-retention"],
    ["the group is there", { cloudWatch: { group: known({}) } }, "log-group"],
    [
      "the subscription is there under another name",
      { cloudWatch: { filters: known([{ name: "x", destinationArn: FUNCTION, pattern: "" }]) } },
      "subscription",
    ],
  ] as const)("not what is there: %s", (_, overrides, kind) => {
    expect(kinds("both")).toContain(kind);
    expect(kinds("both", overrides)).not.toContain(kind);
  });

  it("a group that never expires gets a retention", () => {
    expect(kinds("both", { cloudWatch: { group: known({}) } })).toContain("log-retention");
  });

  it("a subscription with a pattern would lose records, so it is widened under its name", () => {
    const filters = known([{ name: "x", destinationArn: FUNCTION, pattern: "ERROR" }]);
    const change = plan("both", { cloudWatch: { filters } }).changes.find(
      ({ kind }) => kind === "subscription",
    );
    expect(change).toMatchObject({ before: { name: "x" }, after: { name: "x", pattern: "" } });
  });

  it("texts are turned on and every other choice of delivery stays", () => {
    const before = {
      textDataDeliveryEnabled: false,
      imageDataDeliveryEnabled: true,
      s3Config: { bucketName: "logs" },
    };
    expect(loggingAfter("s3", { logging: known(before) })).toMatchObject({
      textDataDeliveryEnabled: true,
      imageDataDeliveryEnabled: true,
    });
  });

  it("a key prefix stays, and the policy allows it", () => {
    const logging = known({
      textDataDeliveryEnabled: true,
      s3Config: { bucketName: "logs", keyPrefix: "team-a" },
    });
    const { changes } = plan("s3", { logging });
    expect(changes.map(({ kind }) => kind)).toEqual(["bucket-policy", "bucket-events"]);
    expect(JSON.stringify(changes[0])).toContain(`arn:aws:s3:::logs/team-a/AWSLogs/${ACCOUNT}/`);
  });

  it("s3 takes our own log group away again, and leaves another's", () => {
    const ours = {
      textDataDeliveryEnabled: true,
      cloudWatchConfig: { logGroupName: nothing.cloudWatch.groupName, roleArn: "r" },
    };
    expect(loggingAfter("s3", { logging: known(ours) })).not.toHaveProperty("cloudWatchConfig");
    const theirs = { ...ours, cloudWatchConfig: { logGroupName: "theirs", roleArn: "r" } };
    const { notes } = plan("s3", { logging: known(theirs) });
    expect(loggingAfter("s3", { logging: known(theirs) })).toMatchObject({
      cloudWatchConfig: { logGroupName: "theirs" },
    });
    expect(notes.join()).toContain("goes on logging to theirs");
  });

  it("cloudwatch leaves another's bucket", () => {
    const theirs = { textDataDeliveryEnabled: true, s3Config: { bucketName: "theirs" } };
    expect(loggingAfter("cloudwatch", { logging: known(theirs) })).toMatchObject({
      s3Config: { bucketName: "theirs" },
    });
    expect(loggingAfter("cloudwatch", { logging: known(theirs) }, true)).not.toHaveProperty("s3Config");
  });
});

describe("the bucket policy", () => {
  const statement = {
    Sid: "AmazonBedrockLogsWrite",
    Effect: "Allow",
    Principal: { Service: "bedrock.amazonaws.com" },
    Action: ["s3:PutObject"],
    Resource: [`arn:aws:s3:::logs/AWSLogs/${ACCOUNT}/BedrockModelInvocationLogs/*`],
    Condition: {
      StringEquals: { "aws:SourceAccount": ACCOUNT },
      ArnLike: { "aws:SourceArn": `arn:aws:bedrock:eu-west-1:${ACCOUNT}:*` },
    },
  };
  const policy = (...Statement: unknown[]) =>
    known(JSON.stringify({ Version: "2012-10-17", Id: "x", Statement }));

  // The first is the Bedrock user guide's own (model-invocation-logging).
  it.each([
    ["the user guide's", statement, true],
    ["every action", { ...statement, Action: "s3:*" }, true],
    ["the whole bucket", { ...statement, Resource: "arn:aws:s3:::logs/*" }, true],
    [
      "only the account",
      { ...statement, Condition: { StringEquals: { "AWS:SourceAccount": ACCOUNT } } },
      true,
    ],
    ["no condition at all", { ...statement, Condition: undefined }, false],
    [
      "another account",
      { ...statement, Condition: { StringEquals: { "aws:SourceAccount": "999900001111" } } },
      false,
    ],
    [
      "another Region",
      { ...statement, Condition: { ArnLike: { "aws:SourceArn": `arn:aws:bedrock:us-east-1:${ACCOUNT}:*` } } },
      false,
    ],
    [
      "a condition not known here",
      { ...statement, Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } },
      false,
    ],
    ["reading", { ...statement, Action: "s3:GetObject" }, false],
    ["another folder", { ...statement, Resource: "arn:aws:s3:::logs/elsewhere/*" }, false],
    ["another service", { ...statement, Principal: { Service: "delivery.logs.amazonaws.com" } }, false],
    ["everybody", { ...statement, Principal: "*" }, false],
    ["a refusal", { ...statement, Effect: "Deny" }, false],
  ])("with %s in it", (_, one, serves) => {
    expect(kinds("s3", { bucketPolicy: policy(one) }).includes("bucket-policy")).toBe(!serves);
  });

  it("gets our statement after all others, which stay as they were", () => {
    const others = [{ ...statement, Resource: "arn:aws:s3:::logs/elsewhere/*", Unknown: { kept: [1] } }];
    const [change] = plan("s3", { bucketPolicy: policy(...others) }).changes;
    const after = change?.kind === "bucket-policy" ? JSON.parse(change.after) : undefined;
    expect(after).toMatchObject({ Version: "2012-10-17", Id: "x" });
    expect(after.Statement.slice(0, -1)).toEqual(others);
    const again = plan("s3", { bucketPolicy: known(JSON.stringify(after)) });
    expect(again.changes.map(({ kind }) => kind)).not.toContain("bucket-policy");
  });

  it("that denies is shown, the usual refusal of plain HTTP is not", () => {
    const deny = {
      Sid: "Vpc",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: "arn:aws:s3:::logs/*",
    };
    const vpc = { ...deny, Condition: { StringNotEquals: { "aws:sourceVpce": "vpce-1" } } };
    const http = { ...deny, Condition: { Bool: { "aws:SecureTransport": "false" } } };
    expect(plan("s3", { bucketPolicy: policy(vpc) }).notes.join()).toContain("Vpc");
    expect(plan("s3", { bucketPolicy: policy(http) }).notes).toEqual([]);
  });
});

describe("nothing is changed", () => {
  it.each<[string, Overrides, string]>([
    ["logging cannot be seen", { logging: denied }, "a:B"],
    ["the bucket cannot be seen", { bucket: denied }, "a:B"],
    ["there is no bucket", { bucket: known(undefined) }, "does not exist"],
    ["the bucket is elsewhere", { bucket: known({ region: "us-east-1" }) }, "us-east-1"],
    ["the policy is no JSON", { bucketPolicy: known("{") }, "by hand"],
    ["notifications cannot be seen", { notification: denied }, "a:B"],
    ["there is no function", { functionArn: undefined }, "log-subscription"],
    ["the role cannot be seen", { cloudWatch: { role: denied } }, "a:B"],
    ["the group cannot be seen", { cloudWatch: { group: denied } }, "a:B"],
    ["the function's policy cannot be seen", { cloudWatch: { functionPolicy: denied } }, "a:B"],
    [
      "the group has two subscriptions",
      {
        cloudWatch: {
          filters: known(["a", "b"].map((name) => ({ name, destinationArn: "theirs", pattern: "" }))),
        },
      },
      "as many as AWS allows",
    ],
    [
      "logs go to another bucket",
      { logging: known({ s3Config: { bucketName: "theirs" } }) },
      "theirs: somebody else's",
    ],
    [
      "logs go to another group",
      { logging: known({ cloudWatchConfig: { logGroupName: "theirs", roleArn: "r" } }) },
      "theirs: somebody else's",
    ],
    [
      "large bodies go to another bucket",
      {
        logging: known({
          cloudWatchConfig: {
            logGroupName: nothing.cloudWatch.groupName,
            roleArn: "r",
            largeDataDeliveryS3Config: { bucketName: "theirs" },
          },
        }),
      },
      "theirs: somebody else's",
    ],
  ])("when %s", (_, overrides, said) => {
    expect(plan("both", overrides).blockers.join("\n")).toContain(said);
  });

  it("unless --replace says so, for what is somebody else's", () => {
    const theirs = {
      s3Config: { bucketName: "theirs" },
      cloudWatchConfig: { logGroupName: "theirs", roleArn: "r" },
    };
    const { blockers, notes } = plan("both", { logging: known(theirs) }, true);
    expect(blockers).toEqual([]);
    expect(notes).toHaveLength(2);
    expect(loggingAfter("both", { logging: known(theirs) }, true)).toMatchObject({
      s3Config: { bucketName: "logs" },
      cloudWatchConfig: {
        logGroupName: "/bellwether/prod/model-invocations",
        roleArn: `arn:aws:iam::${ACCOUNT}:role/bellwether-prod-bedrock-logs-eu-west-1`,
      },
    });
  });

  it("about a key, which its owner must change", () => {
    const encryption = known({ kms: true, keyId: "arn:aws:kms:k" });
    expect(plan("s3", { encryption }).notes.join()).toContain("kms:GenerateDataKey");
    expect(plan("s3", { encryption: known({ kms: true }) }).notes.join()).toContain("nobody can change");
  });
});

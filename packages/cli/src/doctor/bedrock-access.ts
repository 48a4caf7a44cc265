import { INVOCATION_LOGS } from "@bellwether/core/topology";
import type { ServiceRequest, Statement } from "./policy-document.ts";

/** Where a stage is deployed. */
export interface Place {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
}

const SERVICE = "bedrock.amazonaws.com";
const sourceArn = ({ partition, account, region }: Place): string =>
  `arn:${partition}:bedrock:${region}:${account}:*`;

const conditions = (place: Place) => ({
  StringEquals: { "aws:SourceAccount": place.account },
  ArnLike: { "aws:SourceArn": sourceArn(place) },
});

/** What Bedrock says about itself in a call on behalf of this account. */
const contextOf = (place: Place) => ({
  "aws:SourceAccount": place.account,
  "aws:SourceArn": sourceArn(place).replace("*", "model-invocation-logging"),
});

const keysOf = (bucket: string, prefix: string, { partition, account }: Place): string =>
  `arn:${partition}:s3:::${bucket}/${prefix === "" ? "" : `${prefix.replace(/\/$/, "")}/`}AWSLogs/${account}/BedrockModelInvocationLogs/`;

const WRITES_LOGS = "BellwetherBedrockLogsWrite";

/** The statement of a bucket policy that lets Bedrock write logs of this account and Region below the prefixes. */
export const writesLogs = (bucket: string, prefixes: readonly string[], place: Place): Statement => ({
  Sid: WRITES_LOGS,
  Effect: "Allow",
  Principal: { Service: SERVICE },
  Action: "s3:PutObject",
  Resource: prefixes.map((prefix) => `${keysOf(bucket, prefix, place)}*`),
  Condition: conditions(place),
});

/** Bedrock writes a log object. */
export const putLog = (bucket: string, prefix: string, place: Place): ServiceRequest => ({
  service: SERVICE,
  action: "s3:PutObject",
  resource: `${keysOf(bucket, prefix, place)}${place.region}/2026/01/01/00/20260101T000000Z_0.json.gz`,
  context: contextOf(place),
});

/** Trust policy of the role with which Bedrock writes to CloudWatch Logs. */
export const trustOf = (place: Place) => ({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { Service: SERVICE },
      Action: "sts:AssumeRole",
      Condition: conditions(place),
    } satisfies Statement,
  ],
});

/** Bedrock assumes that role. */
export const assumeRole = (place: Place): ServiceRequest => ({
  service: SERVICE,
  action: "sts:AssumeRole",
  context: contextOf(place),
});

const logGroupArn = (group: string, { partition, region, account }: Place): string =>
  `arn:${partition}:logs:${region}:${account}:log-group:${group}`;

/** What the role may do: write to Bedrock's one stream of the group. */
export const writesStream = (group: string, place: Place) => ({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: `${logGroupArn(group, place)}:log-stream:${INVOCATION_LOGS.logStream}`,
    },
  ],
});

/** CloudWatch Logs delivers events of the group to the function. */
export const deliverEvents = (group: string, functionArn: string, place: Place): ServiceRequest => ({
  service: "logs.amazonaws.com",
  action: "lambda:InvokeFunction",
  resource: functionArn,
  context: {
    "aws:SourceAccount": place.account,
    "aws:SourceArn": `${logGroupArn(group, place)}:*`,
  },
});

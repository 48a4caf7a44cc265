import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";

/**
 * Without `info` the SDK does not copy and redact every input and output for a log line that nobody reads, which is a
 * seventh of the CPU of a call.
 */
const silent = () => undefined;
export const QUIET = {
  logger: {
    trace: silent,
    debug: silent,
    info: undefined as unknown as () => void,
    warn: silent,
    error: silent,
  },
};

/**
 * One client per service and process; region, credentials and endpoints come from the standard environment. What a
 * function does not call is marked as pure, so that it stays out of its bundle.
 */
const once = <T>(create: () => T): (() => T) => {
  let client: T | undefined;
  return () => {
    client ??= create();
    return client;
  };
};

export const dynamoDb = /* @__PURE__ */ once(() => new DynamoDBClient(QUIET));
export const s3 = /* @__PURE__ */ once(() => new S3Client(QUIET));
export const sqs = /* @__PURE__ */ once(() => new SQSClient(QUIET));
export const sns = /* @__PURE__ */ once(() => new SNSClient(QUIET));
export const eventBridge = /* @__PURE__ */ once(() => new EventBridgeClient(QUIET));
export const cloudWatch = /* @__PURE__ */ once(() => new CloudWatchClient(QUIET));

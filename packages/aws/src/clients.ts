import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";

/** One client per service and process; region, credentials and endpoints come from the standard environment. */
const once = <T>(create: () => T): (() => T) => {
  let client: T | undefined;
  return () => {
    client ??= create();
    return client;
  };
};

export const dynamoDb = once(() => new DynamoDBClient({}));
export const s3 = once(() => new S3Client({}));
export const sqs = once(() => new SQSClient({}));
export const sns = once(() => new SNSClient({}));
export const eventBridge = once(() => new EventBridgeClient({}));
export const cloudWatch = once(() => new CloudWatchClient({}));

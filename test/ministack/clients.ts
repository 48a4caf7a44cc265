import { AthenaClient } from "@aws-sdk/client-athena";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { GlueClient } from "@aws-sdk/client-glue";
import { IAMClient } from "@aws-sdk/client-iam";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { LOCAL_REGION } from "@bellwether/local/endpoints/endpoint";

/** The root credentials of MiniStack's account 000000000000. */
export const ROOT = { accessKeyId: "test", secretAccessKey: "test" } as const;

/** One client for each service that the story uses, all at one endpoint. */
export function createClients(endpoint: string) {
  const settings = { endpoint, region: LOCAL_REGION, credentials: ROOT };
  return {
    athena: new AthenaClient(settings),
    cloudwatch: new CloudWatchClient(settings),
    dynamodb: new DynamoDBClient(settings),
    eventBridge: new EventBridgeClient(settings),
    glue: new GlueClient(settings),
    iam: new IAMClient(settings),
    lambda: new LambdaClient(settings),
    logs: new CloudWatchLogsClient(settings),
    s3: new S3Client({ ...settings, forcePathStyle: true }),
    scheduler: new SchedulerClient(settings),
    sns: new SNSClient(settings),
    sqs: new SQSClient(settings),
  };
}
export type Clients = ReturnType<typeof createClients>;

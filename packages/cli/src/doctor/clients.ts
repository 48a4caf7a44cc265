import { BedrockClient } from "@aws-sdk/client-bedrock";
import { BedrockRuntimeClient } from "@aws-sdk/client-bedrock-runtime";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { IAMClient } from "@aws-sdk/client-iam";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";

/** SDK clients of every service that the doctor looks at, all of one Region. */
export interface Clients {
  readonly bedrock: BedrockClient;
  readonly bedrockRuntime: BedrockRuntimeClient;
  readonly cloudWatch: CloudWatchClient;
  readonly iam: IAMClient;
  readonly lambda: LambdaClient;
  readonly logs: CloudWatchLogsClient;
  readonly s3: S3Client;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
}

/** Clients with the credentials of the standard chain, in `region` or where the environment says. */
export function clientsOf(region: string | undefined): Clients {
  const settings = region === undefined ? {} : { region };
  return {
    bedrock: new BedrockClient(settings),
    bedrockRuntime: new BedrockRuntimeClient(settings),
    cloudWatch: new CloudWatchClient(settings),
    iam: new IAMClient(settings),
    lambda: new LambdaClient(settings),
    logs: new CloudWatchLogsClient(settings),
    // A bucket of another Region is then found, and said to be there.
    s3: new S3Client({ ...settings, followRegionRedirects: true }),
    sns: new SNSClient(settings),
    sqs: new SQSClient(settings),
  };
}

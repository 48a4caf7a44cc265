import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { LocalEndpoints } from "./local-endpoints.ts";

export interface Clients {
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly sns: SNSClient;
  readonly dynamodb: DynamoDBClient;
  readonly eventBridge: EventBridgeClient;
  readonly cloudwatch: CloudWatchClient;
  destroy(): void;
}

/** The runner's own SDK clients; `environment` names region and credentials as for the functions. */
export function createClients(
  { urls }: Pick<LocalEndpoints, "urls">,
  environment: Readonly<Record<string, string>>,
): Clients {
  const {
    AWS_REGION: region = "",
    AWS_ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY,
    AWS_SESSION_TOKEN,
  } = environment;
  const common = {
    region,
    // With a profile only, the SDK's own chain finds the credentials.
    ...(AWS_ACCESS_KEY_ID !== undefined && AWS_SECRET_ACCESS_KEY !== undefined
      ? {
          credentials: {
            accessKeyId: AWS_ACCESS_KEY_ID,
            secretAccessKey: AWS_SECRET_ACCESS_KEY,
            ...(AWS_SESSION_TOKEN === undefined ? {} : { sessionToken: AWS_SESSION_TOKEN }),
          },
        }
      : {}),
  };
  const clients = {
    s3: new S3Client({ ...common, endpoint: urls.S3 }),
    sqs: new SQSClient({ ...common, endpoint: urls.SQS }),
    sns: new SNSClient({ ...common, endpoint: urls.SNS }),
    dynamodb: new DynamoDBClient({ ...common, endpoint: urls.DYNAMODB }),
    eventBridge: new EventBridgeClient({ ...common, endpoint: urls.EVENTBRIDGE }),
    cloudwatch: new CloudWatchClient({ ...common, endpoint: urls.CLOUDWATCH }),
  };
  const destroy = () => {
    for (const client of Object.values(clients)) client.destroy();
  };
  return { ...clients, destroy };
}

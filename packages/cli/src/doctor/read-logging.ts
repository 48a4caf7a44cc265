import { GetModelInvocationLoggingConfigurationCommand, type LoggingConfig } from "@aws-sdk/client-bedrock";
import {
  GetBucketEncryptionCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketPolicyCommand,
  HeadBucketCommand,
} from "@aws-sdk/client-s3";
import { INVOCATION_LOGS } from "@bellwether/core/topology";
import { type Answer, ask, askForOptional } from "./answer.ts";
import type { Place } from "./bedrock-access.ts";
import type { Clients } from "./clients.ts";
import type { Encryption, LoggingState } from "./logging-state.ts";
import { readCloudWatch, readFilters } from "./read-cloudwatch.ts";

/** What is looked at. */
export interface LoggingTarget {
  readonly place: Place;
  readonly stage: string;
  readonly bucketName: string;
  readonly functionArn: string | undefined;
}

const readLogging = ({ bedrock }: Clients): Promise<Answer<LoggingConfig | undefined>> =>
  ask("bedrock:GetModelInvocationLoggingConfiguration", async () => {
    const { loggingConfig } = await bedrock.send(new GetModelInvocationLoggingConfigurationCommand());
    return loggingConfig;
  });

const readEncryption = ({ s3 }: Clients, Bucket: string): Promise<Answer<Encryption>> =>
  ask("s3:GetEncryptionConfiguration", async () => {
    const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
    const [rule] = ServerSideEncryptionConfiguration?.Rules ?? [];
    const { SSEAlgorithm, KMSMasterKeyID } = rule?.ApplyServerSideEncryptionByDefault ?? {};
    return {
      kms: SSEAlgorithm?.startsWith("aws:kms") === true,
      ...(KMSMasterKeyID === undefined ? {} : { keyId: KMSMasterKeyID }),
    };
  });

/** A log group that feeds our function is ours, whatever it is called; otherwise the one that we would make is looked at. */
async function groupNameOf(
  clients: Clients,
  { stage, functionArn }: LoggingTarget,
  logging: Answer<LoggingConfig | undefined>,
): Promise<string> {
  const ours = INVOCATION_LOGS.logGroup(stage);
  const current = logging.kind === "known" ? logging.value?.cloudWatchConfig?.logGroupName : undefined;
  if (current === undefined || current === ours) return ours;
  const filters = await readFilters(clients, current);
  const feedsUs =
    filters.kind === "known" && filters.value.some(({ destinationArn }) => destinationArn === functionArn);
  return feedsUs ? current : ours;
}

/** Reads everything that logging depends on; what cannot be read is part of the answer. */
export async function readLoggingState(clients: Clients, target: LoggingTarget): Promise<LoggingState> {
  const { s3 } = clients;
  const Bucket = target.bucketName;
  const logging = await readLogging(clients);
  const [bucket, bucketPolicy, notification, encryption, cloudWatch] = await Promise.all([
    askForOptional("s3:ListBucket", ["NotFound", "NoSuchBucket"], async () => {
      const { BucketRegion } = await s3.send(new HeadBucketCommand({ Bucket }));
      return { region: BucketRegion ?? target.place.region };
    }),
    askForOptional("s3:GetBucketPolicy", ["NoSuchBucketPolicy", "NoSuchBucket"], async () => {
      const { Policy } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
      return Policy;
    }),
    ask("s3:GetBucketNotification", async () => {
      const { $metadata: _, ...configuration } = await s3.send(
        new GetBucketNotificationConfigurationCommand({ Bucket }),
      );
      return configuration;
    }),
    readEncryption(clients, Bucket),
    readCloudWatch(clients, target, await groupNameOf(clients, target, logging), logging),
  ]);
  return { ...target, logging, bucket, bucketPolicy, notification, encryption, cloudWatch };
}

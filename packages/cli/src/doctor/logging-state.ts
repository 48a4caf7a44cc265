import type { LoggingConfig } from "@aws-sdk/client-bedrock";
import type { NotificationConfiguration } from "@aws-sdk/client-s3";
import type { Answer } from "./answer.ts";
import type { Place } from "./bedrock-access.ts";

/** What logging should end up as. */
export type Destination = "s3" | "cloudwatch" | "both";

/** Bucket encryption by default; without a key S3's own keys are used. */
export interface Encryption {
  readonly kms: boolean;
  readonly keyId?: string;
}

export interface SubscriptionFilter {
  readonly name: string;
  readonly destinationArn: string;
  readonly pattern: string;
}

export interface RoleState {
  readonly arn: string;
  readonly trust: string;
  /** Text of its inline policy under our name. */
  readonly policy: string | undefined;
}

/** The CloudWatch Logs side: a log group, what fills it and what it feeds. */
export interface CloudWatchState {
  readonly groupName: string;
  /** Days undefined: never expires. */
  readonly group: Answer<{ readonly retentionDays?: number } | undefined>;
  readonly filters: Answer<readonly SubscriptionFilter[]>;
  readonly roleName: string;
  readonly role: Answer<RoleState | undefined>;
  /** Resource policy of the function that is fed. */
  readonly functionPolicy: Answer<string | undefined>;
}

/** Everything that Bedrock's invocation logging depends on, as it is now. */
export interface LoggingState {
  readonly place: Place;
  readonly stage: string;
  readonly bucketName: string;
  /** The function that stores subscribed events; undefined when the stage has none. */
  readonly functionArn: string | undefined;
  readonly logging: Answer<LoggingConfig | undefined>;
  readonly bucket: Answer<{ readonly region: string } | undefined>;
  readonly bucketPolicy: Answer<string | undefined>;
  readonly notification: Answer<NotificationConfiguration>;
  readonly encryption: Answer<Encryption>;
  readonly cloudWatch: CloudWatchState;
}

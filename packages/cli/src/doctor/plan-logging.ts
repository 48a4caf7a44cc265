import type { CloudWatchConfig, LoggingConfig, S3Config } from "@aws-sdk/client-bedrock";
import { whyNot } from "./answer.ts";
import type { Place } from "./bedrock-access.ts";
import { blocked, changing, joined, NOTHING, noting, type Plan } from "./change.ts";
import type { Destination, LoggingState } from "./logging-state.ts";
import { planBucket } from "./plan-bucket.ts";
import { planSubscription } from "./plan-subscription.ts";

export interface Wish {
  readonly destination: Destination;
  /** Overwrite what somebody else set up. */
  readonly replace: boolean;
}

const roleArn = (name: string, { partition, account }: Place): string =>
  `arn:${partition}:iam::${account}:role/${name}`;

const named = (what: string, replace: boolean): Plan =>
  replace
    ? noting(`${what}, which --replace overwrites`)
    : blocked(`${what}: somebody else's; --replace overwrites it`);

interface Part<T> {
  readonly config: T | undefined;
  readonly plan: Plan;
}

/** The S3 part: ours if asked for; another bucket stays unless it is in the way. */
function s3Part(state: LoggingState, current: S3Config | undefined, wish: Wish): Part<S3Config> {
  const { bucketName } = state;
  const foreign = current !== undefined && current.bucketName !== bucketName;
  if (wish.destination === "cloudwatch") {
    if (!foreign || wish.replace) return { config: undefined, plan: NOTHING };
    return { config: current, plan: noting(`Bedrock goes on logging to bucket ${current.bucketName} too`) };
  }
  if (foreign)
    return {
      config: { bucketName },
      plan: named(`Bedrock logs to bucket ${current.bucketName}`, wish.replace),
    };
  // A key prefix somebody chose is read as well as none.
  return { config: current ?? { bucketName }, plan: NOTHING };
}

const LARGE_DATA = "Bedrock puts larger bodies into bucket";

/** The CloudWatch Logs part, likewise. */
function cloudWatchPart(
  { bucketName, place, cloudWatch: { groupName, roleName } }: LoggingState,
  current: CloudWatchConfig | undefined,
  wish: Wish,
): Part<CloudWatchConfig> {
  const foreign = current !== undefined && current.logGroupName !== groupName;
  if (wish.destination === "s3") {
    if (!foreign || wish.replace) return { config: undefined, plan: NOTHING };
    return { config: current, plan: noting(`Bedrock goes on logging to ${current.logGroupName} too`) };
  }
  const large = foreign ? undefined : current?.largeDataDeliveryS3Config;
  const strangeLarge = large !== undefined && large.bucketName !== bucketName;
  const plans = [
    foreign ? named(`Bedrock logs to the log group ${current.logGroupName}`, wish.replace) : NOTHING,
    strangeLarge ? named(`${LARGE_DATA} ${large.bucketName}`, wish.replace) : NOTHING,
  ];
  const config = {
    logGroupName: groupName,
    roleArn: (foreign ? undefined : current?.roleArn) ?? roleArn(roleName, place),
    largeDataDeliveryS3Config: large === undefined || strangeLarge ? { bucketName } : large,
  };
  return { config, plan: joined(...plans) };
}

const sameS3 = (a: S3Config | undefined, b: S3Config | undefined): boolean =>
  a?.bucketName === b?.bucketName && (a?.keyPrefix ?? "") === (b?.keyPrefix ?? "");

const isSame = (a: LoggingConfig | undefined, b: LoggingConfig): boolean =>
  a?.textDataDeliveryEnabled === b.textDataDeliveryEnabled &&
  sameS3(a?.s3Config, b.s3Config) &&
  a?.cloudWatchConfig?.logGroupName === b.cloudWatchConfig?.logGroupName &&
  a?.cloudWatchConfig?.roleArn === b.cloudWatchConfig?.roleArn &&
  sameS3(a?.cloudWatchConfig?.largeDataDeliveryS3Config, b.cloudWatchConfig?.largeDataDeliveryS3Config);

/** Pictures, sound and vectors cannot be judged; who has them delivered already has a reason. */
const NO_MEDIA = {
  imageDataDeliveryEnabled: false,
  embeddingDataDeliveryEnabled: false,
  videoDataDeliveryEnabled: false,
  audioDataDeliveryEnabled: false,
} as const;

/** What must change so that Bedrock's invocation logs reach the stage as wished; the same state gives the same plan. */
export function planLogging(wish: Wish, state: LoggingState): Plan {
  const { logging, bucketName } = state;
  if (logging.kind !== "known")
    return blocked(`Bedrock's logging configuration cannot be seen: ${whyNot(logging)}`);
  const before = logging.value;
  const s3 = s3Part(state, before?.s3Config, wish);
  const cloudWatch = cloudWatchPart(state, before?.cloudWatchConfig, wish);
  const { s3Config: _, cloudWatchConfig: __, ...delivery } = before ?? {};
  const after: LoggingConfig = {
    ...NO_MEDIA,
    ...delivery,
    textDataDeliveryEnabled: true,
    ...(s3.config && { s3Config: s3.config }),
    ...(cloudWatch.config && { cloudWatchConfig: cloudWatch.config }),
  };
  const ours = [s3.config, cloudWatch.config?.largeDataDeliveryS3Config].flatMap((part) =>
    part?.bucketName === bucketName ? [part.keyPrefix ?? ""] : [],
  );
  return joined(
    planBucket(state, [...new Set(ours)]),
    wish.destination === "s3" ? NOTHING : planSubscription(state),
    s3.plan,
    cloudWatch.plan,
    isSame(before, after) ? NOTHING : changing({ kind: "logging", before, after }),
  );
}

import { whyNot } from "./answer.ts";
import { putLog } from "./bedrock-access.ts";
import { type Check, checkOf, ok, problem, unknown } from "./check.ts";
import type { LoggingState } from "./logging-state.ts";
import { allowing, isConfined, mayDeny, parsePolicy } from "./policy-document.ts";

const ENABLE = "bellwether doctor --enable-logging s3";

function destination({ logging, bucketName, functionArn, cloudWatch }: LoggingState): Check {
  const name = "bedrock logging";
  return checkOf(name, logging, (config) => {
    if (config?.s3Config === undefined && config?.cloudWatchConfig === undefined)
      return problem(name, "is off in this account and Region", ENABLE);
    const toBucket = config.s3Config?.bucketName === bucketName;
    const feeds =
      config.cloudWatchConfig?.logGroupName === cloudWatch.groupName &&
      cloudWatch.filters.kind === "known" &&
      cloudWatch.filters.value.some(({ destinationArn }) => destinationArn === functionArn);
    const where = [
      ...(config.s3Config ? [`bucket ${config.s3Config.bucketName}`] : []),
      ...(config.cloudWatchConfig ? [`log group ${config.cloudWatchConfig.logGroupName}`] : []),
    ].join(" and ");
    if (toBucket || feeds) return ok(name, `to ${where}`);
    if (config.cloudWatchConfig && cloudWatch.filters.kind !== "known")
      return unknown(name, `to ${where}; subscriptions: ${whyNot(cloudWatch.filters)}`);
    return problem(
      name,
      `goes to ${where}, which this stage does not read`,
      `${ENABLE} (--replace overwrites)`,
    );
  });
}

function texts({ logging }: LoggingState): Check {
  const name = "texts delivered";
  return checkOf(name, logging, (config) => {
    if (config === undefined) return problem(name, "logging is off", ENABLE);
    return config.textDataDeliveryEnabled === true
      ? ok(name, "prompts and answers are in the log")
      : problem(name, "records come without prompt and answer, so nothing can be judged", ENABLE);
  });
}

function largeBodies({ logging, bucketName }: LoggingState): Check[] {
  const name = "large bodies";
  if (logging.kind !== "known" || logging.value?.cloudWatchConfig === undefined) return [];
  const bucket = logging.value.cloudWatchConfig.largeDataDeliveryS3Config?.bucketName;
  if (bucket === bucketName) return [ok(name, `over 100 KB to bucket ${bucket}`)];
  if (bucket === undefined && logging.value.s3Config?.bucketName === bucketName)
    return [ok(name, `over 100 KB to bucket ${bucketName}, with the records`)];
  return [
    problem(
      name,
      bucket === undefined
        ? "bodies over 100 KB are lost: no large data delivery"
        : `go to bucket ${bucket}, which is not read`,
      "bellwether doctor --enable-logging both",
    ),
  ];
}

function bucketExists({ bucket, bucketName, place }: LoggingState): Check {
  const name = "logs bucket";
  return checkOf(name, bucket, (found) => {
    if (found === undefined) return problem(name, `${bucketName} does not exist`, "deploy the stage");
    if (found.region === place.region) return ok(name, `${bucketName} in ${found.region}`);
    const where = `${bucketName} is in ${found.region}, not in ${place.region}`;
    return problem(name, where, "Bedrock logs to buckets of its own Region only: deploy a stage there");
  });
}

function bucketPolicy({ bucketPolicy: policy, bucketName, place, logging }: LoggingState): Check {
  const name = "bucket policy";
  const config = logging.kind === "known" ? logging.value?.s3Config : undefined;
  const prefix = config?.bucketName === bucketName ? (config.keyPrefix ?? "") : "";
  const request = putLog(bucketName, prefix, place);
  return checkOf(name, policy, (text) => {
    const document = text === undefined ? { Statement: [] } : parsePolicy(text);
    if (document === undefined) return unknown(name, "has a form that is not understood");
    const statement = allowing(document, request);
    if (statement === undefined) return problem(name, "does not let bedrock.amazonaws.com write", ENABLE);
    if (!isConfined(statement))
      return problem(
        name,
        "lets the Bedrock of any account write (no aws:SourceAccount, aws:SourceArn)",
        `remove statement ${statement.Sid ?? "without Sid"}, then ${ENABLE}`,
      );
    const denies = mayDeny(document, request).map(({ Sid = "without Sid" }) => Sid);
    if (denies.length > 0) return unknown(name, `Deny statements may hit Bedrock: ${denies.join(", ")}`);
    return ok(name, "lets Bedrock of this account and Region write");
  });
}

function events({ notification }: LoggingState): Check {
  const name = "bucket events";
  return checkOf(name, notification, ({ EventBridgeConfiguration }) =>
    EventBridgeConfiguration === undefined
      ? problem(name, "new objects are not announced to EventBridge, so nothing is ingested", ENABLE)
      : ok(name, "new objects are announced to EventBridge"),
  );
}

/** What Bedrock's logging is like and what it depends on; `delivered` says that log objects have come, which proves the key. */
export function loggingChecks(state: LoggingState, delivered: boolean): Check[] {
  const encryption = checkOf(
    "bucket encryption",
    state.encryption,
    ({ kms, keyId = "AWS's own key for S3" }) => {
      if (!kms) return ok("bucket encryption", "SSE-S3");
      if (delivered) return ok("bucket encryption", `${keyId}, and Bedrock has written with it`);
      const todo = "its policy must allow bedrock.amazonaws.com kms:GenerateDataKey (AWS's own key cannot)";
      return unknown("bucket encryption", `${keyId}: the key's policy is not looked at`, todo);
    },
  );
  return [
    destination(state),
    texts(state),
    ...largeBodies(state),
    bucketExists(state),
    bucketPolicy(state),
    encryption,
    events(state),
  ];
}

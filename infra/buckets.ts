import { LAKE_TABLES } from "@bellwether/core/lake/tables";
import type { BucketName } from "@bellwether/core/topology";
import { componentName, each } from "./each.ts";
import { key } from "./key.ts";
import { place } from "./place.ts";
import { stageOf } from "./stage.ts";

const { keepsData, logsRetentionDays, lakeRetentionDays } = stageOf($app.stage);
const transform = { bucket: { forceDestroy: !keepsData } };

/** Interactions live as long as the request items that point to them. */
const INTERACTION_DAYS = 35;
const QUERY_RESULT_DAYS = 7;
export const QUERY_RESULTS = "athena-results/";

const logs = new sst.aws.Bucket("Logs", {
  lifecycle: [
    { id: "texts", prefix: "AWSLogs/", expiresIn: `${logsRetentionDays} days` },
    // The same texts by CloudWatch Logs.
    { id: "subscribed-texts", prefix: "cloudwatch/", expiresIn: `${logsRetentionDays} days` },
  ],
  policy: [
    {
      actions: ["s3:PutObject"],
      principals: [{ type: "service", identifiers: ["bedrock.amazonaws.com"] }],
      paths: [$interpolate`AWSLogs/${place.account}/BedrockModelInvocationLogs/*`],
      conditions: [
        { test: "StringEquals", variable: "aws:SourceAccount", values: [place.account] },
        {
          test: "ArnLike",
          variable: "aws:SourceArn",
          values: [$interpolate`arn:${place.partition}:bedrock:${place.region}:${place.account}:*`],
        },
      ],
    },
  ],
  cors: false,
  transform,
});

// "Object Created" reaches the default bus; the rule in core/topology picks it up.
new aws.s3.BucketNotification("LogsEvents", { bucket: logs.name, eventbridge: true });

const lake = new sst.aws.Bucket("Lake", {
  lifecycle: [
    ...Object.keys(LAKE_TABLES).map((table) => ({
      id: table,
      prefix: `${table}/`,
      expiresIn: `${lakeRetentionDays} days` as const,
    })),
    { id: "interactions", prefix: "interactions/", expiresIn: `${INTERACTION_DAYS} days` },
    { id: "corrections", prefix: "corrections/", expiresIn: `${INTERACTION_DAYS} days` },
    { id: "query-results", prefix: QUERY_RESULTS, expiresIn: `${QUERY_RESULT_DAYS} days` },
  ],
  cors: false,
  transform,
});

export const buckets = { logs, lake } satisfies Record<BucketName, sst.aws.Bucket>;

each<BucketName, sst.aws.Bucket, void>(buckets, (name, bucket) => {
  new aws.s3.BucketServerSideEncryptionConfiguration(componentName(name, "encryption"), {
    bucket: bucket.name,
    rules: [
      {
        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn },
        // One KMS call for many objects.
        bucketKeyEnabled: true,
      },
    ],
  });
});

import { LAKE_TABLES } from "@bellwether/core/lake/tables";
import { BUCKETS, TABLES } from "@bellwether/core/topology";
import { componentName } from "../../../../infra/each.ts";
import { stageOf } from "../../../../infra/stage.ts";
import type { Graph } from "../graph.ts";
import { all, bucketArn, canonical, differences, find, keyArn, physical, setDifferences } from "../lookup.ts";
import { ACCOUNT, REGION } from "../mocks.ts";
import { refusesPlainHttp, statementsIn } from "../policy.ts";

interface TableKeys {
  readonly hashKey: string;
  readonly rangeKey?: string;
  readonly ttl?: string;
}

const TABLE = "dynamodb/table:Table";

/** Keys, expiry, recovery and encryption of every table; what keeps data outlives its stage. */
export const tables = (graph: Graph): string[] => {
  const { keepsData } = stageOf(graph.stage);
  return [
    ...setDifferences(
      "tables",
      all(graph, TABLE).map(({ name }) => name),
      Object.keys(TABLES).map((name) => `${componentName(name, "table")}Table`),
    ),
    ...Object.entries<TableKeys>(TABLES).flatMap(([name, { hashKey, rangeKey, ttl }]) => {
      const table = find(graph, TABLE, `${componentName(name, "table")}Table`);
      const keys = rangeKey === undefined ? [hashKey] : [hashKey, rangeKey];
      return [
        ...differences(`table ${name}`, table?.inputs, {
          hashKey,
          rangeKey,
          attributes: keys.map((key) => ({ name: key, type: "S" })),
          billingMode: "PAY_PER_REQUEST",
          ttl: ttl === undefined ? undefined : { attributeName: ttl, enabled: true },
          // What expires can be made again from logs and events; the rest has no other copy.
          pointInTimeRecovery: { enabled: ttl === undefined },
          deletionProtectionEnabled: keepsData,
          serverSideEncryption: { enabled: true, kmsKeyArn: keyArn(graph) },
        }),
        ...differences(`table ${name}`, table, { retained: keepsData }),
      ];
    }),
  ];
};

interface Lifecycle {
  readonly rules: readonly {
    readonly filter: { readonly prefix: string };
    readonly expiration: { days: number };
  }[];
}

/** Days after which S3 deletes what begins with a prefix. */
function expiryOf(graph: Graph, bucket: string): Record<string, number> {
  const lifecycle = find<Lifecycle>(
    graph,
    "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    `${componentName(bucket)}Lifecycle`,
  );
  const rules = lifecycle?.inputs.rules ?? [];
  return Object.fromEntries(rules.map(({ filter, expiration }) => [filter.prefix, expiration.days]));
}

/** Encryption, TLS, public access and retention of every bucket, and Bedrock as the only writer from outside. */
export const buckets = (graph: Graph): string[] => {
  const { keepsData, logsRetentionDays, lakeRetentionDays } = stageOf(graph.stage);
  const lakeExpiry = Object.keys(LAKE_TABLES).map((table) => [`${table}/`, lakeRetentionDays]);
  return [
    ...setDifferences(
      "buckets",
      all(graph, "s3/bucket:Bucket").map(({ name }) => name),
      BUCKETS.map((name) => `${componentName(name)}Bucket`),
    ),
    ...BUCKETS.flatMap((name) => {
      const bucket = physical(bucketArn(graph, name));
      const of = <Inputs>(type: string) =>
        all<Inputs & { bucket: string }>(graph, type).find(({ inputs }) => inputs.bucket === bucket);
      const policy = of<{ policy: string }>("s3/bucketPolicy:BucketPolicy")?.inputs.policy;
      const allowed = statementsIn(policy).filter(({ Effect }) => Effect === "Allow");
      return [
        ...differences(
          `public access of ${name}`,
          of("s3/bucketPublicAccessBlock:BucketPublicAccessBlock")?.inputs,
          {
            blockPublicAcls: true,
            blockPublicPolicy: true,
            ignorePublicAcls: true,
            restrictPublicBuckets: true,
          },
        ),
        ...differences(
          `encryption of ${name}`,
          of("s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration")?.inputs,
          {
            rules: [
              {
                applyServerSideEncryptionByDefault: {
                  kmsMasterKeyId: keyArn(graph),
                  sseAlgorithm: "aws:kms",
                },
                bucketKeyEnabled: true,
              },
            ],
          },
        ),
        ...(refusesPlainHttp(policy) ? [] : [`bucket ${name} answers without TLS`]),
        ...setDifferences(
          `writers of ${name}`,
          allowed.map(canonical),
          name === "logs" ? [canonical(byBedrock(bucketArn(graph, "logs")))] : [],
        ),
        ...differences(`bucket ${name}`, find(graph, "s3/bucket:Bucket", `${componentName(name)}Bucket`), {
          retained: keepsData,
        }),
      ];
    }),
    ...differences("expiry of logs", expiryOf(graph, "logs"), { "AWSLogs/": logsRetentionDays }),
    ...differences("expiry of lake", expiryOf(graph, "lake"), Object.fromEntries(lakeExpiry)),
    ...differences(
      "events of logs",
      find(graph, "s3/bucketNotification:BucketNotification", "LogsEvents")?.inputs,
      {
        bucket: physical(bucketArn(graph, "logs")),
        eventbridge: true,
      },
    ),
  ];
};

/** Bedrock user guide, "Set up an Amazon S3 destination". */
const byBedrock = (bucket: string) => ({
  Effect: "Allow",
  Action: ["s3:PutObject"],
  Resource: [`${bucket}/AWSLogs/${ACCOUNT}/BedrockModelInvocationLogs/*`],
  Principal: { Service: ["bedrock.amazonaws.com"] },
  Condition: {
    StringEquals: { "aws:SourceAccount": [ACCOUNT] },
    ArnLike: { "aws:SourceArn": [`arn:aws:bedrock:${REGION}:${ACCOUNT}:*`] },
  },
});

interface Workgroup {
  readonly configuration: { readonly resultConfiguration: { readonly encryptionConfiguration: object } };
}

/** Answers of Athena are encrypted like what they were read from. */
export const queries = (graph: Graph): string[] =>
  all<Workgroup>(graph, "athena/workgroup:Workgroup").flatMap(({ inputs }) =>
    differences("answers of Athena", inputs.configuration?.resultConfiguration.encryptionConfiguration, {
      encryptionOption: "SSE_KMS",
      kmsKeyArn: keyArn(graph),
    }),
  );

/** A stage that keeps its data is protected and retained as a whole; no other stage is. */
export const removal = (graph: Graph): string[] => {
  const { keepsData } = stageOf(graph.stage);
  return differences(`stage ${graph.stage}`, graph.app, {
    removal: keepsData ? "retain" : "remove",
    protect: keepsData,
  });
};

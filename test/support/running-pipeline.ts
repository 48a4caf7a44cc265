import { fileURLToPath } from "node:url";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { readBucket } from "@bellwether/aws/windows-table";
import { type QueueName, TABLES, type TableName } from "@bellwether/core/topology";
import { bucketOf } from "@bellwether/core/windows/bucket";
import { foldItems } from "@bellwether/core/windows/fold";
import { type Variants, variantsOf } from "@bellwether/core/windows/variants";
import { type Cloud, type CloudOptions, startCloud } from "@bellwether/local/cloud";
import { standInJudge } from "@bellwether/local/judge/stand-in";
import { queueName, queueUrl, tableName } from "@bellwether/local/physical-names";
import { DAY_MS } from "./chat-record.ts";
import { type Row, selectFrom, temporaryFolder } from "./run-bellwether.ts";

/** Every request is judged, so that a test need not guess which are. */
export const JUDGE_ALL = { apps: ["shop"], sampling: { baseRate: 1 } };

export interface Pipeline extends Cloud {
  /** Items of a table as plain values by their key, without expiry and lease. */
  items(table: TableName): Promise<Record<string, Row>>;
  /** Puts one message on a queue, as the service before it would have. */
  send(queue: QueueName, body: string): Promise<void>;
  /** Rows of a SELECT over the lake as it is now. */
  select(sql: string): Promise<Row[]>;
  /** Variants in the five minutes of the app `shop` around an instant, as detect-canary would make it. */
  fold(at: number): Promise<Variants>;
  /** Calls that reached the judge, whatever came of them. */
  judgeCalls(): number;
}

const plain = (item: Readonly<Record<string, { readonly S?: string; readonly N?: string }>>): Row =>
  Object.fromEntries(
    Object.entries(item)
      .filter(([name]) => !["expireAt", "lm", "la", "lu"].includes(name))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => [name, value.S ?? value.N ?? JSON.stringify(value)]),
  );

/**
 * The real functions on a local cloud, beginning at midnight of the test day. The process takes over its environment,
 * and the product keeps its SDK clients: one pipeline per test file.
 */
export async function startPipeline(options: Partial<CloudOptions> = {}): Promise<Pipeline> {
  const cloud = await startCloud({
    start: DAY_MS,
    config: JUDGE_ALL,
    apps: ["shop"],
    rollbackPolicyFile: fileURLToPath(new URL("../../infra/policies/rollback-policy.yaml", import.meta.url)),
    judge: ({ body }) => standInJudge(body),
    environment: {},
    ...options,
  });
  const { env } = cloud;
  Object.assign(process.env, env);
  const client = {
    region: env.AWS_REGION ?? "",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  };
  const dynamodb = new DynamoDBClient({ ...client, endpoint: env.AWS_ENDPOINT_URL_DYNAMODB ?? "" });
  const sqs = new SQSClient({ ...client, endpoint: env.AWS_ENDPOINT_URL_SQS ?? "" });
  return {
    ...cloud,
    items: async (table) => {
      const { Items = [], LastEvaluatedKey } = await dynamodb.send(
        new ScanCommand({ TableName: tableName(table), ConsistentRead: true }),
      );
      if (LastEvaluatedKey !== undefined) throw new Error(`${table} has more than one page`);
      const { hashKey, rangeKey } = { rangeKey: undefined, ...TABLES[table] };
      return Object.fromEntries(
        Items.map((item) => {
          const key = [hashKey, rangeKey].flatMap((name) => (name === undefined ? [] : [item[name]?.S]));
          return [key.join(" "), plain(item)] as const;
        }).sort(([a], [b]) => (a < b ? -1 : 1)),
      );
    },
    send: async (queue, MessageBody) => {
      const QueueUrl = queueUrl(env.AWS_ENDPOINT_URL_SQS ?? "", queueName(queue));
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    },
    select: async (sql) => {
      const folder = temporaryFolder("pipeline-lake");
      try {
        await cloud.exportLake(folder.dir);
        return await selectFrom(folder.dir, sql);
      } finally {
        folder.remove();
      }
    },
    fold: async (at) => variantsOf(foldItems(await readBucket("shop", bucketOf(at)))),
    judgeCalls: () => cloud.calls()["bedrock-runtime"]?.Converse ?? 0,
    stop: async () => {
      dynamodb.destroy();
      sqs.destroy();
      await cloud.stop();
    },
  };
}

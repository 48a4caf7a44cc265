import {
  CreateTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, type S3Client } from "@aws-sdk/client-s3";
import { CreateTopicCommand, type SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, type SQSClient } from "@aws-sdk/client-sqs";
import {
  QUEUES,
  type QueueName,
  TABLES,
  type TableName,
  TOPICS,
  type TopicName,
} from "@bellwether/core/topology";
import {
  deadLetterName,
  PAGER_QUEUE,
  QUEUE_NAMES,
  queueArn,
  queueName,
  tableName,
  topicArn,
} from "./physical-names.ts";

export interface ResourceClients {
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly sns: SNSClient;
  readonly dynamodb: DynamoDBClient;
}

/** Creates every bucket, queue with its dead-letter queue, topic with its subscriptions and table of the topology. */
export async function createResources(clients: ResourceClients, buckets: readonly string[]): Promise<void> {
  const { s3, sqs, sns, dynamodb } = clients;
  await Promise.all([
    ...buckets.map((Bucket) => s3.send(new CreateBucketCommand({ Bucket }))),
    ...(Object.keys(TABLES) as TableName[]).map((table) => createTable(dynamodb, table)),
    createQueuesAndTopics(sqs, sns),
  ]);
}

async function createQueuesAndTopics(sqs: SQSClient, sns: SNSClient): Promise<void> {
  await Promise.all([
    ...QUEUE_NAMES.map((queue) => createQueue(sqs, queue)),
    sqs.send(new CreateQueueCommand({ QueueName: PAGER_QUEUE })),
  ]);
  for (const topic of Object.keys(TOPICS) as TopicName[]) {
    await sns.send(new CreateTopicCommand({ Name: topicArn(topic).split(":").at(-1) }));
    const { queue }: { queue?: QueueName } = TOPICS[topic];
    if (queue !== undefined) await subscribe(sns, topic, queueName(queue));
  }
  await subscribe(sns, "pages", PAGER_QUEUE);
}

async function createQueue(sqs: SQSClient, queue: QueueName): Promise<void> {
  const { visibilitySeconds, maxReceiveCount, retentionDays } = QUEUES[queue];
  const MessageRetentionPeriod = String(retentionDays * 86_400);
  const deadLetterQueue = deadLetterName(queue);
  await sqs.send(
    new CreateQueueCommand({ QueueName: deadLetterQueue, Attributes: { MessageRetentionPeriod } }),
  );
  await sqs.send(
    new CreateQueueCommand({
      QueueName: queueName(queue),
      Attributes: {
        VisibilityTimeout: String(visibilitySeconds),
        MessageRetentionPeriod,
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn(deadLetterQueue), maxReceiveCount }),
      },
    }),
  );
}

async function subscribe(sns: SNSClient, topic: TopicName, physicalQueue: string): Promise<void> {
  await sns.send(
    new SubscribeCommand({ TopicArn: topicArn(topic), Protocol: "sqs", Endpoint: queueArn(physicalQueue) }),
  );
}

async function createTable(dynamodb: DynamoDBClient, table: TableName): Promise<void> {
  const { hashKey, rangeKey }: { hashKey: string; rangeKey?: string } = TABLES[table];
  const keys = [
    { AttributeName: hashKey, KeyType: "HASH" as const },
    ...(rangeKey === undefined ? [] : [{ AttributeName: rangeKey, KeyType: "RANGE" as const }]),
  ];
  const TableName = tableName(table);
  try {
    await dynamodb.send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        KeySchema: keys,
        AttributeDefinitions: keys.map(({ AttributeName }) => ({ AttributeName, AttributeType: "S" })),
      }),
    );
  } catch (error) {
    // Another DynamoDB named in the environment may already hold the tables.
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  await waitUntilTableExists({ client: dynamodb, minDelay: 1, maxDelay: 2, maxWaitTime: 60 }, { TableName });
}

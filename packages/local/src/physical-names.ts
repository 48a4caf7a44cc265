import {
  type BucketName,
  type FunctionName,
  QUEUES,
  type QueueName,
  type TableName,
  type TopicName,
} from "@bellwether/core/topology";
import { LOCAL_ACCOUNT, LOCAL_REGION } from "./endpoints/endpoint.ts";

export const APP_BUS = "bellwether-app";
/** Queue that stands for the people behind the topic `pages`. */
export const PAGER_QUEUE = "bellwether-pager";
/** Topology queue names in the order of the topology. */
export const QUEUE_NAMES = Object.keys(QUEUES) as QueueName[];

export const tableName = (table: TableName): string => `bellwether-${table}`;
export const queueName = (queue: QueueName): string => `bellwether-${queue}`;
export const deadLetterName = (queue: QueueName): string => `${queueName(queue)}-dlq`;
export const functionName = (name: FunctionName): string => `bellwether-${name}`;
export const bucketName = (bucket: BucketName): string => `bellwether-${bucket}`;
export const topicArn = (topic: TopicName): string =>
  `arn:aws:sns:${LOCAL_REGION}:${LOCAL_ACCOUNT}:bellwether-${topic}`;
export const queueArn = (physicalName: string): string =>
  `arn:aws:sqs:${LOCAL_REGION}:${LOCAL_ACCOUNT}:${physicalName}`;
/** URL whose origin is the endpoint's own: the SQS client follows the URL, not its endpoint setting. */
export const queueUrl = (endpoint: string, physicalName: string): string =>
  `${endpoint}/${LOCAL_ACCOUNT}/${physicalName}`;

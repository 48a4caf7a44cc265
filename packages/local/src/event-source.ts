import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { FUNCTIONS, type FunctionName, type QueueName } from "@bellwether/core/topology";
import { queueArn, queueName, queueUrl } from "./physical-names.ts";
import { failedMessageIds, sqsRecord } from "./sqs-event.ts";

/** SQS limit of messages per receive or delete. */
const SQS_BATCH = 10;

export interface EventSource {
  readonly queue: QueueName;
  readonly batchSize: number;
  /** Invokes the function; rejects when the invocation failed. */
  readonly invoke: (event: unknown) => Promise<unknown>;
}

export interface EventSourceDeps {
  readonly sqs: SQSClient;
  /** Origin of the SQS endpoint. */
  readonly endpoint: string;
  readonly count: (operation: string) => void;
  /** Told of an invocation that failed: its whole batch stays in the queue. */
  readonly onFailure: (error: unknown) => void;
}

/** Receives one batch, invokes the function and deletes what succeeded, as an event source mapping with ReportBatchItemFailures does. */
export async function pollEventSource(source: EventSource, deps: EventSourceDeps): Promise<void> {
  const physicalName = queueName(source.queue);
  const url = queueUrl(deps.endpoint, physicalName);
  const messages = await receiveBatch(url, source.batchSize, deps);
  if (messages.length === 0) return;
  const records = messages.map((message) => sqsRecord(message, queueArn(physicalName)));
  const ids = new Set(records.map((record) => record.messageId));
  let failed: ReadonlySet<string> | "all";
  try {
    failed = failedMessageIds(await source.invoke({ Records: records }), ids);
  } catch (error) {
    deps.onFailure(error);
    return;
  }
  if (failed === "all") return;
  const done = records.filter((record) => !failed.has(record.messageId));
  await deleteBatch(
    url,
    done.map((record) => record.receiptHandle),
    deps,
  );
}

async function receiveBatch(
  QueueUrl: string,
  size: number,
  { sqs, count }: EventSourceDeps,
): Promise<Message[]> {
  const messages: Message[] = [];
  while (messages.length < size) {
    const wanted = Math.min(SQS_BATCH, size - messages.length);
    count("ReceiveMessage");
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: wanted,
        WaitTimeSeconds: 0,
        MessageSystemAttributeNames: ["All"],
        MessageAttributeNames: ["All"],
      }),
    );
    messages.push(...Messages);
    if (Messages.length < wanted) break;
  }
  return messages;
}

async function deleteBatch(
  QueueUrl: string,
  handles: readonly string[],
  { sqs, count }: EventSourceDeps,
): Promise<void> {
  const batches = Array.from({ length: Math.ceil(handles.length / SQS_BATCH) }, (_, i) =>
    handles.slice(i * SQS_BATCH, (i + 1) * SQS_BATCH),
  );
  const remove = async (batch: readonly string[]) => {
    count("DeleteMessageBatch");
    const Entries = batch.map((ReceiptHandle, i) => ({ Id: String(i), ReceiptHandle }));
    const { Failed = [] } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    if (Failed.length > 0)
      throw new Error(`${QueueUrl}: ${Failed.length} messages were not deleted: ${Failed[0]?.Message}`);
  };
  await Promise.all(batches.map(remove));
}

/** The mappings of the functions that run, in the order of the topology. */
export function eventSources(
  started: ReadonlySet<FunctionName>,
  invoke: (name: FunctionName, event: unknown) => Promise<unknown>,
): EventSource[] {
  return (Object.keys(FUNCTIONS) as FunctionName[])
    .filter((name) => started.has(name))
    .flatMap((name) => {
      const spec = FUNCTIONS[name];
      const sources: readonly { queue: QueueName; batchSize: number }[] =
        "sources" in spec ? spec.sources : [];
      return sources.map(({ queue, batchSize }) => ({
        queue,
        batchSize,
        invoke: (event: unknown) => invoke(name, event),
      }));
    });
}

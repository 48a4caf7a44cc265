import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { PublishCommand } from "@aws-sdk/client-sns";
import { ChangeMessageVisibilityCommand, SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import type { Priority } from "@bellwether/core/sampling/decide";
import { eventBridge, sns, sqs } from "./clients.ts";
import { environment } from "./environment.ts";

/** Pointer to a request that is to be judged; the text is read again from its source. */
export interface EvaluateMessage {
  readonly requestId: string;
}

const QUEUE_OF: Readonly<Record<Priority, "HIGH" | "NORMAL" | "LOW">> = {
  1: "HIGH",
  2: "NORMAL",
  3: "NORMAL",
  4: "LOW",
};
const BATCH = 10;
/** A topic that hangs must not keep a notice from the other channels. */
const PUBLISH_TIMEOUT_MS = 10_000;

const evaluateQueueUrl = (priority: Priority): string =>
  environment(`EVALUATE_${QUEUE_OF[priority]}_QUEUE_URL`);

/** Sends pointers to the queue of their priority, 10 a call; throws when SQS refuses one. */
export async function sendToEvaluate(
  messages: readonly (EvaluateMessage & { readonly priority: Priority })[],
): Promise<void> {
  const byQueue = new Map<string, EvaluateMessage[]>();
  for (const { priority, requestId } of messages) {
    const url = evaluateQueueUrl(priority);
    byQueue.set(url, [...(byQueue.get(url) ?? []), { requestId }]);
  }
  for (const [url, pointers] of byQueue) {
    for (let from = 0; from < pointers.length; from += BATCH) {
      const entries = pointers
        .slice(from, from + BATCH)
        .map((pointer, index) => ({ Id: String(index), MessageBody: JSON.stringify(pointer) }));
      const { Failed } = await sqs().send(new SendMessageBatchCommand({ QueueUrl: url, Entries: entries }));
      if (Failed?.length)
        throw new Error(`SQS refused ${Failed.length} messages: ${Failed[0]?.Message ?? ""}`);
    }
  }
}

/** Queue URL of an event source ARN, as the functions that may delay their own messages know it. */
function queueUrlOf(eventSourceArn: string): string {
  const name = eventSourceArn.slice(eventSourceArn.lastIndexOf(":") + 1);
  const urls = [
    environment("EVALUATE_HIGH_QUEUE_URL"),
    environment("EVALUATE_NORMAL_QUEUE_URL"),
    environment("EVALUATE_LOW_QUEUE_URL"),
  ];
  const url = urls.find((candidate) => candidate.endsWith(`/${name}`));
  if (url === undefined) throw new Error(`no queue of this function is called ${name}`);
  return url;
}

/** Makes a message that this function received visible again after `seconds` (0 to 43,200). */
export async function delayMessage(
  message: { readonly eventSourceARN: string; readonly receiptHandle: string },
  seconds: number,
): Promise<void> {
  await sqs().send(
    new ChangeMessageVisibilityCommand({
      QueueUrl: queueUrlOf(message.eventSourceARN),
      ReceiptHandle: message.receiptHandle,
      VisibilityTimeout: seconds,
    }),
  );
}

/** Publishes a JSON document to a topic. */
export async function publish(topic: "events" | "pages", subject: string, message: string): Promise<void> {
  const arn = environment(topic === "events" ? "EVENTS_TOPIC_ARN" : "PAGES_TOPIC_ARN");
  // SNS subjects are ASCII without line breaks, below 100 characters.
  const line = subject.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 99);
  await sns().send(new PublishCommand({ TopicArn: arn, Subject: line, Message: message }), {
    abortSignal: AbortSignal.timeout(PUBLISH_TIMEOUT_MS),
  });
}

/** Puts one event of Bellwether itself on the app bus; throws when EventBridge refuses it. */
export async function raise(detailType: string, detail: unknown, time: number): Promise<void> {
  const { FailedEntryCount, Entries } = await eventBridge().send(
    new PutEventsCommand({
      Entries: [
        {
          EventBusName: environment("APP_BUS_NAME"),
          Source: "bellwether",
          DetailType: detailType,
          Detail: JSON.stringify(detail),
          Time: new Date(time),
        },
      ],
    }),
  );
  if (FailedEntryCount)
    throw new Error(`EventBridge refused "${detailType}": ${Entries?.[0]?.ErrorMessage ?? ""}`);
}

import { DeleteMessageBatchCommand, ReceiveMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { PAGER_QUEUE, queueUrl } from "./physical-names.ts";

/** A message that reached the people behind the topic `pages`. */
export interface Page {
  /** Virtual time, ms. */
  readonly at: number;
  readonly subject?: string;
  readonly message: string;
}

/** Takes every waiting page out of the pager's queue, oldest first. */
export async function takePages(sqs: SQSClient, endpoint: string): Promise<Page[]> {
  const QueueUrl = queueUrl(endpoint, PAGER_QUEUE);
  const pages: Page[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 0,
        MessageSystemAttributeNames: ["SentTimestamp"],
      }),
    );
    if (Messages.length === 0) return pages;
    for (const { Body, Attributes } of Messages)
      pages.push(pageOf(Body ?? "", Number(Attributes?.SentTimestamp)));
    await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: Messages.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle })),
      }),
    );
  }
}

/** Reads the envelope in which SNS delivers to SQS. */
function pageOf(body: string, at: number): Page {
  const { Subject, Message } = JSON.parse(body) as { Subject?: string; Message: string };
  return { at, ...(Subject === undefined ? {} : { subject: Subject }), message: Message };
}

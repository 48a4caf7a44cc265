import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { QueueName } from "@bellwether/core/topology";
import { deadLetterName, QUEUE_NAMES, queueUrl } from "./physical-names.ts";

/** Number of messages in the dead-letter queue of each queue. */
export async function countDeadLetters(sqs: SQSClient, endpoint: string): Promise<Record<QueueName, number>> {
  const counts = await Promise.all(
    QUEUE_NAMES.map(async (queue): Promise<[QueueName, number]> => {
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl: queueUrl(endpoint, deadLetterName(queue)),
          AttributeNames: ["ApproximateNumberOfMessages"],
        }),
      );
      return [queue, Number(Attributes?.ApproximateNumberOfMessages)];
    }),
  );
  return Object.fromEntries(counts) as Record<QueueName, number>;
}

import { QUEUES } from "@bellwether/core/topology";
import { componentName, each } from "./each.ts";

const DAY_SECONDS = 86_400;

/** The longest SQS allows: a dead letter keeps the age it had in its queue. */
const DEAD_LETTER_DAYS = 14;

export const deadLetterQueues = each(
  QUEUES,
  (name) =>
    new sst.aws.Queue(componentName(name, "dead", "letters"), {
      transform: { queue: { messageRetentionSeconds: DEAD_LETTER_DAYS * DAY_SECONDS } },
    }),
);

export const queues = each(
  QUEUES,
  (name, { visibilitySeconds, maxReceiveCount, retentionDays }) =>
    new sst.aws.Queue(componentName(name, "queue"), {
      visibilityTimeout: `${visibilitySeconds} seconds`,
      dlq: { queue: deadLetterQueues[name].arn, retry: maxReceiveCount },
      transform: { queue: { messageRetentionSeconds: retentionDays * DAY_SECONDS } },
    }),
);

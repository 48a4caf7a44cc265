import { DEAD_LETTERS, QUEUES } from "@bellwether/core/topology";
import { componentName, each } from "./each.ts";
import { key } from "./key.ts";

const DAY_SECONDS = 86_400;

/** The longest SQS allows: a dead letter keeps the age it had in its queue. */
const DEAD_LETTER_DAYS = 14;

/** A data key serves an hour: one KMS call per sender and hour instead of twelve. */
const encrypted = { kmsMasterKeyId: key.arn, kmsDataKeyReusePeriodSeconds: 3_600 };

const deadLetters = (name: string, days: number) =>
  new sst.aws.Queue(componentName(name, "dead", "letters"), {
    transform: { queue: { ...encrypted, messageRetentionSeconds: days * DAY_SECONDS } },
  });

export const deadLetterQueues = {
  ...each(QUEUES, (name) => deadLetters(name, DEAD_LETTER_DAYS)),
  ...each(DEAD_LETTERS, (name, { retentionDays }) => deadLetters(name, retentionDays)),
};

export const queues = each(
  QUEUES,
  (name, { visibilitySeconds, maxReceiveCount, retentionDays }) =>
    new sst.aws.Queue(componentName(name, "queue"), {
      visibilityTimeout: `${visibilitySeconds} seconds`,
      dlq: { queue: deadLetterQueues[name].arn, retry: maxReceiveCount },
      transform: { queue: { ...encrypted, messageRetentionSeconds: retentionDays * DAY_SECONDS } },
    }),
);

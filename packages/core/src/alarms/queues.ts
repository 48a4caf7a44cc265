import { QUEUES, type QueueName } from "../topology.ts";
import { type AlarmSpec, type Concern, periods, type Severity } from "./spec.ts";

/** Where a queue belongs, how urgent it is when it does not empty, and when somebody must take up what it gave up. */
const WATCHED = {
  ingest: { concern: "ingest", late: "page", dead: "ticket" },
  feedback: { concern: "ingest", late: "ticket", dead: "ticket" },
  "evaluate-high": { concern: "judge", late: "page", dead: "ticket" },
  "evaluate-normal": { concern: "judge", late: "ticket", dead: "ticket" },
  "evaluate-low": { concern: "judge", late: "ticket", dead: "ticket" },
  // A notice that was given up is a page that nobody got.
  notify: { concern: "people", late: "page", dead: "page" },
} as const satisfies Record<QueueName, { concern: Concern; late: Severity; dead: Severity }>;

const base = {
  namespace: "AWS/SQS",
  statistic: "Maximum",
  comparison: "GreaterThanOrEqualToThreshold",
  treatMissingData: "notBreaching",
  missingBecause: "SQS publishes nothing for a queue that has been empty for hours",
} as const;

/** Queues that do not empty, and messages that were given up. */
export const queueAlarms = (): AlarmSpec[] =>
  (Object.keys(QUEUES) as QueueName[]).flatMap((queue): AlarmSpec[] => {
    const { concern, late, dead } = WATCHED[queue];
    const { oldestSeconds } = QUEUES[queue];
    return [
      {
        ...base,
        name: `bellwether-queue-age-${queue}`,
        metric: "ApproximateAgeOfOldestMessage",
        dimensions: { QueueName: { queue } },
        ...periods(5, 3),
        threshold: oldestSeconds,
        severity: late,
        concern,
        runbook: {
          family: "Queue age",
          means: "A message has waited longer than the bound of its queue.",
          look: { command: "aws logs tail /aws/lambda/FUNCTION --since 1h --filter-pattern ERROR" },
          action:
            "an error repeats: mend it, the message is tried again; none: the consumer is too slow or throttled (Function throttles), raise its maxConcurrency in core/topology.",
        },
      },
      {
        ...base,
        name: `bellwether-dead-letters-${queue}`,
        metric: "ApproximateNumberOfMessagesVisible",
        dimensions: { QueueName: { deadLetters: queue } },
        ...periods(5, 1),
        threshold: 1,
        severity: dead,
        concern,
        runbook: {
          family: "Dead letters",
          means:
            "Messages were given up after all their tries and wait for a person; they are lost 14 days after they were sent.",
          look: { command: "aws sqs receive-message --queue-url DEAD_LETTER_QUEUE --visibility-timeout 0" },
          action:
            "mend what the consumer's log says of it, then `aws sqs start-message-move-task --source-arn DEAD_LETTER_QUEUE_ARN`; everything may be delivered twice.",
        },
      },
    ];
  });

import { DEAD_LETTERS, type DeadLetterName, QUEUES, type QueueName } from "../topology.ts";
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

/** Events and invocations that nobody waits for, and how urgent it is that they failed. */
const PUT_ASIDE = {
  events: {
    concern: "ingest",
    severity: "ticket",
    means: "EventBridge could not hand events (log objects, feedback, doorbells) to their target for a day.",
  },
  notices: { concern: "people", severity: "page", means: "SNS could not hand a notice or a page over." },
  rollback: {
    concern: "detectors",
    severity: "page",
    means: "rollback failed three times on an event: the canary may still be in traffic.",
  },
  "log-events": {
    concern: "ingest",
    severity: "page",
    means: "Log events of a CloudWatch Logs subscription could not be stored.",
  },
  ticks: {
    concern: "detectors",
    severity: "note",
    means: "A tick failed or could not be handed over; the next one makes up for it.",
  },
} as const satisfies Record<DeadLetterName, { concern: Concern; severity: Severity; means: string }>;

/** Queues that do not empty, and messages that were given up. */
export const queueAlarms = (): AlarmSpec[] => [...ownQueues(), ...putAside()];

const putAside = (): AlarmSpec[] =>
  (Object.keys(DEAD_LETTERS) as DeadLetterName[]).map((name): AlarmSpec => {
    const { concern, severity, means } = PUT_ASIDE[name];
    return {
      ...base,
      name: `bellwether-dead-letters-${name}`,
      metric: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: { deadLetters: name } },
      ...periods(5, 1),
      threshold: 1,
      severity,
      concern,
      runbook: {
        family: `Put aside: ${name}`,
        means: `${means} Kept for ${DEAD_LETTERS[name].retentionDays} days.`,
        look: { command: "aws sqs receive-message --queue-url DEAD_LETTER_QUEUE --visibility-timeout 0" },
        action:
          name === "rollback"
            ? "look at the split (`bellwether rollout show`), take the canary out by hand if it is still there, then mend what the log says."
            : "mend what refused it (the message says which error), then send it again to its target; everything may be delivered twice.",
      },
    };
  });

const ownQueues = (): AlarmSpec[] =>
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

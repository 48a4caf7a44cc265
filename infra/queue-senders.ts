import {
  DEAD_LETTERS,
  type DeadLetterName,
  QUEUES,
  type QueueName,
  TOPICS,
  type TopicName,
} from "@bellwether/core/topology";
import { componentName, each } from "./each.ts";
import { onlyTls } from "./only-tls.ts";
import { deadLetterQueues, queues } from "./queues.ts";
import { rules } from "./rules.ts";
import { topics, undelivered } from "./topics.ts";

interface Sender {
  readonly service: "events.amazonaws.com" | "sns.amazonaws.com";
  readonly sourceArns: $util.Input<string>[];
}

/** A queue has one policy: only with TLS, and every service that may send to it, only from where it should. */
function policyOf(name: string, queue: sst.aws.Queue, senders: readonly Sender[]): void {
  new aws.sqs.QueuePolicy(componentName(name, "senders"), {
    queueUrl: queue.url,
    policy: aws.iam.getPolicyDocumentOutput({
      statements: [
        onlyTls(["sqs:*"], queue.arn),
        ...senders.map(({ service, sourceArns }) => ({
          actions: ["sqs:SendMessage"],
          resources: [queue.arn],
          principals: [{ type: "Service", identifiers: [service] }],
          conditions: [{ test: "ArnEquals", variable: "aws:SourceArn", values: sourceArns }],
        })),
      ],
    }).json,
  });
}

const senders = each(QUEUES, (): Sender[] => []);

each<TopicName, { readonly queue?: QueueName }, void>(TOPICS, (name, { queue }) => {
  if (queue === undefined) return;
  new aws.sns.TopicSubscription(componentName(name, "feeds", queue), {
    topic: topics[name].arn,
    protocol: "sqs",
    endpoint: queues[queue].arn,
    redrivePolicy: undelivered,
  });
  senders[queue].push({ service: "sns.amazonaws.com", sourceArns: [topics[name].arn] });
});

for (const { rule, target } of Object.values(rules)) {
  if ("queue" in target)
    senders[target.queue].push({ service: "events.amazonaws.com", sourceArns: [rule.arn] });
}

/** Lambda and Scheduler send to theirs by their roles, SQS moves its own messages. */
const undeliveredSenders: Readonly<Record<DeadLetterName, readonly Sender[]>> = {
  events: [{ service: "events.amazonaws.com", sourceArns: Object.values(rules).map(({ rule }) => rule.arn) }],
  notices: [{ service: "sns.amazonaws.com", sourceArns: Object.values(topics).map(({ arn }) => arn) }],
  rollback: [],
  "log-events": [],
  ticks: [],
};

each(senders, (name, allowed) => policyOf(name, queues[name], allowed));
each(QUEUES, (name) => policyOf(`${name}-dead-letters`, deadLetterQueues[name], []));
each(DEAD_LETTERS, (name) =>
  policyOf(`${name}-dead-letters`, deadLetterQueues[name], undeliveredSenders[name]),
);

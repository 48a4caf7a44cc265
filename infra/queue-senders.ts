import { QUEUES, type QueueName, TOPICS, type TopicName } from "@bellwether/core/topology";
import { componentName, each } from "./each.ts";
import { queues } from "./queues.ts";
import { rules } from "./rules.ts";
import { topics } from "./topics.ts";

interface Sender {
  readonly service: "events.amazonaws.com" | "sns.amazonaws.com";
  readonly sourceArn: $util.Input<string>;
}

const senders = each(QUEUES, (): Sender[] => []);

each<TopicName, { readonly queue?: QueueName }, void>(TOPICS, (name, { queue }) => {
  if (queue === undefined) return;
  new aws.sns.TopicSubscription(componentName(name, "feeds", queue), {
    topic: topics[name].arn,
    protocol: "sqs",
    endpoint: queues[queue].arn,
  });
  senders[queue].push({ service: "sns.amazonaws.com", sourceArn: topics[name].arn });
});

for (const { rule, target } of Object.values(rules)) {
  if ("queue" in target) senders[target.queue].push({ service: "events.amazonaws.com", sourceArn: rule.arn });
}

// A queue has one policy: every service that may send to it, and only from where it should.
each(senders, (queue, allowed) => {
  if (allowed.length === 0) return;
  new aws.sqs.QueuePolicy(componentName(queue, "senders"), {
    queueUrl: queues[queue].url,
    policy: aws.iam.getPolicyDocumentOutput({
      statements: allowed.map(({ service, sourceArn }) => ({
        actions: ["sqs:SendMessage"],
        resources: [queues[queue].arn],
        principals: [{ type: "Service", identifiers: [service] }],
        conditions: [{ test: "ArnEquals", variable: "aws:SourceArn", values: [sourceArn] }],
      })),
    }).json,
  });
});

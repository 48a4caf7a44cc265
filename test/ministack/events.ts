import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutSubscriptionFilterCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { CreateEventBusCommand, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { AddPermissionCommand } from "@aws-sdk/client-lambda";
import { PutBucketNotificationConfigurationCommand } from "@aws-sdk/client-s3";
import { CreateScheduleCommand } from "@aws-sdk/client-scheduler";
import { SetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import {
  INVOCATION_LOGS,
  QUEUES,
  type QueueName,
  RULES,
  type RuleTarget,
  SCHEDULES,
  TOPICS,
  type TopicName,
} from "@bellwether/core/topology";
import {
  APP_BUS,
  bucketName,
  functionName,
  PAGER_QUEUE,
  queueArn,
  queueName,
  queueUrl,
  topicArn,
} from "@bellwether/local/physical-names";
import { eventRules } from "@bellwether/local/rules";
import type { Clients } from "./clients.ts";
import { functionArn, ruleArn, SCHEDULER_ROLE } from "./roles.ts";

const busName = (bus: "default" | "app"): string => (bus === "app" ? APP_BUS : "default");
const targetArn = (target: RuleTarget): string =>
  "queue" in target ? queueArn(queueName(target.queue)) : functionArn(target.function);

export const LOG_GROUP = INVOCATION_LOGS.logGroup("ministack");

/** The log group that Bedrock would write to, and the subscription that feeds log-subscription. */
export async function createSubscription({ logs, lambda }: Clients): Promise<void> {
  await logs.send(new CreateLogGroupCommand({ logGroupName: LOG_GROUP }));
  await logs.send(
    new CreateLogStreamCommand({ logGroupName: LOG_GROUP, logStreamName: INVOCATION_LOGS.logStream }),
  );
  await lambda.send(
    new AddPermissionCommand({
      FunctionName: functionName("log-subscription"),
      StatementId: "logs",
      Action: "lambda:InvokeFunction",
      Principal: "logs.amazonaws.com",
    }),
  );
  await logs.send(
    new PutSubscriptionFilterCommand({
      logGroupName: LOG_GROUP,
      filterName: INVOCATION_LOGS.subscription,
      filterPattern: "",
      destinationArn: functionArn("log-subscription"),
    }),
  );
}

/** The app bus, the rules of the topology with their targets, and the events of the logs bucket. */
export async function createRules({ eventBridge, lambda, s3 }: Clients): Promise<void> {
  await eventBridge.send(new CreateEventBusCommand({ Name: APP_BUS }));
  for (const { name, bus, pattern, target } of eventRules(bucketName("logs"))) {
    const EventBusName = busName(bus as "default" | "app");
    await eventBridge.send(
      new PutRuleCommand({ Name: name, EventBusName, EventPattern: JSON.stringify(pattern) }),
    );
    const Targets = [{ Id: "target", Arn: targetArn(target) }];
    await eventBridge.send(new PutTargetsCommand({ Rule: name, EventBusName, Targets }));
    if ("function" in target) {
      await lambda.send(
        new AddPermissionCommand({
          FunctionName: functionName(target.function),
          StatementId: name,
          Action: "lambda:InvokeFunction",
          Principal: "events.amazonaws.com",
          SourceArn: ruleArn(EventBusName, name),
        }),
      );
    }
  }
  await s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: bucketName("logs"),
      NotificationConfiguration: { EventBridgeConfiguration: {} },
    }),
  );
}

/** Lets every rule and topic that feeds a queue send to it, and nobody else. */
export async function allowSenders({ sqs }: Clients, url: string): Promise<void> {
  const senders = (queue: QueueName) => [
    ...Object.entries(RULES).flatMap(
      ([name, { bus, target }]: [string, { bus: "default" | "app"; target: RuleTarget }]) =>
        "queue" in target && target.queue === queue
          ? [{ service: "events.amazonaws.com", source: ruleArn(busName(bus), name) }]
          : [],
    ),
    ...Object.entries(TOPICS).flatMap(([name, topic]: [string, { queue?: QueueName }]) =>
      topic.queue === queue ? [{ service: "sns.amazonaws.com", source: topicArn(name as TopicName) }] : [],
    ),
  ];
  const allow = async (physical: string, from: ReturnType<typeof senders>) => {
    const Statement = from.map(({ service, source }) => ({
      Effect: "Allow",
      Principal: { Service: service },
      Action: "sqs:SendMessage",
      Resource: queueArn(physical),
      Condition: { ArnEquals: { "aws:SourceArn": source } },
    }));
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
    await sqs.send(
      new SetQueueAttributesCommand({ QueueUrl: queueUrl(url, physical), Attributes: { Policy } }),
    );
  };
  for (const queue of Object.keys(QUEUES) as QueueName[]) {
    const from = senders(queue);
    if (from.length > 0) await allow(queueName(queue), from);
  }
  // Stands for the people: infra's subscribers of the topic `pages`.
  await allow(PAGER_QUEUE, [{ service: "sns.amazonaws.com", source: topicArn("pages") }]);
}

/** The input of a schedule as infra writes it; Scheduler puts the tick's time in. */
export const SCHEDULED_INPUT = JSON.stringify({ time: "<aws.scheduler.scheduled-time>" });

/** The schedules of the topology, disabled: MiniStack would send their input as it stands (see README). */
export async function createSchedules({ scheduler }: Clients): Promise<void> {
  for (const [name, { rateMinutes, function: target }] of Object.entries(SCHEDULES)) {
    await scheduler.send(
      new CreateScheduleCommand({
        Name: name,
        State: "DISABLED",
        ScheduleExpression: rateMinutes === 1 ? "rate(1 minute)" : `rate(${rateMinutes} minutes)`,
        FlexibleTimeWindow: { Mode: "OFF" },
        Target: { Arn: functionArn(target), RoleArn: SCHEDULER_ROLE, Input: SCHEDULED_INPUT },
      }),
    );
  }
}

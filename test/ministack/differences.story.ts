import {
  CloudWatchClient,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";
import { PutEventsCommand, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { CreateAccessKeyCommand, CreateUserCommand, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import { CreateScheduleCommand } from "@aws-sdk/client-scheduler";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { LOCAL_REGION } from "@bellwether/local/endpoints/endpoint";
import { queueArn, queueUrl } from "@bellwether/local/physical-names";
import { afterAll, describe, expect, it } from "vitest";
import { createClients } from "./clients.ts";
import { SCHEDULED_INPUT } from "./events.ts";
import { eventually, fromRun } from "./mini-cloud.ts";
import { SCHEDULER_ROLE } from "./roles.ts";

const url = fromRun("MINISTACK_URL");
const clients = createClients(url);
afterAll(() => {
  for (const client of Object.values(clients)) client.destroy();
});

async function createQueue(name: string): Promise<string> {
  await clients.sqs.send(new CreateQueueCommand({ QueueName: name }));
  return queueUrl(url, name);
}

/** Takes the next message of a queue, when there is one. */
async function take(QueueUrl: string): Promise<string | undefined> {
  const { Messages: [message] = [] } = await clients.sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  if (message === undefined) return undefined;
  await clients.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
  return message.Body;
}

/** Client settings of a user who may do one thing. */
async function somebodyWho(name: string, statement: object) {
  const UserName = name;
  const PolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", ...statement }],
  });
  await clients.iam.send(new CreateUserCommand({ UserName }));
  await clients.iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "inline", PolicyDocument }));
  const { AccessKey } = await clients.iam.send(new CreateAccessKeyCommand({ UserName }));
  const credentials = {
    accessKeyId: AccessKey?.AccessKeyId ?? "",
    secretAccessKey: AccessKey?.SecretAccessKey ?? "",
  };
  return { endpoint: url, region: LOCAL_REGION, credentials };
}

// Each of these is a row of the README. When one fails, MiniStack has come nearer to AWS: drop its row and what it asks of the story.
describe("what MiniStack does differently from AWS", () => {
  it("Scheduler leaves its placeholders in the input", async () => {
    const QueueUrl = await createQueue("differences-scheduler");
    await clients.scheduler.send(
      new CreateScheduleCommand({
        Name: "differences",
        ScheduleExpression: `at(${new Date().toISOString().slice(0, 19)})`,
        FlexibleTimeWindow: { Mode: "OFF" },
        Target: { Arn: queueArn("differences-scheduler"), RoleArn: SCHEDULER_ROLE, Input: SCHEDULED_INPUT },
      }),
    );
    expect(await eventually("message of the schedule", () => take(QueueUrl))).toBe(SCHEDULED_INPUT);
  });

  it("an alarm that changes its state raises no event", async () => {
    const QueueUrl = await createQueue("differences-alarms");
    const EventPattern = JSON.stringify({ source: ["aws.cloudwatch", "marker"] });
    await clients.eventBridge.send(new PutRuleCommand({ Name: "differences", EventPattern }));
    const Targets = [{ Id: "queue", Arn: queueArn("differences-alarms") }];
    await clients.eventBridge.send(new PutTargetsCommand({ Rule: "differences", Targets }));
    await clients.cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: "differences",
        Namespace: "Differences",
        MetricName: "Any",
        Statistic: "Maximum",
        ComparisonOperator: "GreaterThanThreshold",
        Threshold: 0,
        Period: 60,
        EvaluationPeriods: 1,
      }),
    );
    await clients.cloudwatch.send(
      new SetAlarmStateCommand({ AlarmName: "differences", StateValue: "ALARM", StateReason: "a test" }),
    );
    const marker = { Source: "marker", DetailType: "marker", Detail: "{}" };
    await clients.eventBridge.send(new PutEventsCommand({ Entries: [marker] }));
    const first = await eventually("event", () => take(QueueUrl));
    expect(JSON.parse(first)).toMatchObject({ source: "marker" });
  });

  it("SendMessageBatch wants an action of its own", async () => {
    const QueueUrl = await createQueue("differences-batch");
    const Resource = queueArn("differences-batch");
    const sender = new SQSClient(await somebodyWho("sender", { Action: "sqs:SendMessage", Resource }));
    await sender.send(new SendMessageCommand({ QueueUrl, MessageBody: "one" }));
    const batch = new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: "1", MessageBody: "two" }] });
    await expect(sender.send(batch)).rejects.toThrow("sqs:SendMessageBatch");
    sender.destroy();
  });

  it("PutMetricData does not know the condition on its namespace", async () => {
    const publisher = new CloudWatchClient(
      await somebodyWho("publisher", {
        Action: "cloudwatch:PutMetricData",
        Resource: "*",
        Condition: { StringEquals: { "cloudwatch:namespace": "Differences" } },
      }),
    );
    const put = new PutMetricDataCommand({
      Namespace: "Differences",
      MetricData: [{ MetricName: "Any", Value: 1 }],
    });
    await expect(publisher.send(put)).rejects.toThrow("cloudwatch:PutMetricData");
    publisher.destroy();
  });
});

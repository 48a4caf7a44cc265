import { SCHEDULES } from "@bellwether/core/topology";
import { componentName, each } from "./each.ts";
import { functions } from "./functions.ts";
import { key } from "./key.ts";
import { place } from "./place.ts";
import { deadLetterQueues } from "./queues.ts";

const sqs = $interpolate`sqs.${place.region}.amazonaws.com`;

/** What Scheduler may do: hand the tick over, or put it aside in an encrypted queue. */
const roleOf = (functionArn: $util.Input<string>) =>
  aws.iam.getPolicyDocumentOutput({
    statements: [
      { actions: ["lambda:InvokeFunction"], resources: [functionArn] },
      { actions: ["sqs:SendMessage"], resources: [deadLetterQueues.ticks.arn] },
      {
        actions: ["kms:Decrypt", "kms:GenerateDataKey"],
        resources: [key.arn],
        conditions: [{ test: "StringEquals", variable: "kms:ViaService", values: [sqs] }],
      },
    ],
  }).json;

each(
  SCHEDULES,
  (name, schedule) =>
    new sst.aws.CronV2(componentName(name, "schedule"), {
      function: functions[schedule.function].arn,
      schedule: schedule.rateMinutes === 1 ? "rate(1 minute)" : `rate(${schedule.rateMinutes} minutes)`,
      // Scheduler fills in the time the tick was meant for, which is the tick's identity.
      event: { time: "<aws.scheduler.scheduled-time>" },
      dlq: deadLetterQueues.ticks.arn,
      transform: {
        role: { inlinePolicies: [{ name: "inline", policy: roleOf(functions[schedule.function].arn) }] },
      },
    }),
);

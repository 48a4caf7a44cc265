import { alarmsOf } from "@bellwether/core/alarms";
import { CANARY_ALARM_PREFIX, type FunctionName, RULES, type RuleTarget } from "@bellwether/core/topology";
import { componentName, each } from "./each.ts";
import { functions } from "./functions.ts";
import { deadLetterQueues } from "./queues.ts";
import { stageOf } from "./stage.ts";
import { topics } from "./topics.ts";

const pages = { alarmActions: [topics.pages.arn], okActions: [topics.pages.arn] };

const { config } = stageOf($app.stage);
for (const alarm of alarmsOf(config.apps, config.quotas)) {
  new aws.cloudwatch.MetricAlarm(componentName(alarm.name), {
    name: alarm.name,
    alarmDescription: alarm.description,
    namespace: alarm.namespace,
    metricName: alarm.metric,
    dimensions: { ...alarm.dimensions },
    statistic: alarm.statistic,
    comparisonOperator: alarm.comparison,
    threshold: alarm.threshold,
    period: alarm.periodSeconds,
    evaluationPeriods: alarm.evaluationPeriods,
    datapointsToAlarm: alarm.datapointsToAlarm,
    treatMissingData: alarm.treatMissingData,
    // A canary alarm rings rollback through EventBridge, and rollback pages with the numbers.
    ...(!alarm.name.startsWith(CANARY_ALARM_PREFIX) && pages),
  });
}

/** At least one of something that must not happen within 5 minutes; AWS publishes nothing while it does not. */
const never = {
  comparisonOperator: "GreaterThanOrEqualToThreshold",
  threshold: 1,
  period: 300,
  evaluationPeriods: 1,
  treatMissingData: "notBreaching",
  ...pages,
};

each(deadLetterQueues, (name, queue) => {
  new aws.cloudwatch.MetricAlarm(componentName(name, "dead", "letters", "alarm"), {
    ...never,
    name: `bellwether-dead-letters-${name}`,
    alarmDescription: `messages of ${name} that were given up and wait for a person`,
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: queue.nodes.queue.name },
    statistic: "Maximum",
  });
});

const rungByRule = new Set<FunctionName>(
  Object.values(RULES).flatMap(({ target }: { target: RuleTarget }) =>
    "function" in target ? [target.function] : [],
  ),
);

// No queue keeps what these functions fail on.
for (const name of rungByRule) {
  new aws.cloudwatch.MetricAlarm(componentName(name, "errors", "alarm"), {
    ...never,
    name: `bellwether-errors-${name}`,
    alarmDescription: `${name} failed; its event is tried twice more and then lost`,
    namespace: "AWS/Lambda",
    metricName: "Errors",
    dimensions: { FunctionName: functions[name].name },
    statistic: "Sum",
  });
}

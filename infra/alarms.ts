import { alarmsOf } from "@bellwether/core/alarms";
import { alarmRule, compositesOf } from "@bellwether/core/alarms/composites";
import {
  type AlarmSpec,
  alarmDescription,
  type ResourceRef,
  type Severity,
} from "@bellwether/core/alarms/spec";
import { componentName } from "./each.ts";
import { functions } from "./functions.ts";
import { place } from "./place.ts";
import { deadLetterQueues, queues } from "./queues.ts";
import { stageOf } from "./stage.ts";
import { tables } from "./tables.ts";
import { topics } from "./topics.ts";

const { config } = stageOf($app.stage);

/** Physical name of a resource that an alarm or a graph looks at. */
export function resourceName(ref: ResourceRef): $util.Output<string> {
  if ("queue" in ref) return queues[ref.queue].nodes.queue.name;
  if ("deadLetters" in ref) return deadLetterQueues[ref.deadLetters].nodes.queue.name;
  return "function" in ref ? functions[ref.function].name : tables[ref.table].name;
}

const dimensionsOf = ({ dimensions }: AlarmSpec): Record<string, $util.Input<string>> =>
  Object.fromEntries(
    Object.entries<string | ResourceRef>(dimensions).map(([name, value]) => [
      name,
      typeof value === "string" ? value : resourceName(value),
    ]),
  );

const people = { alarmActions: [topics.pages.arn], okActions: [topics.pages.arn] };

// Severity 3 of 4. CloudWatch makes the role that this needs by itself.
const opsItem = $interpolate`arn:${place.partition}:ssm:${place.region}:${place.account}:opsitem:3#CATEGORY=Availability`;
const ticket = config.people.opsItems ? { alarmActions: [opsItem] } : people;

/** Members of composites page nobody themselves. */
const actionsOf = (severity: Severity) => (severity === "ticket" ? ticket : {});

export const alarms = alarmsOf(config);
export const composites = compositesOf(alarms);

const made = new Map<string, $util.Resource>();
for (const alarm of alarms) {
  const resource = new aws.cloudwatch.MetricAlarm(componentName(alarm.name), {
    name: alarm.name,
    alarmDescription: alarmDescription(alarm),
    namespace: alarm.namespace,
    metricName: alarm.metric,
    dimensions: dimensionsOf(alarm),
    statistic: alarm.statistic,
    comparisonOperator: alarm.comparison,
    threshold: alarm.threshold,
    period: alarm.periodSeconds,
    evaluationPeriods: alarm.evaluationPeriods,
    datapointsToAlarm: alarm.datapointsToAlarm,
    treatMissingData: alarm.treatMissingData,
    ...actionsOf(alarm.severity),
  });
  made.set(alarm.name, resource);
}

// In their order: one that is held back comes after the one that holds it.
for (const composite of composites) {
  const { name, anyOf, severity, suppressor } = composite;
  const needed = [...anyOf, ...(suppressor === undefined ? [] : [suppressor.alarm])];
  const resource = new aws.cloudwatch.CompositeAlarm(
    componentName(name),
    {
      alarmName: name,
      alarmDescription: alarmDescription(composite),
      alarmRule: alarmRule(composite),
      ...(severity === "page" && people),
      ...(suppressor !== undefined && {
        actionsSuppressor: {
          alarm: suppressor.alarm,
          waitPeriod: suppressor.waitSeconds,
          extensionPeriod: suppressor.extensionSeconds,
        },
      }),
    },
    { dependsOn: needed.flatMap((child) => made.get(child) ?? []) },
  );
  made.set(name, resource);
}

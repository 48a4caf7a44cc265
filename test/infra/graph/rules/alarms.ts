import { alarmsOf } from "@bellwether/core/alarms";
import { alarmRule, compositesOf } from "@bellwether/core/alarms/composites";
import {
  type AlarmSpec,
  alarmDescription,
  type ResourceRef,
  type Severity,
} from "@bellwether/core/alarms/spec";
import { stageOf } from "../../../../infra/stage.ts";
import type { Graph } from "../graph.ts";
import {
  all,
  deadLettersArn,
  differences,
  functionArn,
  physical,
  queueArn,
  setDifferences,
  tableArn,
  topicArn,
} from "../lookup.ts";

const METRIC = "cloudwatch/metricAlarm:MetricAlarm";
const COMPOSITE = "cloudwatch/compositeAlarm:CompositeAlarm";

const specs = (graph: Graph): readonly AlarmSpec[] => alarmsOf(stageOf(graph.stage).config);

function nameOf(graph: Graph, ref: ResourceRef): string {
  if ("queue" in ref) return physical(queueArn(graph, ref.queue));
  if ("deadLetters" in ref) return physical(deadLettersArn(graph, ref.deadLetters));
  return physical("function" in ref ? functionArn(graph, ref.function) : tableArn(graph, ref.table));
}

const dimensionsOf = (graph: Graph, { dimensions }: AlarmSpec) =>
  Object.fromEntries(
    Object.entries<string | ResourceRef>(dimensions).map(([name, value]) => [
      name,
      typeof value === "string" ? value : nameOf(graph, value),
    ]),
  );

/** Where an alarm of a severity goes: tickets to OpsCenter, pages of composites to people, members nowhere. */
function actionsOf(graph: Graph, severity: Severity, composite: boolean) {
  const people = [topicArn(graph, "pages")];
  if (severity === "page") return composite ? people : undefined;
  if (severity === "note") return undefined;
  return stageOf(graph.stage).config.people.opsItems
    ? ["arn:aws:ssm:us-east-1:123456789012:opsitem:3#CATEGORY=Availability"]
    : people;
}

/** Every alarm of core/alarms is one alarm in CloudWatch with the same fields, about the resource that it names. */
export const specified = (graph: Graph): string[] =>
  specs(graph).flatMap((spec) => {
    const found = all<{ name: string }>(graph, METRIC).filter(({ inputs }) => inputs.name === spec.name);
    return differences(`alarm ${spec.name}`, found.length === 1 ? found[0]?.inputs : undefined, {
      alarmDescription: alarmDescription(spec),
      namespace: spec.namespace,
      metricName: spec.metric,
      dimensions: dimensionsOf(graph, spec),
      statistic: spec.statistic,
      comparisonOperator: spec.comparison,
      threshold: spec.threshold,
      period: spec.periodSeconds,
      evaluationPeriods: spec.evaluationPeriods,
      datapointsToAlarm: spec.datapointsToAlarm,
      treatMissingData: spec.treatMissingData,
      alarmActions: actionsOf(graph, spec.severity, false),
    });
  });

/** Every composite of core/alarms is one composite alarm over the same members that reaches the same people. */
export const composites = (graph: Graph): string[] =>
  compositesOf(specs(graph)).flatMap((spec) => {
    const found = all<{ alarmName: string }>(graph, COMPOSITE).filter(
      ({ inputs }) => inputs.alarmName === spec.name,
    );
    const { suppressor } = spec;
    return differences(`composite ${spec.name}`, found.length === 1 ? found[0]?.inputs : undefined, {
      alarmDescription: alarmDescription(spec),
      alarmRule: alarmRule(spec),
      alarmActions: actionsOf(graph, spec.severity, true),
      actionsSuppressor:
        suppressor === undefined
          ? undefined
          : {
              alarm: suppressor.alarm,
              waitPeriod: suppressor.waitSeconds,
              extensionPeriod: suppressor.extensionSeconds,
            },
    });
  });

/** No alarm that core does not specify, and the two dashboards. */
export const nothingElse = (graph: Graph): string[] => [
  ...setDifferences(
    "alarms",
    all<{ name: string }>(graph, METRIC).map(({ inputs }) => inputs.name ?? ""),
    specs(graph).map(({ name }) => name),
  ),
  ...setDifferences(
    "composites",
    all<{ alarmName: string }>(graph, COMPOSITE).map(({ inputs }) => inputs.alarmName ?? ""),
    compositesOf(specs(graph)).map(({ name }) => name),
  ),
  ...setDifferences(
    "dashboards",
    all<{ dashboardName: string }>(graph, "cloudwatch/dashboard:Dashboard").map(
      ({ inputs }) => inputs.dashboardName ?? "",
    ),
    ["bellwether-on-call", "bellwether-trends"],
  ),
];

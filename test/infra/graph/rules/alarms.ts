import { type AlarmSpec, alarmsOf } from "@bellwether/core/alarms";
import { CANARY_ALARM_PREFIX, DEAD_LETTERS, QUEUES, RULES, type RuleTarget } from "@bellwether/core/topology";
import { stageOf } from "../../../../infra/stage.ts";
import type { Graph } from "../graph.ts";
import {
  all,
  deadLettersArn,
  differences,
  functionArn,
  physical,
  setDifferences,
  topicArn,
} from "../lookup.ts";

interface Alarm {
  readonly name: string;
  readonly statistic: string;
  readonly extendedStatistic: string;
}

const alarms = (graph: Graph) =>
  all<Alarm>(graph, "cloudwatch/metricAlarm:MetricAlarm").map(({ inputs }) => ({
    ...inputs,
    statistic: inputs.extendedStatistic ?? inputs.statistic,
  }));

const named = (graph: Graph, name: string) => {
  const found = alarms(graph).filter((alarm) => alarm.name === name);
  return found.length === 1 ? found[0] : undefined;
};

const specs = (graph: Graph): readonly AlarmSpec[] => {
  const { config } = stageOf(graph.stage);
  return alarmsOf(config.apps, config.quotas);
};

/** Every alarm of core/alarms is one alarm in CloudWatch with the same fields. */
export const specified = (graph: Graph): string[] =>
  specs(graph).flatMap((spec) =>
    differences(`alarm ${spec.name}`, named(graph, spec.name), {
      alarmDescription: spec.description,
      namespace: spec.namespace,
      metricName: spec.metric,
      dimensions: spec.dimensions,
      statistic: spec.statistic,
      comparisonOperator: spec.comparison,
      threshold: spec.threshold,
      period: spec.periodSeconds,
      evaluationPeriods: spec.evaluationPeriods,
      datapointsToAlarm: spec.datapointsToAlarm,
      treatMissingData: spec.treatMissingData,
    }),
  );

const rungByRule = Object.values(RULES).flatMap(({ target }: { target: RuleTarget }) =>
  "function" in target ? [target.function] : [],
);

/** Alarms about resources that only a deploy knows: every dead-letter queue and every function that a rule rings. */
export const aboutResources = (graph: Graph): string[] => {
  const never = {
    threshold: 1,
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    treatMissingData: "notBreaching",
  };
  return [
    ...[...Object.keys(QUEUES), ...Object.keys(DEAD_LETTERS)].flatMap((name) =>
      differences(`alarm on dead letters of ${name}`, named(graph, `bellwether-dead-letters-${name}`), {
        ...never,
        namespace: "AWS/SQS",
        metricName: "ApproximateNumberOfMessagesVisible",
        dimensions: { QueueName: physical(deadLettersArn(graph, name)) },
      }),
    ),
    ...rungByRule.flatMap((name) =>
      differences(`alarm on errors of ${name}`, named(graph, `bellwether-errors-${name}`), {
        ...never,
        namespace: "AWS/Lambda",
        metricName: "Errors",
        dimensions: { FunctionName: physical(functionArn(graph, name)) },
      }),
    ),
  ];
};

/** No alarm that nobody specified, none without a word on missing data, none but a canary's that pages nobody. */
export const nothingElse = (graph: Graph): string[] => [
  ...setDifferences(
    "alarms",
    alarms(graph).map(({ name = "" }) => name),
    [
      ...specs(graph).map(({ name }) => name),
      ...[...Object.keys(QUEUES), ...Object.keys(DEAD_LETTERS)].map(
        (name) => `bellwether-dead-letters-${name}`,
      ),
      ...new Set(rungByRule.map((name) => `bellwether-errors-${name}`)),
    ],
  ),
  ...alarms(graph).flatMap((alarm) => {
    const pages = alarm.name?.startsWith(CANARY_ALARM_PREFIX) ? undefined : [topicArn(graph, "pages")];
    return differences(`alarm ${alarm.name}`, alarm, { alarmActions: pages });
  }),
];

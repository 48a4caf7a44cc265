import { type CloudWatchClient, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import type { ProductAlarm } from "./alarms.ts";
import { type AlarmState, breaches } from "./endpoints/cloudwatch-alarm.ts";

const MINUTE = 60_000;

/** Whether every alarm is already in the state it would reach if the metrics of the minute at `at` (ms) stayed as they are; at most 500 alarms. */
export async function alarmsAreStable(
  cloudwatch: CloudWatchClient,
  alarms: readonly ProductAlarm[],
  stateOf: (name: string) => AlarmState,
  at: number,
): Promise<boolean> {
  if (alarms.length === 0) return true;
  const { MetricDataResults = [] } = await cloudwatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(at),
      EndTime: new Date(at + MINUTE),
      MetricDataQueries: alarms.map(({ namespace, metric, dimensions, statistic }, i) => ({
        Id: `m${i}`,
        MetricStat: {
          Metric: {
            Namespace: namespace,
            MetricName: metric,
            Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
          },
          Period: 60,
          Stat: statistic,
        },
      })),
    }),
  );
  const values = new Map(MetricDataResults.map(({ Id, Values }) => [Id, Values?.[0]]));
  return alarms.every((alarm, i) => {
    const state = stateOf(alarm.name);
    return state === heldState(alarm, state, values.get(`m${i}`));
  });
}

function heldState(alarm: ProductAlarm, state: AlarmState, value: number | undefined): AlarmState {
  if (value !== undefined) {
    return breaches({ comparisonOperator: alarm.comparison, threshold: alarm.threshold }, value)
      ? "ALARM"
      : "OK";
  }
  switch (alarm.treatMissingData) {
    case "breaching":
      return "ALARM";
    case "notBreaching":
      return "OK";
    case "ignore":
      return state;
    case "missing":
      return "INSUFFICIENT_DATA";
  }
}

import type { AlarmState, ComparisonOperator } from "./cloudwatch-alarm.ts";
import { breaches } from "./cloudwatch-alarm.ts";
import type { AlarmConfig } from "./cloudwatch-input.ts";
import { LOCAL_ACCOUNT, LOCAL_REGION } from "./endpoint.ts";
import type { BusEvent } from "./event-bridge.ts";
import type { JsonObject } from "./json-service.ts";

export interface StateDetail {
  readonly value: AlarmState;
  readonly reason: string;
  /** A JSON document, absent in the state an alarm is created with. */
  readonly reasonData: string | undefined;
  /** Virtual time, ms. */
  readonly at: number;
}

/** A datapoint of an evaluation range; `at` is the start of its period, ms. */
export interface Datapoint {
  readonly at: number;
  readonly value: number | undefined;
}

/** The ARN of a local alarm. */
export function alarmArn(name: string): string {
  return `arn:aws:cloudwatch:${LOCAL_REGION}:${LOCAL_ACCOUNT}:alarm:${name}`;
}

/** The EventBridge event "CloudWatch Alarm State Change" (CloudWatch guide, alarm events and EventBridge). */
export function stateChangeEvent(
  id: string,
  alarm: AlarmConfig,
  state: StateDetail,
  previous: StateDetail,
): BusEvent {
  const { namespace, name, dimensions } = alarm.metric;
  const metricStat = {
    metric: { namespace, name, dimensions },
    period: alarm.periodSeconds,
    stat: alarm.statistic,
  };
  return {
    version: "0",
    id,
    "detail-type": "CloudWatch Alarm State Change",
    source: "aws.cloudwatch",
    account: LOCAL_ACCOUNT,
    time: `${new Date(state.at).toISOString().slice(0, 19)}Z`,
    region: LOCAL_REGION,
    resources: [alarmArn(alarm.name)],
    detail: {
      alarmName: alarm.name,
      state: wireState(state),
      previousState: wireState(previous),
      configuration: {
        ...(alarm.description === undefined ? {} : { description: alarm.description }),
        metrics: [{ id: "m1", metricStat, returnData: true }],
      },
    },
  };
}

/** Reason and reasonData of a state computed from an evaluation range (oldest first) at virtual time `at`. */
export function stateDetail(
  value: AlarmState,
  alarm: AlarmConfig,
  range: readonly Datapoint[],
  at: number,
): StateDetail {
  const real = range.filter((point) => point.value !== undefined).slice(-alarm.evaluationPeriods);
  const recent = real.map((point) => point.value as number);
  const data = {
    version: "1.0",
    queryDate: offsetTime(at),
    ...(range[0] === undefined ? {} : { startDate: offsetTime(range[0].at) }),
    statistic: alarm.statistic,
    period: alarm.periodSeconds,
    recentDatapoints: recent,
    threshold: alarm.threshold,
    evaluatedDatapoints: range
      .map((point) => ({
        timestamp: offsetTime(point.at),
        ...(point.value === undefined ? {} : { value: point.value }),
      }))
      .reverse(),
  };
  return { value, reason: reasonFor(value, alarm, recent), reasonData: JSON.stringify(data), at };
}

function reasonFor(value: AlarmState, alarm: AlarmConfig, recent: readonly number[]): string {
  const n = alarm.evaluationPeriods;
  if (value === "INSUFFICIENT_DATA") return `Insufficient Data: ${n} of ${n} datapoints missing`;
  const breaching = recent.filter((point) => breaches(alarm, point)).length;
  const missing = n - recent.length;
  const filled = missing > 0 ? `, ${missing} missing (treated as ${alarm.treatMissingData})` : "";
  return `Threshold ${value === "ALARM" ? "crossed" : "not crossed"}: ${breaching} of the last ${n} datapoints [${recent.join(", ")}]${filled} ${COMPARISON_WORDS[alarm.comparisonOperator]} ${alarm.threshold}, ${alarm.datapointsToAlarm} needed`;
}

const COMPARISON_WORDS: Readonly<Record<ComparisonOperator, string>> = {
  GreaterThanOrEqualToThreshold: ">=",
  GreaterThanThreshold: ">",
  LessThanThreshold: "<",
  LessThanOrEqualToThreshold: "<=",
};

function wireState({ value, reason, reasonData, at }: StateDetail): JsonObject {
  return { value, reason, ...(reasonData === undefined ? {} : { reasonData }), timestamp: offsetTime(at) };
}

/** CloudWatch writes `2026-11-21T17:04:40.989+0000`, not `Z`. */
function offsetTime(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "+0000");
}

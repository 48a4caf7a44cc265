import { type AlarmSpec, alarmDescription } from "@bellwether/core/alarms/spec";
import { METRICS, NAMESPACE } from "@bellwether/core/metrics";
import { CANARY_ALARM_PREFIX } from "@bellwether/core/topology";
import type { JsonObject } from "./endpoints/json-service.ts";

/** An alarm on a metric of the product. */
export type ProductAlarm = Extract<AlarmSpec, { readonly namespace: typeof NAMESPACE }>;

/** Idle time is cut out of the run by whole minutes: only what ticks in every lived minute is silent when it misses some. */
const TICKS_EVERY_MINUTE = "bellwether-detect-canary-silent";

/**
 * Alarms that a local run can evaluate honestly: no AWS service publishes its metrics here, slower schedules skip idle
 * time, and states that only mirror a notice are left to the notice.
 */
export const runsHere = (alarm: AlarmSpec): alarm is ProductAlarm =>
  alarm.namespace === NAMESPACE &&
  (alarm.treatMissingData !== "breaching" || alarm.name === TICKS_EVERY_MINUTE) &&
  (alarm.severity !== "note" || alarm.name.startsWith(CANARY_ALARM_PREFIX));

/** Input of PutMetricAlarm for an alarm of the product. */
export function metricAlarmInput(alarm: ProductAlarm): JsonObject {
  return {
    AlarmName: alarm.name,
    AlarmDescription: alarmDescription(alarm),
    Namespace: alarm.namespace,
    MetricName: alarm.metric,
    Dimensions: Object.entries(alarm.dimensions).map(([Name, Value]) => ({ Name, Value })),
    Statistic: alarm.statistic,
    ComparisonOperator: alarm.comparison,
    Threshold: alarm.threshold,
    Period: alarm.periodSeconds,
    EvaluationPeriods: alarm.evaluationPeriods,
    DatapointsToAlarm: alarm.datapointsToAlarm,
    TreatMissingData: alarm.treatMissingData,
  };
}

/**
 * Whether an alarm watches a gauge that a detector publishes every minute: only those change while nothing happens but
 * ticks. A gauge of longer periods is not published anew before something happens, so there is nothing to wait for.
 */
export function watchesGauge({ metric, periodSeconds }: ProductAlarm): boolean {
  return METRICS[metric].publication === "gauge" && periodSeconds === 60;
}

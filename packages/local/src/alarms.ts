import type { AlarmSpec } from "@bellwether/core/alarms";
import { METRICS } from "@bellwether/core/metrics";
import type { JsonObject } from "./endpoints/json-service.ts";

/** Input of PutMetricAlarm for an alarm of the product. */
export function metricAlarmInput(alarm: AlarmSpec): JsonObject {
  return {
    AlarmName: alarm.name,
    AlarmDescription: alarm.description,
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
export function watchesGauge({ metric, periodSeconds }: AlarmSpec): boolean {
  return METRICS[metric].publication === "gauge" && periodSeconds === 60;
}

import type { Config } from "./config/config.ts";
import { METRICS, type MetricName, NAMESPACE } from "./metrics.ts";
import { CANARY_ALARM_PREFIX } from "./topology.ts";

/** A CloudWatch metric alarm; missing data is always stated. */
export interface AlarmSpec {
  readonly name: string;
  readonly description: string;
  readonly namespace: string;
  readonly metric: MetricName;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: "Average" | "Maximum" | "Sum" | "SampleCount";
  readonly comparison: "GreaterThanOrEqualToThreshold" | "GreaterThanThreshold" | "LessThanThreshold";
  readonly threshold: number;
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly treatMissingData: "missing" | "ignore" | "breaching" | "notBreaching";
}

function alarm(
  name: string,
  metric: MetricName,
  dimensions: Record<string, string>,
  rest: Omit<AlarmSpec, "name" | "namespace" | "metric" | "dimensions" | "description">,
): AlarmSpec {
  return {
    name,
    description: METRICS[metric].description,
    namespace: NAMESPACE,
    metric,
    dimensions,
    ...rest,
  };
}

const once = { periodSeconds: 60, evaluationPeriods: 1, datapointsToAlarm: 1 } as const;

/** Near a quota calls are about to be throttled; without quotas there is nothing to watch. */
const quotaAlarm = (): AlarmSpec =>
  alarm(
    "bellwether-quota-nearly-used",
    "QuotaUsed",
    {},
    {
      periodSeconds: 300,
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      statistic: "Maximum",
      comparison: "GreaterThanOrEqualToThreshold",
      threshold: 80,
      treatMissingData: "notBreaching",
    },
  );

/**
 * Alarms of a stage: a doorbell per app, the pipeline's own health, and quotas where the configuration has any. Error
 * rate, latency, guardrails and feedback have gauges and no alarms: no threshold is right for every app.
 */
export function alarmsOf(apps: readonly string[], quotas: Config["quotas"] = {}): AlarmSpec[] {
  return [
    ...(Object.keys(quotas).length === 0 ? [] : [quotaAlarm()]),
    ...apps.map((app) =>
      alarm(
        `${CANARY_ALARM_PREFIX}${app}`,
        "CanaryVerdict",
        { app },
        {
          ...once,
          statistic: "Maximum",
          comparison: "GreaterThanOrEqualToThreshold",
          threshold: 1,
          // A silent detector is rung by its own alarm below; silence is no verdict either way.
          treatMissingData: "ignore",
        },
      ),
    ),
    ...apps.map((app) =>
      alarm(
        `bellwether-priced-share-${app}`,
        "PricedShare",
        { app },
        {
          // A gauge every 5 minutes, low for an hour: a lone call of an unknown model pages nobody.
          periodSeconds: 300,
          evaluationPeriods: 12,
          datapointsToAlarm: 12,
          statistic: "Average",
          comparison: "LessThanThreshold",
          threshold: 0.99,
          // Without calls there is no share: what was known last stands.
          treatMissingData: "ignore",
        },
      ),
    ),
    alarm(
      "bellwether-detect-canary-silent",
      "DetectorTicks",
      { detector: "canary" },
      {
        periodSeconds: 60,
        evaluationPeriods: 10,
        datapointsToAlarm: 10,
        statistic: "Sum",
        comparison: "LessThanThreshold",
        threshold: 1,
        treatMissingData: "breaching",
      },
    ),
    alarm(
      "bellwether-judge-failing",
      "JudgeFailed",
      { service: "evaluate" },
      {
        periodSeconds: 300,
        evaluationPeriods: 3,
        datapointsToAlarm: 3,
        statistic: "Sum",
        comparison: "GreaterThanThreshold",
        threshold: 10,
        treatMissingData: "notBreaching",
      },
    ),
    alarm(
      "bellwether-unconfigured-apps",
      "UnconfiguredApps",
      { service: "ingest" },
      {
        periodSeconds: 300,
        evaluationPeriods: 1,
        datapointsToAlarm: 1,
        statistic: "Sum",
        comparison: "GreaterThanThreshold",
        threshold: 0,
        treatMissingData: "notBreaching",
      },
    ),
  ];
}

import { PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { METRICS, type MetricName, NAMESPACE } from "@bellwether/core/metrics";
import { cloudWatch } from "./clients.ts";

export interface Gauge {
  readonly metric: MetricName;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Publishes gauges of one tick, stamped with its time. */
export async function putGauges(gauges: readonly Gauge[], at: number): Promise<void> {
  await cloudWatch().send(
    new PutMetricDataCommand({
      Namespace: NAMESPACE,
      MetricData: gauges.map(({ metric, dimensions, value }) => ({
        MetricName: metric,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        Value: value,
        Unit: METRICS[metric].unit,
        Timestamp: new Date(at),
      })),
    }),
  );
}

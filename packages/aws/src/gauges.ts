import { PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { type Gauge, METRICS, NAMESPACE } from "@bellwether/core/metrics";
import { cloudWatch } from "./clients.ts";

/** CloudWatch limit of metrics per call. */
const BATCH = 1_000;

/** Publishes gauges of one tick, stamped with its time. */
export async function putGauges(gauges: readonly Gauge[], at: number): Promise<void> {
  for (let from = 0; from < gauges.length; from += BATCH) {
    await cloudWatch().send(
      new PutMetricDataCommand({
        Namespace: NAMESPACE,
        MetricData: gauges.slice(from, from + BATCH).map(({ metric, dimensions, value }) => ({
          MetricName: metric,
          Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
          Value: value,
          Unit: METRICS[metric].unit,
          Timestamp: new Date(at),
        })),
      }),
    );
  }
}

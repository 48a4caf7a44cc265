import { PutMetricDataCommand, type StandardUnit } from "@aws-sdk/client-cloudwatch";
import { cloudWatch } from "./clients.ts";

/** Where evaluations before a release stand, apart from what is measured in production. */
const EVALUATION_NAMESPACE = "GenAI/Evaluation";

/** A number of an evaluation. */
export interface EvaluationMetric {
  readonly name: string;
  readonly value: number;
  readonly unit: Extract<StandardUnit, "None" | "Count" | "Milliseconds">;
}

/** Publishes at most 1,000 numbers of one evaluation, stamped with its time (epoch ms). */
export async function putEvaluationMetrics(
  metrics: readonly EvaluationMetric[],
  dimensions: Readonly<Record<string, string>>,
  at: number,
): Promise<void> {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  await cloudWatch().send(
    new PutMetricDataCommand({
      Namespace: EVALUATION_NAMESPACE,
      MetricData: metrics.map(({ name, value, unit }) => ({
        MetricName: name,
        Dimensions,
        Value: value,
        Unit: unit,
        Timestamp: new Date(at),
      })),
    }),
  );
}

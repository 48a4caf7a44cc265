/** Metrics of AWS that alarms and dashboards read, with all their dimensions (service guides; AWS publishes them free of charge). */
export const AWS_METRICS = {
  "AWS/SQS": {
    dimensions: ["QueueName"],
    metrics: ["ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"],
  },
  "AWS/Lambda": { dimensions: ["FunctionName"], metrics: ["Errors", "Throttles"] },
  "AWS/DynamoDB": { dimensions: ["TableName"], metrics: ["ReadThrottleEvents", "WriteThrottleEvents"] },
  // "Across all model IDs" is how the console names the set of these, which have no dimension.
  "AWS/Bedrock": {
    dimensions: [],
    metrics: ["ModelInvocationLogsS3DeliveryFailure", "ModelInvocationLargeDataS3DeliveryFailure"],
  },
} as const satisfies Record<string, { dimensions: readonly string[]; metrics: readonly string[] }>;

export type AwsNamespace = keyof typeof AWS_METRICS;
export type AwsMetricName = (typeof AWS_METRICS)[AwsNamespace]["metrics"][number];

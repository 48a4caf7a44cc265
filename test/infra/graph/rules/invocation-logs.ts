import { INVOCATION_LOGS } from "@bellwether/core/topology";
import type { Graph } from "../graph.ts";
import { differences, find, functionArn, physical } from "../lookup.ts";

interface Logging {
  readonly loggingConfig: {
    readonly cloudwatchConfig: { readonly logGroupName: string; readonly roleArn: string };
    readonly s3Config: { readonly bucketName: string };
  };
}

/** Bedrock writes to our log group by a role of its own, larger bodies to the bucket, and the subscription feeds log-subscription. */
export const cloudWatchLogs = (graph: Graph): string[] => {
  const logGroup = INVOCATION_LOGS.logGroup(graph.stage);
  const subscriber = functionArn(graph, "log-subscription");
  const logging = find<Logging>(
    graph,
    "bedrockmodel/invocationLoggingConfiguration:InvocationLoggingConfiguration",
    "InvocationLogging",
  );
  const { cloudwatchConfig, s3Config } = logging?.inputs.loggingConfig ?? {};
  return [
    ...differences(
      "log group of invocations",
      find(graph, "cloudwatch/logGroup:LogGroup", "InvocationLogs")?.inputs,
      {
        name: logGroup,
        retentionInDays: INVOCATION_LOGS.logGroupDays,
      },
    ),
    ...differences(
      "subscription",
      find(graph, "cloudwatch/logSubscriptionFilter:LogSubscriptionFilter", "InvocationLogsSubscription")
        ?.inputs,
      { logGroup, destinationArn: subscriber, filterPattern: "" },
    ),
    ...differences(
      "right of CloudWatch Logs",
      find(graph, "lambda/permission:Permission", "InvocationLogsInvokeLogSubscription")?.inputs,
      { function: physical(subscriber), principal: "logs.amazonaws.com", sourceAccount: "123456789012" },
    ),
    ...differences("destination CloudWatch Logs", cloudwatchConfig, {
      logGroupName: logGroup,
      largeDataDeliveryS3Config: s3Config,
    }),
  ];
};

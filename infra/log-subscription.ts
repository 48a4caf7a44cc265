import { INVOCATION_LOGS } from "@bellwether/core/topology";
import { buckets } from "./buckets.ts";
import { functions } from "./functions.ts";
import { place } from "./place.ts";

/** Makes the log group, what Bedrock needs to write to it and the subscription that stores its events; names them for Bedrock. */
export function cloudWatchConfig() {
  const group = new aws.cloudwatch.LogGroup("InvocationLogs", {
    name: INVOCATION_LOGS.logGroup($app.stage),
    retentionInDays: INVOCATION_LOGS.logGroupDays,
  });
  const role = new aws.iam.Role("InvocationLogsRole", {
    name: $interpolate`${INVOCATION_LOGS.role($app.stage, "")}${place.region}`,
    assumeRolePolicy: aws.iam.getPolicyDocumentOutput({
      statements: [
        {
          actions: ["sts:AssumeRole"],
          principals: [{ type: "Service", identifiers: ["bedrock.amazonaws.com"] }],
          conditions: [
            { test: "StringEquals", variable: "aws:SourceAccount", values: [place.account] },
            {
              test: "ArnLike",
              variable: "aws:SourceArn",
              values: [$interpolate`arn:${place.partition}:bedrock:${place.region}:${place.account}:*`],
            },
          ],
        },
      ],
    }).json,
  });
  const policy = new aws.iam.RolePolicy("InvocationLogsRolePolicy", {
    name: INVOCATION_LOGS.rolePolicy,
    role: role.id,
    policy: aws.iam.getPolicyDocumentOutput({
      statements: [
        {
          actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
          resources: [$interpolate`${group.arn}:log-stream:${INVOCATION_LOGS.logStream}`],
        },
      ],
    }).json,
  });
  const permission = new aws.lambda.Permission("InvocationLogsInvokeLogSubscription", {
    action: "lambda:InvokeFunction",
    function: functions["log-subscription"].name,
    principal: "logs.amazonaws.com",
    sourceArn: $interpolate`${group.arn}:*`,
    sourceAccount: place.account,
  });
  const subscription = new aws.cloudwatch.LogSubscriptionFilter(
    "InvocationLogsSubscription",
    {
      name: INVOCATION_LOGS.subscription,
      logGroup: group.name,
      filterPattern: "",
      destinationArn: functions["log-subscription"].arn,
    },
    // CloudWatch Logs tries the function when the filter is made.
    { dependsOn: [permission] },
  );
  // Bedrock writes a test event when it is configured, and the subscription should miss none.
  return $resolve([group.name, role.arn, policy.id, subscription.id]).apply(([logGroupName, roleArn]) => ({
    logGroupName,
    roleArn,
    // Larger bodies are not in the log event.
    largeDataDeliveryS3Config: { bucketName: buckets.logs.name },
  }));
}

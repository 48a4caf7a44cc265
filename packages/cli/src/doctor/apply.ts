import { PutModelInvocationLoggingConfigurationCommand } from "@aws-sdk/client-bedrock";
import {
  CreateLogGroupCommand,
  PutRetentionPolicyCommand,
  PutSubscriptionFilterCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { CreateRoleCommand, PutRolePolicyCommand, UpdateAssumeRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  AddPermissionCommand,
  RemovePermissionCommand,
  ResourceConflictException,
} from "@aws-sdk/client-lambda";
import { PutBucketNotificationConfigurationCommand, PutBucketPolicyCommand } from "@aws-sdk/client-s3";
import { INVOCATION_LOGS } from "@bellwether/core/topology";
import { type Answer, answerOf, known } from "./answer.ts";
import type { Change } from "./change.ts";
import type { Clients } from "./clients.ts";

/** Statement of the function's resource policy. */
const STATEMENT_ID = "bellwether-invocation-logs";

/** What IAM, Lambda and S3 have taken is not known everywhere at once; AWS then calls a good request invalid. */
const NOT_YET = new Set(["ValidationException", "InvalidParameterException"]);
const PATIENCE_MS = [2_000, 4_000, 8_000, 16_000, 30_000];

export type Sleep = (ms: number) => Promise<void>;

async function patiently(sleep: Sleep, send: () => Promise<unknown>): Promise<void> {
  for (const ms of PATIENCE_MS) {
    try {
      await send();
      return;
    } catch (error) {
      if (!(error instanceof Error && NOT_YET.has(error.name))) throw error;
    }
    await sleep(ms);
  }
  await send();
}

async function allowInvoke(
  { lambda }: Clients,
  change: Extract<Change, { kind: "invoke-permission" }>,
): Promise<void> {
  const { functionArn, principal, sourceArn, sourceAccount } = change;
  const statement = { FunctionName: functionArn, StatementId: STATEMENT_ID };
  const add = () =>
    lambda.send(
      new AddPermissionCommand({
        ...statement,
        Action: "lambda:InvokeFunction",
        Principal: principal,
        SourceArn: sourceArn,
        SourceAccount: sourceAccount,
      }),
    );
  try {
    await add();
  } catch (error) {
    // Our statement of another log group; the plan has seen that it does not serve.
    if (!(error instanceof ResourceConflictException)) throw error;
    await lambda.send(new RemovePermissionCommand(statement));
    await add();
  }
}

async function send(change: Change, clients: Clients, sleep: Sleep): Promise<void> {
  const { bedrock, iam, logs, s3 } = clients;
  switch (change.kind) {
    case "bucket-policy":
      await s3.send(new PutBucketPolicyCommand({ Bucket: change.bucket, Policy: change.after }));
      return;
    case "bucket-events":
      await s3.send(
        new PutBucketNotificationConfigurationCommand({
          Bucket: change.bucket,
          NotificationConfiguration: change.after,
          // What others have set up is put back as it was, working or not.
          SkipDestinationValidation: true,
        }),
      );
      return;
    case "log-group":
      await logs.send(new CreateLogGroupCommand({ logGroupName: change.group }));
      return;
    case "log-retention":
      await logs.send(
        new PutRetentionPolicyCommand({ logGroupName: change.group, retentionInDays: change.days }),
      );
      return;
    case "role":
      await iam.send(
        new CreateRoleCommand({ RoleName: change.role, AssumeRolePolicyDocument: change.trust }),
      );
      return;
    case "role-trust":
      await iam.send(
        new UpdateAssumeRolePolicyCommand({ RoleName: change.role, PolicyDocument: change.after }),
      );
      return;
    case "role-policy":
      await iam.send(
        new PutRolePolicyCommand({
          RoleName: change.role,
          PolicyName: INVOCATION_LOGS.rolePolicy,
          PolicyDocument: change.after,
        }),
      );
      return;
    case "invoke-permission":
      await allowInvoke(clients, change);
      return;
    case "subscription":
      await patiently(sleep, () =>
        logs.send(
          new PutSubscriptionFilterCommand({
            logGroupName: change.group,
            filterName: change.after.name,
            filterPattern: change.after.pattern,
            destinationArn: change.after.destinationArn,
          }),
        ),
      );
      return;
    case "logging":
      await patiently(sleep, () =>
        bedrock.send(new PutModelInvocationLoggingConfigurationCommand({ loggingConfig: change.after })),
      );
  }
}

/** IAM action of each change. */
const PERMISSIONS: Readonly<Record<Change["kind"], string>> = {
  "bucket-policy": "s3:PutBucketPolicy",
  "bucket-events": "s3:PutBucketNotification",
  "log-group": "logs:CreateLogGroup",
  "log-retention": "logs:PutRetentionPolicy",
  role: "iam:CreateRole",
  "role-trust": "iam:UpdateAssumeRolePolicy",
  "role-policy": "iam:PutRolePolicy",
  "invoke-permission": "lambda:AddPermission",
  subscription: "logs:PutSubscriptionFilter",
  logging: "bedrock:PutModelInvocationLoggingConfiguration (with CloudWatch Logs also iam:PassRole)",
};

/** Makes one change; never rejects. Waits up to a minute for what AWS has taken and does not know everywhere yet. */
export async function apply(change: Change, clients: Clients, sleep: Sleep): Promise<Answer<true>> {
  try {
    await send(change, clients, sleep);
    return known(true);
  } catch (error) {
    return answerOf(error, PERMISSIONS[change.kind]);
  }
}

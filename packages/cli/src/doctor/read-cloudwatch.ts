import type { LoggingConfig } from "@aws-sdk/client-bedrock";
import {
  DescribeLogGroupsCommand,
  DescribeSubscriptionFiltersCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { GetRoleCommand, GetRolePolicyCommand } from "@aws-sdk/client-iam";
import { GetPolicyCommand } from "@aws-sdk/client-lambda";
import { INVOCATION_LOGS } from "@bellwether/core/topology";
import { type Answer, ask, askForOptional, known } from "./answer.ts";
import type { Clients } from "./clients.ts";
import type { CloudWatchState, RoleState, SubscriptionFilter } from "./logging-state.ts";
import type { LoggingTarget } from "./read-logging.ts";

/** Subscription filters of a log group; none when the group does not exist. */
export async function readFilters(
  { logs }: Clients,
  logGroupName: string,
): Promise<Answer<readonly SubscriptionFilter[]>> {
  const answer = await askForOptional(
    "logs:DescribeSubscriptionFilters",
    ["ResourceNotFoundException"],
    async () => {
      const { subscriptionFilters = [] } = await logs.send(
        new DescribeSubscriptionFiltersCommand({ logGroupName }),
      );
      return subscriptionFilters.map(({ filterName = "", destinationArn = "", filterPattern = "" }) => ({
        name: filterName,
        destinationArn,
        pattern: filterPattern,
      }));
    },
  );
  return answer.kind === "known" ? known(answer.value ?? []) : answer;
}

const readGroup = ({ logs }: Clients, name: string): Promise<CloudWatchState["group"]> =>
  ask("logs:DescribeLogGroups", async () => {
    const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
    const group = logGroups.find(({ logGroupName }) => logGroupName === name);
    if (group === undefined) return undefined;
    return group.retentionInDays === undefined ? {} : { retentionDays: group.retentionInDays };
  });

const readRole = ({ iam }: Clients, RoleName: string): Promise<Answer<RoleState | undefined>> =>
  askForOptional("iam:GetRole and iam:GetRolePolicy", ["NoSuchEntityException"], async () => {
    const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
    const policy = await iam
      .send(new GetRolePolicyCommand({ RoleName, PolicyName: INVOCATION_LOGS.rolePolicy }))
      .then(({ PolicyDocument }) => PolicyDocument)
      .catch((error: Error) => {
        if (error.name === "NoSuchEntityException") return undefined;
        throw error;
      });
    return {
      arn: Role?.Arn ?? "",
      trust: decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ""),
      policy: policy && decodeURIComponent(policy),
    };
  });

/** Role that Bedrock uses for the group now, else the one that we would make. */
function roleNameOf(
  { stage, place }: LoggingTarget,
  groupName: string,
  logging: Answer<LoggingConfig | undefined>,
): string {
  const current = logging.kind === "known" ? logging.value?.cloudWatchConfig : undefined;
  const name = current?.logGroupName === groupName ? current.roleArn?.split("/").at(-1) : undefined;
  return name ?? INVOCATION_LOGS.role(stage, place.region);
}

/** Reads the CloudWatch Logs side of logging. */
export async function readCloudWatch(
  clients: Clients,
  target: LoggingTarget,
  groupName: string,
  logging: Answer<LoggingConfig | undefined>,
): Promise<CloudWatchState> {
  const { functionArn } = target;
  const roleName = roleNameOf(target, groupName, logging);
  const [group, filters, role, functionPolicy] = await Promise.all([
    readGroup(clients, groupName),
    readFilters(clients, groupName),
    readRole(clients, roleName),
    functionArn === undefined
      ? known(undefined)
      : askForOptional("lambda:GetPolicy", ["ResourceNotFoundException"], async () => {
          const { Policy } = await clients.lambda.send(new GetPolicyCommand({ FunctionName: functionArn }));
          return Policy;
        }),
  ]);
  return { groupName, group, filters, roleName, role, functionPolicy };
}

import { NAMESPACE } from "@bellwether/core/metrics";
import { FUNCTIONS, type FunctionName, SCHEDULES } from "@bellwether/core/topology";
import { componentName, each } from "./each.ts";
import { environmentOf, POLICIES, roleNames } from "./environment.ts";
import { POLICY_READERS, statementsOf } from "./permissions.ts";
import { resourceArns } from "./resource-arns.ts";
import { stageOf } from "./stage.ts";
import type { Resource } from "./verbs.ts";

const { functionLogRetention } = stageOf($app.stage);

const scheduled = new Set<FunctionName>(Object.values(SCHEDULES).map((schedule) => schedule.function));

/** A stage without Slack and PagerDuty has no secrets, and IAM takes no statement about nothing. */
const aboutNothing = (resource: Resource): boolean => {
  const arns = resourceArns[resource];
  return Array.isArray(arns) && arns.length === 0;
};

const permissionsOf = (name: FunctionName) =>
  statementsOf(name)
    .filter(({ resource }) => !aboutNothing(resource))
    .map(({ resource, actions }) => ({
      actions: [...actions],
      resources: resourceArns[resource],
      ...(resource === "metrics:own" && {
        conditions: [{ test: "StringEquals", variable: "cloudwatch:namespace", values: [NAMESPACE] }],
      }),
    }));

/** A later tick replaces one that could not start within this time; the least that Lambda allows. */
const TICK_SECONDS = 60;

/** A tick reads, folds and writes back, so two may never overlap; one that failed is made up by the next. */
const oneTickAtATime = { concurrency: { reserved: 1 }, retries: 0 } as const;

/** SST lets the whole account assume a function's role, which only `sst dev` needs. */
const trust = $dev
  ? {}
  : { assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" }) };

export const functions = each(
  FUNCTIONS,
  (name, { handler, memoryMb, timeoutSeconds }) =>
    new sst.aws.Function(componentName(name), {
      handler,
      runtime: "nodejs24.x",
      architecture: "arm64",
      memory: `${memoryMb} MB`,
      timeout: `${timeoutSeconds} seconds`,
      environment: environmentOf(name),
      permissions: permissionsOf(name),
      logging: { retention: functionLogRetention },
      ...(POLICY_READERS.includes(name) && {
        copyFiles: [{ from: "infra/policies", to: POLICIES }],
      }),
      ...(scheduled.has(name) && oneTickAtATime),
      transform: {
        role: name === "evaluate" || name === "ingest" ? { ...trust, name: roleNames[name] } : trust,
        eventInvokeConfig: { maximumEventAgeInSeconds: TICK_SECONDS },
      },
    }),
);

import { NAMESPACE } from "@bellwether/core/metrics";
import { FUNCTIONS, type FunctionName } from "@bellwether/core/topology";
import { reservedConcurrency } from "./concurrency.ts";
import { componentName, each } from "./each.ts";
import { environmentOf, POLICIES, roleNames } from "./environment.ts";
import { failuresOf, POLICY_READERS, statementsOf } from "./permissions.ts";
import { place } from "./place.ts";
import { deadLetterQueues } from "./queues.ts";
import { resourceArns } from "./resource-arns.ts";
import { stageOf } from "./stage.ts";
import type { Resource } from "./verbs.ts";

const stage = stageOf($app.stage);

/** A stage without Slack and PagerDuty has no secrets, and IAM takes no statement about nothing. */
const aboutNothing = (resource: Resource): boolean => {
  const arns = resourceArns[resource];
  return Array.isArray(arns) && arns.length === 0;
};

function conditionOf(resource: Resource) {
  const equals = (variable: string, value: $util.Input<string>) => ({
    conditions: [{ test: "StringEquals", variable, values: [value] }],
  });
  if (resource === "metrics:own") return equals("cloudwatch:namespace", NAMESPACE);
  const [kind, service] = resource.split(":");
  return kind === "key"
    ? equals("kms:ViaService", $interpolate`${service}.${place.region}.amazonaws.com`)
    : {};
}

const permissionsOf = (name: FunctionName) =>
  statementsOf(name)
    .filter(({ resource }) => !aboutNothing(resource))
    .map(({ resource, actions }) => ({
      actions: [...actions],
      resources: resourceArns[resource],
      ...conditionOf(resource),
    }));

/** A later tick replaces one that could not start within this time; the least that Lambda allows. */
const TICK_SECONDS = 60;

/** Events that nobody waits for: a failed tick is made up by the next, a failed rollback is tried twice more; then they are put aside. */
function asynchronous(name: FunctionName) {
  const failures = failuresOf(name);
  if (failures === undefined) return { retries: undefined, invokeConfig: {} };
  return {
    retries: failures === "ticks" ? 0 : 2,
    invokeConfig: {
      destinationConfig: { onFailure: { destination: deadLetterQueues[failures].arn } },
      ...(failures === "ticks" && { maximumEventAgeInSeconds: TICK_SECONDS }),
    },
  };
}

/** SST lets the whole account assume a function's role, which only `sst dev` needs. */
const trust = $dev
  ? {}
  : { assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" }) };

export const functions = each(FUNCTIONS, (name, { handler, memoryMb, timeoutSeconds }) => {
  const { retries, invokeConfig } = asynchronous(name);
  const reserved = reservedConcurrency(name, stage);
  return new sst.aws.Function(componentName(name), {
    handler,
    runtime: "nodejs24.x",
    architecture: "arm64",
    memory: `${memoryMb} MB`,
    timeout: `${timeoutSeconds} seconds`,
    environment: environmentOf(name),
    permissions: permissionsOf(name),
    // What is imported late stays in files of its own: language data, and ways to sign in that Lambda never uses.
    nodejs: { splitting: true },
    logging: { retention: stage.functionLogRetention },
    ...(POLICY_READERS.includes(name) && {
      copyFiles: [{ from: "infra/policies", to: POLICIES }],
    }),
    ...(reserved !== undefined && { concurrency: { reserved } }),
    ...(retries !== undefined && { retries }),
    transform: {
      role: name === "evaluate" || name === "ingest" ? { ...trust, name: roleNames[name] } : trust,
      eventInvokeConfig: invokeConfig,
      function: { tracingConfig: { mode: "Active" } },
    },
  });
});

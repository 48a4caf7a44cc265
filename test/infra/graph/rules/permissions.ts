import { judgeCalls, TITAN_MODEL_ID } from "@bellwether/core/config/config";
import { NAMESPACE } from "@bellwether/core/metrics";
import { FUNCTIONS, type FunctionName } from "@bellwether/core/topology";
import { componentName } from "../../../../infra/each.ts";
import { judgeModelArns } from "../../../../infra/judge-models.ts";
import { statementsOf } from "../../../../infra/permissions.ts";
import { stageOf } from "../../../../infra/stage.ts";
import type { Resource } from "../../../../infra/verbs.ts";
import type { Graph } from "../graph.ts";
import {
  all,
  bucketArn,
  canonical,
  deadLettersArn,
  find,
  keyArn,
  queueArn,
  setDifferences,
  tableArn,
  topicArn,
} from "../lookup.ts";
import { ACCOUNT, REGION } from "../mocks.ts";
import { list, type Statement, statementsIn } from "../policy.ts";

interface Role {
  readonly assumeRolePolicy: { readonly Statement: readonly Statement[] };
  readonly inlinePolicies: readonly { readonly policy: string }[];
  readonly managedPolicyArns: readonly string[];
}

const ROLE = "iam/role:Role";

/** Why these know no resource; infra/README.md says the same to whoever reviews a deploy. */
const EVERY_RESOURCE = {
  "metrics:own": "cloudwatch:PutMetricData has no resources; a condition holds it to our namespace",
  "ops-items": "ssm:CreateOpsItem has no resource before it is made",
  traces: "X-Ray's writes have no resources",
} as const satisfies { readonly [Name in Resource]?: string };

const LOGS_POLICY = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
const glue = (what: string) => `arn:aws:glue:${REGION}:${ACCOUNT}:${what}`;

/** ARNs of a name of the permission table, read from the graph and not from infra/resource-arns.ts. */
function arnsOf(graph: Graph, resource: Resource): readonly string[] {
  const { config } = stageOf(graph.stage);
  const place = { partition: "aws", region: REGION, account: ACCOUNT };
  const [kind, name = ""] = resource.split(":");
  switch (kind) {
    case "table":
      return [tableArn(graph, name)];
    case "bucket":
      return [bucketArn(graph, name)];
    case "objects":
      return [`${bucketArn(graph, name)}/*`];
    case "queue":
      return [queueArn(graph, name)];
    case "dead-letters":
      return [deadLettersArn(graph, name)];
    case "topic":
      return [topicArn(graph, name)];
    case "key":
      return [keyArn(graph)];
    case "bus":
      return all(graph, "cloudwatch/eventBus:EventBus").map(({ arn }) => arn);
    case "workgroup":
      return all(graph, "athena/workgroup:Workgroup").map(({ arn }) => arn);
    case "catalog":
      return [glue("catalog"), "arn:aws:glue:us-east-1:123456789012:bellwether", glue("table/bellwether/*")];
    case "secrets":
      return [config.people.slack, config.people.pagerDuty].flatMap((channel) => channel?.secretArn ?? []);
    case "model":
      if (name === "judge")
        return [
          ...new Set(judgeCalls(config).flatMap((model) => judgeModelArns(model, config.profiles, place))),
        ];
      return config.drift.embedding === "titan"
        ? [`arn:aws:bedrock:${REGION}::foundation-model/${TITAN_MODEL_ID}`]
        : [];
    default:
      return ["*"];
  }
}

function conditionOf(resource: Resource): Statement["Condition"] {
  const [kind, service] = resource.split(":");
  if (resource === "metrics:own") return { StringEquals: { "cloudwatch:namespace": [NAMESPACE] } };
  return kind === "key"
    ? { StringEquals: { "kms:ViaService": [`${service}.${REGION}.amazonaws.com`] } }
    : undefined;
}

const text = (action: string, resource: string, condition: Statement["Condition"]): string =>
  `${action} on ${resource}${condition === undefined ? "" : ` if ${canonical(condition)}`}`;

const written = ({ Action, Resource, Condition }: Statement): string[] =>
  list(Action).flatMap((action) => list(Resource).map((resource) => text(action, resource, Condition)));

const inline = (role: Partial<Role>): readonly Statement[] =>
  (role.inlinePolicies ?? []).flatMap(({ policy }) => statementsIn(policy));

/** Every function may do exactly what infra/permissions.ts says, on exactly those resources. */
export const exactPermissions = (graph: Graph): string[] =>
  (Object.keys(FUNCTIONS) as FunctionName[]).flatMap((name) => {
    const role = find<Role>(graph, ROLE, `${componentName(name)}Role`);
    if (role === undefined) return [`${name} has no role`];
    const expected = statementsOf(name).flatMap(({ resource, actions }) =>
      arnsOf(graph, resource).flatMap((arn) =>
        actions.map((action) => text(action, arn, conditionOf(resource))),
      ),
    );
    return [
      ...setDifferences(`${name} may do`, inline(role.inputs).flatMap(written), expected),
      ...setDifferences(`${name}'s managed policies`, role.inputs.managedPolicyArns ?? [], [LOGS_POLICY]),
    ];
  });

const withoutResources = new Set(
  (Object.keys(FUNCTIONS) as FunctionName[])
    .flatMap(statementsOf)
    .filter(({ resource }) => resource in EVERY_RESOURCE)
    .flatMap(({ actions }) => actions),
);

/** No role has a wildcard action, and "*" is the resource only of what knows no resources. */
export const noWildcards = (graph: Graph): string[] =>
  all<Role>(graph, ROLE).flatMap(({ name, inputs }) =>
    inline(inputs).flatMap(({ Action, Resource }) => [
      ...list(Action)
        .filter((action) => action.includes("*"))
        .map((action) => `${name} may ${action}`),
      ...list(Resource)
        .filter((resource) => resource === "*")
        .flatMap(() => list(Action))
        .filter((action) => !withoutResources.has(action))
        .map((action) => `${name} may ${action} on every resource`),
    ]),
  );

const serviceOf = (role: string): string => {
  if (role === "InvocationLogsRole") return "bedrock.amazonaws.com";
  return role.endsWith("ScheduleRole") ? "scheduler.amazonaws.com" : "lambda.amazonaws.com";
};

/** A function's role is assumed by Lambda alone, a schedule's by Scheduler alone, the one that writes logs by Bedrock. */
export const trust = (graph: Graph): string[] =>
  all<Role>(graph, ROLE).flatMap(({ name, inputs }) => {
    const service = serviceOf(name);
    const policy: unknown = inputs.assumeRolePolicy;
    const statements =
      typeof policy === "string" ? statementsIn(policy) : (inputs.assumeRolePolicy?.Statement ?? []);
    const principals = statements.map(({ Principal }) =>
      canonical(
        typeof Principal === "object" ? { ...Principal, Service: list(Principal.Service)[0] } : Principal,
      ),
    );
    return setDifferences(`${name} is assumed by`, principals, [canonical({ Service: service })]);
  });

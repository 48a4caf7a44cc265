import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { judgeCalls, parseConfig, TITAN_MODEL_ID } from "@bellwether/core/config/config";
import {
  BUCKETS,
  DEAD_LETTERS,
  FUNCTIONS,
  type FunctionName,
  QUEUES,
  type QueueName,
  TABLES,
  type TableName,
  TOPICS,
  type TopicName,
} from "@bellwether/core/topology";
import { LOCAL_ACCOUNT, LOCAL_REGION } from "@bellwether/local/endpoints/endpoint";
import {
  APP_BUS,
  bucketName,
  functionName,
  queueArn,
  queueName,
  tableName,
  topicArn,
} from "@bellwether/local/physical-names";
import { judgeModelArns } from "../../infra/judge-models.ts";
import { statementsOf } from "../../infra/permissions.ts";
import type { Clients } from "./clients.ts";

const arn = (service: string, resource: string): string =>
  `arn:aws:${service}:${LOCAL_REGION}:${LOCAL_ACCOUNT}:${resource}`;
export const functionArn = (name: FunctionName): string => arn("lambda", `function:${functionName(name)}`);
export const ruleArn = (bus: string, rule: string): string =>
  arn("events", bus === "default" ? `rule/${rule}` : `rule/${bus}/${rule}`);
const roleArn = (role: string): string => `arn:aws:iam::${LOCAL_ACCOUNT}:role/${role}`;
export const functionRole = (name: FunctionName): string => roleArn(functionName(name));

const SCHEDULER = "bellwether-scheduler";
export const SCHEDULER_ROLE = roleArn(SCHEDULER);

const place = { partition: "aws", region: LOCAL_REGION, account: LOCAL_ACCOUNT };
const judge = parseConfig({});

/** ARNs behind the names of infra/permissions.ts, as infra/resource-arns.ts makes them. */
const RESOURCES: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    (Object.keys(TABLES) as TableName[]).map((name) => [
      `table:${name}`,
      [arn("dynamodb", `table/${tableName(name)}`)],
    ]),
  ),
  ...Object.fromEntries(BUCKETS.map((name) => [`bucket:${name}`, [`arn:aws:s3:::${bucketName(name)}`]])),
  ...Object.fromEntries(BUCKETS.map((name) => [`objects:${name}`, [`arn:aws:s3:::${bucketName(name)}/*`]])),
  ...Object.fromEntries(
    (Object.keys(QUEUES) as QueueName[]).map((name) => [`queue:${name}`, [queueArn(queueName(name))]]),
  ),
  ...Object.fromEntries(
    (Object.keys(TOPICS) as TopicName[]).map((name) => [`topic:${name}`, [topicArn(name)]]),
  ),
  "bus:app": [arn("events", `event-bus/${APP_BUS}`)],
  // Without infra's condition on the namespace, which MiniStack does not know (see README).
  "metrics:own": ["*"],
  "ops-items": ["*"],
  traces: ["*"],
  // Nothing is encrypted there, and failed invocations go nowhere (see README).
  ...Object.fromEntries(["dynamodb", "s3", "sns", "sqs"].map((service) => [`key:${service}`, []])),
  ...Object.fromEntries(Object.keys(DEAD_LETTERS).map((name) => [`dead-letters:${name}`, []])),
  "workgroup:lake": [arn("athena", "workgroup/bellwether")],
  "catalog:lake": [
    arn("glue", "catalog"),
    arn("glue", "database/bellwether"),
    arn("glue", "table/bellwether/*"),
  ],
  "secrets:people": [],
  "model:judge": judgeCalls(judge).flatMap((model) => judgeModelArns(model, judge.profiles, place)),
  "model:embedder": [`arn:aws:bedrock:${LOCAL_REGION}::foundation-model/${TITAN_MODEL_ID}`],
};

const statement = (Action: readonly string[], Resource: readonly string[]) => ({
  Effect: "Allow",
  Action,
  Resource,
});

/** Where MiniStack asks for another action than AWS does (see README). */
const asAskedFor = (action: string): string[] =>
  action === "sqs:SendMessage" ? [action, "sqs:SendMessageBatch"] : [action];

function policyOf(name: FunctionName) {
  return statementsOf(name).flatMap(({ resource, actions }) => {
    const arns = RESOURCES[resource];
    if (arns === undefined) throw new Error(`no ARN for ${resource}`);
    if (arns.length === 0) return [];
    return [statement(actions.flatMap(asAskedFor), arns)];
  });
}

const document = (Statement: readonly object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement });

async function createRole({ iam }: Clients, role: string, service: string, statements: readonly object[]) {
  const trust = { Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" };
  await iam.send(new CreateRoleCommand({ RoleName: role, AssumeRolePolicyDocument: document([trust]) }));
  await iam.send(
    new PutRolePolicyCommand({ RoleName: role, PolicyName: "inline", PolicyDocument: document(statements) }),
  );
}

/** A role for each function with exactly what infra/permissions.ts allows it, and one for the schedules. */
export async function createRoles(clients: Clients): Promise<void> {
  const names = Object.keys(FUNCTIONS) as FunctionName[];
  await Promise.all([
    ...names.map((name) => createRole(clients, functionName(name), "lambda.amazonaws.com", policyOf(name))),
    createRole(clients, SCHEDULER, "scheduler.amazonaws.com", [
      statement(["lambda:InvokeFunction"], names.map(functionArn)),
    ]),
  ]);
}

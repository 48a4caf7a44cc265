import { fileURLToPath } from "node:url";
import { NAMESPACE } from "@bellwether/core/metrics";
import type { EnvironmentName, FunctionName } from "@bellwether/core/topology";
import { BUDGET_POLICY_FILE } from "./budget-policy-file.ts";
import { LOCAL_REGION } from "./endpoints/endpoint.ts";
import { isObject } from "./endpoints/json-service.ts";
import { type LocalEndpoints, SERVICES } from "./local-endpoints.ts";
import {
  APP_BUS,
  bucketName,
  functionName,
  queueName,
  queueUrl,
  tableName,
  topicArn,
} from "./physical-names.ts";

/** Absolute path of the rubrics that the repository ships. */
const RUBRICS_FILE = fileURLToPath(new URL("../../../infra/policies/rubrics.yaml", import.meta.url));

/** Credentials of nobody, which every local endpoint accepts. */
const LOCAL_CREDENTIALS = { accessKeyId: "local", secretAccessKey: "local" } as const;

/** Variables through which a caller's own credentials reach an endpoint outside. */
const CREDENTIAL_NAMES = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_PROFILE",
] as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** Region, credentials and endpoint URLs for any SDK client; the caller's credentials only when a service is served from outside. */
export function awsEnvironment(
  { urls, external }: Pick<LocalEndpoints, "urls" | "external">,
  caller: Environment,
): Record<string, string> {
  const region = external ? (caller.AWS_REGION ?? LOCAL_REGION) : LOCAL_REGION;
  const own = external
    ? CREDENTIAL_NAMES.flatMap((name) => (caller[name] === undefined ? [] : [[name, caller[name]]]))
    : [];
  const local = {
    AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
  };
  return {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    ...(own.length > 0 ? Object.fromEntries(own) : local),
    ...Object.fromEntries(SERVICES.map((service) => [`AWS_ENDPOINT_URL_${service}`, urls[service]])),
  };
}

/** A local run tells the past again: the Slack and PagerDuty of the stage's configuration hear nothing of it. */
function wakingNobody(config: unknown): unknown {
  if (!isObject(config) || !isObject(config.people)) return config;
  const { slack: _slack, pagerDuty: _pagerDuty, ...people } = config.people;
  return { ...config, people };
}

/** The variables that the topology promises to every function. */
export function productEnvironment(options: {
  sqsUrl: string;
  logsBucket: string;
  config: unknown;
  rollbackPolicyFile: string;
  budgetPolicyFile?: string;
  rubricsFile?: string;
}): Record<EnvironmentName, string> {
  const { sqsUrl, logsBucket, config, rollbackPolicyFile } = options;
  const { budgetPolicyFile = BUDGET_POLICY_FILE, rubricsFile = RUBRICS_FILE } = options;
  return {
    LOGS_BUCKET: logsBucket,
    LAKE_BUCKET: bucketName("lake"),
    REQUESTS_TABLE: tableName("requests"),
    WINDOWS_TABLE: tableName("windows"),
    STATE_TABLE: tableName("state"),
    ROLLOUTS_TABLE: tableName("rollouts"),
    REGISTRY_TABLE: tableName("registry"),
    REVIEWS_TABLE: tableName("reviews"),
    EVALUATE_HIGH_QUEUE_URL: queueUrl(sqsUrl, queueName("evaluate-high")),
    EVALUATE_NORMAL_QUEUE_URL: queueUrl(sqsUrl, queueName("evaluate-normal")),
    EVALUATE_LOW_QUEUE_URL: queueUrl(sqsUrl, queueName("evaluate-low")),
    APP_BUS_NAME: APP_BUS,
    EVENTS_TOPIC_ARN: topicArn("events"),
    PAGES_TOPIC_ARN: topicArn("pages"),
    BELLWETHER_CONFIG: JSON.stringify(wakingNobody(config)),
    ROLLBACK_POLICY_FILE: rollbackPolicyFile,
    BUDGET_POLICY_FILE: budgetPolicyFile,
    ATHENA_WORKGROUP: "bellwether",
    LAKE_DATABASE: "bellwether",
    RUBRICS_FILE: rubricsFile,
  };
}

/** What the Lambda runtime and Powertools read about the function itself; the service is the topology's name, a dimension of its metrics. */
export function runtimeEnvironment(name: FunctionName, memoryMb: number): Record<string, string> {
  return {
    AWS_LAMBDA_FUNCTION_NAME: functionName(name),
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${functionName(name)}`,
    POWERTOOLS_SERVICE_NAME: name,
    POWERTOOLS_METRICS_NAMESPACE: NAMESPACE,
  };
}

import { NAMESPACE } from "@bellwether/core/metrics";
import type { EnvironmentName, FunctionName } from "@bellwether/core/topology";
import { buckets } from "./buckets.ts";
import { appBus } from "./bus.ts";
import { database, workgroup } from "./lake.ts";
import { place } from "./place.ts";
import { queues } from "./queues.ts";
import { stageOf } from "./stage.ts";
import { tables } from "./tables.ts";
import { topics } from "./topics.ts";

/** Folder of the policies inside the deployed package, where Lambda starts. */
export const POLICIES = "policies";

// Named here, not by AWS: the configuration in a function's environment cannot wait for that function's own role.
export const roleNames = {
  evaluate: $interpolate`bellwether-${$app.stage}-evaluate-${place.region}`,
  ingest: $interpolate`bellwether-${$app.stage}-ingest-${place.region}`,
} as const;

const { config } = stageOf($app.stage);
const configJson = $resolve([place.partition, place.account, roleNames.evaluate, roleNames.ingest]).apply(
  ([partition, account, ...roles]) => {
    const [judge, embedder] = roles.map((role) => `arn:${partition}:iam::${account}:role/${role}`);
    return JSON.stringify({
      ...config,
      judge: { ...config.judge, roleArn: judge },
      drift: { ...config.drift, roleArn: embedder },
    });
  },
);

const environment: Record<EnvironmentName, $util.Input<string>> = {
  LOGS_BUCKET: buckets.logs.name,
  LAKE_BUCKET: buckets.lake.name,
  REQUESTS_TABLE: tables.requests.name,
  WINDOWS_TABLE: tables.windows.name,
  STATE_TABLE: tables.state.name,
  ROLLOUTS_TABLE: tables.rollouts.name,
  REGISTRY_TABLE: tables.registry.name,
  REVIEWS_TABLE: tables.reviews.name,
  EVALUATE_HIGH_QUEUE_URL: queues["evaluate-high"].url,
  EVALUATE_NORMAL_QUEUE_URL: queues["evaluate-normal"].url,
  EVALUATE_LOW_QUEUE_URL: queues["evaluate-low"].url,
  APP_BUS_NAME: appBus.name,
  EVENTS_TOPIC_ARN: topics.events.arn,
  PAGES_TOPIC_ARN: topics.pages.arn,
  BELLWETHER_CONFIG: configJson,
  ROLLBACK_POLICY_FILE: `${POLICIES}/rollback-policy.yaml`,
  BUDGET_POLICY_FILE: `${POLICIES}/budgets.yaml`,
  ATHENA_WORKGROUP: workgroup.name,
  LAKE_DATABASE: database.name,
  RUBRICS_FILE: `${POLICIES}/rubrics.yaml`,
};

/** Variables of a function; its topology name is the `service` dimension of its metrics. */
export const environmentOf = (name: FunctionName) => ({
  ...environment,
  POWERTOOLS_SERVICE_NAME: name,
  POWERTOOLS_METRICS_NAMESPACE: NAMESPACE,
});

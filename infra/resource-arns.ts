import { judgeCalls, TITAN_MODEL_ID } from "@bellwether/core/config/config";
import { buckets } from "./buckets.ts";
import { appBus } from "./bus.ts";
import { judgeModelArns } from "./judge-models.ts";
import { key } from "./key.ts";
import { database, workgroup } from "./lake.ts";
import { place } from "./place.ts";
import { deadLetterQueues, queues } from "./queues.ts";
import { stageOf } from "./stage.ts";
import { tables } from "./tables.ts";
import { topics } from "./topics.ts";
import type { Resource } from "./verbs.ts";

type Arn = $util.Input<string>;

function prefixed<Kind extends string, Name extends string>(
  kind: Kind,
  resources: Readonly<Record<Name, { readonly arn: Arn }>>,
): Record<`${Kind}:${Name}`, [Arn]> {
  const named = Object.entries<{ readonly arn: Arn }>(resources).map(([name, { arn }]) => [
    `${kind}:${name}`,
    [arn],
  ]);
  return Object.fromEntries(named) as Record<`${Kind}:${Name}`, [Arn]>;
}

const { config } = stageOf($app.stage);
const { drift, people, profiles } = config;

/** ARNs behind every name of the permission table. */
export const resourceArns: Readonly<Record<Resource, $util.Input<Arn[]>>> = {
  ...prefixed("table", tables),
  ...prefixed("bucket", buckets),
  "objects:logs": [$interpolate`${buckets.logs.arn}/*`],
  "objects:lake": [$interpolate`${buckets.lake.arn}/*`],
  ...prefixed("queue", queues),
  ...prefixed("topic", topics),
  ...prefixed("dead-letters", deadLetterQueues),
  "key:dynamodb": [key.arn],
  "key:s3": [key.arn],
  "key:sns": [key.arn],
  "key:sqs": [key.arn],
  // Spans belong to no resource.
  traces: ["*"],
  "bus:app": [appBus.arn],
  // PutMetricData knows no resources; the namespace is a condition.
  "metrics:own": ["*"],
  // CreateOpsItem knows no resources either.
  "ops-items": ["*"],
  "workgroup:lake": [workgroup.arn],
  "catalog:lake": [
    $interpolate`arn:${place.partition}:glue:${place.region}:${place.account}:catalog`,
    database.arn,
    $interpolate`arn:${place.partition}:glue:${place.region}:${place.account}:table/${database.name}/*`,
  ],
  "secrets:people": [people.slack, people.pagerDuty].flatMap((channel) => channel?.secretArn ?? []),
  "model:embedder":
    drift.embedding === "titan"
      ? [$interpolate`arn:${place.partition}:bedrock:${place.region}::foundation-model/${TITAN_MODEL_ID}`]
      : [],
  "model:judge": $util
    .output(place)
    .apply((where) => [
      ...new Set(judgeCalls(config).flatMap((model) => judgeModelArns(model, profiles, where))),
    ]),
};

import type { BucketName, DeadLetterName, QueueName, TableName, TopicName } from "@bellwether/core/topology";

/** Services through which a function uses the stage's key; its use outside of them is refused. */
export type KeyUser = "dynamodb" | "s3" | "sns" | "sqs";

/** What a permission is about; `objects` are the keys of a bucket, `metrics` our own namespace only, `secrets:people` what reaches Slack and PagerDuty, `catalog:lake` the tables that Athena looks up, `key` the stage's key by way of a service. */
export type Resource =
  | `table:${TableName}`
  | `bucket:${BucketName}`
  | `objects:${BucketName}`
  | `queue:${QueueName}`
  | `topic:${TopicName}`
  | `dead-letters:${DeadLetterName}`
  | `key:${KeyUser}`
  | "traces"
  | "bus:app"
  | "metrics:own"
  | "ops-items"
  | "workgroup:lake"
  | "catalog:lake"
  | "secrets:people"
  | "model:judge"
  | "model:embedder";

/** IAM actions by resource. */
export type Grants = { readonly [Name in Resource]?: readonly string[] };

// Without s3:ListBucket S3 answers 403 instead of 404, and a missing object would look like a broken one.
const readsLogs: Grants = { "objects:logs": ["s3:GetObject"], "bucket:logs": ["s3:ListBucket"] };
const readsLake: Grants = { "objects:lake": ["s3:GetObject"], "bucket:lake": ["s3:ListBucket"] };
const writesLake: Grants = { "objects:lake": ["s3:PutObject"] };

const requests = (...actions: readonly string[]): Grants => ({ "table:requests": actions });
const state = (...actions: readonly string[]): Grants => ({ "table:state": actions });
const rollouts = (...actions: readonly string[]): Grants => ({ "table:rollouts": actions });
const reviews = (...actions: readonly string[]): Grants => ({ "table:reviews": actions });
const registry = (...actions: readonly string[]): Grants => ({ "table:registry": actions });

const evaluateQueues = (action: string): Grants => ({
  "queue:evaluate-high": [action],
  "queue:evaluate-normal": [action],
  "queue:evaluate-low": [action],
});

/** IAM actions that each verb of packages/aws needs, as `module/verb`; a topic after a colon is the argument it is called with. */
export const VERBS = {
  "log-objects/readLogObject": readsLogs,
  "log-objects/readLogLines": readsLogs,
  "log-objects/readOffloadedBody": readsLogs,
  "log-objects/putLogObject": { "objects:logs": ["s3:PutObject"] },
  "lake/partName": {},
  "lake/writeLake": writesLake,
  "lake/writeDocument": writesLake,
  "lake/readDocument": readsLake,
  "lake-parts/listParts": { "bucket:lake": ["s3:ListBucket"] },
  "lake-parts/readPart": readsLake,
  "lake-parts/writePart": writesLake,
  // A delete on condition of an etag needs s3:GetObject too (S3 user guide, conditional deletes).
  "lake-parts/deletePart": { "objects:lake": ["s3:DeleteObject", "s3:GetObject"] },
  "lake-lease/takeLakeLease": state("dynamodb:PutItem"),
  "lake-lease/releaseLakeLease": state("dynamodb:DeleteItem"),
  // Athena looks tables up, reads the lake and writes its answers with the rights of whoever asks.
  "lake-queries/queryLake": {
    "workgroup:lake": ["athena:StartQueryExecution", "athena:GetQueryExecution", "athena:GetQueryResults"],
    "catalog:lake": ["glue:GetDatabase", "glue:GetTable", "glue:GetPartitions"],
    "bucket:lake": ["s3:GetBucketLocation", "s3:ListBucket"],
    "objects:lake": [
      "s3:GetObject",
      "s3:PutObject",
      "s3:AbortMultipartUpload",
      "s3:ListMultipartUploadParts",
    ],
  },
  "requests-table/getRequest": requests("dynamodb:GetItem"),
  "requests-table/claimRequest": requests("dynamodb:UpdateItem", "dynamodb:GetItem"),
  "requests-table/claimNewUser": requests("dynamodb:UpdateItem"),
  "requests-table/learnApp": requests("dynamodb:UpdateItem"),
  "requests-table/appsOf": requests("dynamodb:GetItem"),
  "requests-table/reviseDecision": requests("dynamodb:UpdateItem"),
  "requests-table/castVote": requests("dynamodb:UpdateItem"),
  "requests-table/attachInteraction": requests("dynamodb:UpdateItem"),
  "requests-table/requeueRequest": requests("dynamodb:UpdateItem"),
  "requests-table/leaseRequest": requests("dynamodb:UpdateItem"),
  "requests-table/releaseLease": requests("dynamodb:UpdateItem"),
  "requests-table/saveJudgement": requests("dynamodb:UpdateItem"),
  "fold-state/readFoldedBuckets": state("dynamodb:Query"),
  "fold-state/oldestFold": state("dynamodb:Query"),
  "drift-state/getDriftState": state("dynamodb:GetItem"),
  "drift-state/saveDriftState": state("dynamodb:PutItem"),
  "titan/embedText": { "model:embedder": ["bedrock:InvokeModel"] },
  "budget-watch/getBudgetWatch": state("dynamodb:GetItem"),
  "budget-watch/saveBudgetWatch": state("dynamodb:PutItem"),
  // Part of hour-totals/saveHour.
  "spend-series/saveHourlySpend": state("dynamodb:UpdateItem"),
  "spend-series/readHourlySpend": state("dynamodb:Query"),
  "spend-series/readBucketSpend": state("dynamodb:Query"),
  "sentinel-state/getSentinel": state("dynamodb:GetItem"),
  "sentinel-state/saveSentinel": state("dynamodb:PutItem"),
  "topics/getTopics": state("dynamodb:GetItem"),
  "topics/saveTopics": state("dynamodb:PutItem"),
  "windows-table/putWindowItems": {
    "table:windows": ["dynamodb:BatchWriteItem"],
    ...state("dynamodb:BatchWriteItem"),
  },
  "windows-table/readBucket": { "table:windows": ["dynamodb:Query"] },
  "dirty-marks/dirtyMarks": state("dynamodb:Query"),
  "dirty-marks/clearMarks": state("dynamodb:BatchWriteItem"),
  "fold-state/foldVersion": state("dynamodb:GetItem"),
  "fold-state/saveFold": state("dynamodb:PutItem"),
  "fold-state/noteFolded": state("dynamodb:UpdateItem", "dynamodb:BatchWriteItem"),
  // These six in one record.
  "fold-verbs/foldVerbs": {
    "table:windows": ["dynamodb:Query"],
    ...state(
      "dynamodb:Query",
      "dynamodb:BatchWriteItem",
      "dynamodb:GetItem",
      "dynamodb:PutItem",
      "dynamodb:UpdateItem",
    ),
  },
  "fold-state/foldNote": state("dynamodb:GetItem"),
  "fold-state/readFolds": state("dynamodb:Query"),
  "hour-totals/dirtyHours": state("dynamodb:Query"),
  "hour-totals/clearHours": state("dynamodb:BatchWriteItem"),
  "hour-totals/saveHour": state("dynamodb:BatchWriteItem", "dynamodb:UpdateItem"),
  "hour-totals/readTraffic": state("dynamodb:Query"),
  "hour-totals/readHours": state("dynamodb:Query"),
  "hour-totals/measuredUntil": state("dynamodb:GetItem"),
  "hour-totals/noteMeasured": state("dynamodb:PutItem"),
  "kappa-rows/putKappaRow": state("dynamodb:PutItem"),
  "kappa-rows/kappaRows": state("dynamodb:Query"),
  "findings/getFinding": state("dynamodb:GetItem"),
  "findings/saveFinding": state("dynamodb:PutItem"),
  "findings/getBaseline": state("dynamodb:GetItem"),
  "findings/freezeBaselineOnce": state("dynamodb:PutItem", "dynamodb:GetItem"),
  "rollouts-table/getRollout": rollouts("dynamodb:GetItem"),
  "rollouts-table/putRollout": rollouts("dynamodb:PutItem"),
  "registry-table/registryTable": registry("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"),
  "reviews-table/putReviewTask": reviews("dynamodb:PutItem"),
  "reviews-table/reviewVolume": reviews("dynamodb:GetItem"),
  "reviews-table/noteVolume": reviews("dynamodb:PutItem"),
  "reviews-table/getAgreement": reviews("dynamodb:GetItem"),
  // People's labels: a reviewer's own role needs it, no function does.
  "reviews-table/reviewTasks": reviews("dynamodb:Query"),
  "sent-notices/sentTo": state("dynamodb:GetItem"),
  "sent-notices/markSent": state("dynamodb:UpdateItem"),
  "ops-items/createOpsItem": { "ops-items": ["ssm:CreateOpsItem"] },
  "secrets/readSecret": { "secrets:people": ["secretsmanager:GetSecretValue"] },
  "messages/sendToEvaluate": evaluateQueues("sqs:SendMessage"),
  "messages/delayMessage": evaluateQueues("sqs:ChangeMessageVisibility"),
  "messages/publish:events": { "topic:events": ["sns:Publish"] },
  "messages/publish:pages": { "topic:pages": ["sns:Publish"] },
  "messages/raise": { "bus:app": ["events:PutEvents"] },
  "gauges/putGauges": { "metrics:own": ["cloudwatch:PutMetricData"] },
  // Converse is authorised as InvokeModel; there is no action of its own.
  "judge/converse": { "model:judge": ["bedrock:InvokeModel"] },
} as const satisfies Readonly<Record<string, Grants>>;
export type Verb = keyof typeof VERBS;

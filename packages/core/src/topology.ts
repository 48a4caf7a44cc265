/** Names and numbers of every AWS resource; infra and the local endpoints are both built from this file. */

export const BUCKETS = ["logs", "lake"] as const;
export type BucketName = (typeof BUCKETS)[number];

export const TABLES = {
  requests: { hashKey: "id", ttl: "expireAt" },
  windows: { hashKey: "pk", rangeKey: "sk", ttl: "expireAt" },
  state: { hashKey: "pk", rangeKey: "sk", ttl: "expireAt" },
  rollouts: { hashKey: "app" },
  registry: { hashKey: "pk", rangeKey: "sk" },
  reviews: { hashKey: "pk", rangeKey: "sk", ttl: "expireAt" },
} as const satisfies Record<string, { hashKey: string; rangeKey?: string; ttl?: string }>;
export type TableName = keyof typeof TABLES;

interface QueueSpec {
  /** Seconds; at least six times the consumer's timeout (Lambda event source mapping guide). */
  readonly visibilitySeconds: number;
  readonly maxReceiveCount: number;
  readonly retentionDays: number;
  /** Age of the oldest message that is no longer normal, seconds: a message that is tried a second time is younger. */
  readonly oldestSeconds: number;
}

export const QUEUES = {
  ingest: { visibilitySeconds: 1_800, maxReceiveCount: 5, retentionDays: 14, oldestSeconds: 3_600 },
  feedback: { visibilitySeconds: 180, maxReceiveCount: 5, retentionDays: 14, oldestSeconds: 900 },
  "evaluate-high": { visibilitySeconds: 900, maxReceiveCount: 100, retentionDays: 14, oldestSeconds: 3_600 },
  "evaluate-normal": {
    visibilitySeconds: 900,
    maxReceiveCount: 100,
    retentionDays: 14,
    oldestSeconds: 14_400,
  },
  "evaluate-low": { visibilitySeconds: 900, maxReceiveCount: 100, retentionDays: 14, oldestSeconds: 86_400 },
  // An hour of a channel that is down; then the alarm on dead letters pages.
  notify: { visibilitySeconds: 180, maxReceiveCount: 20, retentionDays: 14, oldestSeconds: 900 },
} as const satisfies Record<string, QueueSpec>;
export type QueueName = keyof typeof QUEUES;

/** Where what AWS itself could not deliver, or a function gave up, is kept; every queue above has one of its own beside these. */
export const DEAD_LETTERS = {
  /** Events that a rule could not hand to its target. */
  events: { retentionDays: 14 },
  /** Notices and pages that a topic could not hand to a subscription. */
  notices: { retentionDays: 14 },
  /** Invocations of rollback that failed three times: find out whether the canary is still in traffic. */
  rollback: { retentionDays: 14 },
  /** Log events of CloudWatch Logs that could not be stored: Bedrock does not send them again. */
  "log-events": { retentionDays: 14 },
  /** Ticks that Scheduler could not hand over or that failed. The next tick makes up for them, so they only tell, and not for long. */
  ticks: { retentionDays: 1 },
} as const satisfies Record<string, { retentionDays: number }>;
export type DeadLetterName = keyof typeof DEAD_LETTERS;

/** `events` carries what happened to notify; `pages` reaches people. */
export const TOPICS = { events: { queue: "notify" }, pages: {} } as const satisfies Record<
  string,
  { queue?: QueueName }
>;
export type TopicName = keyof typeof TOPICS;

interface FunctionSpec {
  readonly handler: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** Event source mappings; a batch larger than 10 needs a window of at least a second. */
  readonly sources?: readonly {
    readonly queue: QueueName;
    readonly batchSize: number;
    readonly windowSeconds: number;
    readonly maxConcurrency: number;
  }[];
}

export const FUNCTIONS = {
  ingest: {
    handler: "functions/ingest.handler",
    memoryMb: 1_024,
    timeoutSeconds: 300,
    sources: [{ queue: "ingest", batchSize: 1, windowSeconds: 0, maxConcurrency: 20 }],
  },
  // Only where Bedrock logs to CloudWatch Logs: it stores what a subscription delivers as log objects.
  "log-subscription": { handler: "functions/log-subscription.handler", memoryMb: 256, timeoutSeconds: 60 },
  feedback: {
    handler: "functions/feedback.handler",
    memoryMb: 512,
    timeoutSeconds: 30,
    sources: [{ queue: "feedback", batchSize: 50, windowSeconds: 5, maxConcurrency: 10 }],
  },
  evaluate: {
    handler: "functions/evaluate.handler",
    memoryMb: 512,
    timeoutSeconds: 150,
    sources: [
      { queue: "evaluate-high", batchSize: 25, windowSeconds: 5, maxConcurrency: 10 },
      { queue: "evaluate-normal", batchSize: 25, windowSeconds: 5, maxConcurrency: 6 },
      { queue: "evaluate-low", batchSize: 25, windowSeconds: 5, maxConcurrency: 4 },
    ],
  },
  pace: { handler: "functions/pace.handler", memoryMb: 512, timeoutSeconds: 50 },
  "detect-canary": { handler: "functions/detect-canary.handler", memoryMb: 512, timeoutSeconds: 50 },
  measure: { handler: "functions/measure.handler", memoryMb: 512, timeoutSeconds: 55 },
  "detect-drift": { handler: "functions/detect-drift.handler", memoryMb: 1_024, timeoutSeconds: 300 },
  "detect-cost": { handler: "functions/detect-cost.handler", memoryMb: 1_024, timeoutSeconds: 290 },
  sentinel: { handler: "functions/sentinel.handler", memoryMb: 512, timeoutSeconds: 300 },
  compact: { handler: "functions/compact.handler", memoryMb: 1_024, timeoutSeconds: 900 },
  rollback: { handler: "functions/rollback.handler", memoryMb: 512, timeoutSeconds: 60 },
  notify: {
    handler: "functions/notify.handler",
    memoryMb: 256,
    timeoutSeconds: 30,
    // One notice at a time: a channel that hangs delays no other notice.
    sources: [{ queue: "notify", batchSize: 1, windowSeconds: 0, maxConcurrency: 2 }],
  },
} as const satisfies Record<string, FunctionSpec>;
export type FunctionName = keyof typeof FUNCTIONS;

/** EventBridge Scheduler; the input is `{"time": "<aws.scheduler.scheduled-time>"}`. */
export const SCHEDULES = {
  // First: what a minute allows is known before anything else happens in it.
  pace: { rateMinutes: 1, function: "pace" },
  "detect-canary": { rateMinutes: 1, function: "detect-canary" },
  measure: { rateMinutes: 5, function: "measure" },
  // After measure, which makes the sums that it reads.
  "detect-cost": { rateMinutes: 5, function: "detect-cost" },
  "detect-drift": { rateMinutes: 15, function: "detect-drift" },
  // It judges once a day; every hour it sees whether the judge is another one.
  sentinel: { rateMinutes: 60, function: "sentinel" },
  compact: { rateMinutes: 1_440, function: "compact" },
} as const satisfies Record<string, { rateMinutes: number; function: FunctionName }>;

export type RuleTarget = { readonly queue: QueueName } | { readonly function: FunctionName };

interface RuleSpec {
  readonly bus: "default" | "app";
  readonly pattern: Record<string, unknown>;
  readonly target: RuleTarget;
}

/** Prefix of the alarms that ring for a canary; rollback listens to no other. */
export const CANARY_ALARM_PREFIX = "bellwether-canary-";

/** EventBridge rules; `LOGS_BUCKET` in a pattern stands for the physical name of the logs bucket. */
export const RULES = {
  "log-object-created": {
    bus: "default",
    pattern: {
      source: ["aws.s3"],
      "detail-type": ["Object Created"],
      detail: { bucket: { name: ["LOGS_BUCKET"] } },
    },
    target: { queue: "ingest" },
  },
  "app-events": {
    bus: "app",
    pattern: { source: ["bellwether.app"], "detail-type": ["feedback", "interaction", "look"] },
    target: { queue: "feedback" },
  },
  "canary-alarm": {
    bus: "default",
    pattern: {
      source: ["aws.cloudwatch"],
      "detail-type": ["CloudWatch Alarm State Change"],
      detail: { alarmName: [{ prefix: CANARY_ALARM_PREFIX }], state: { value: ["ALARM"] } },
    },
    target: { function: "rollback" },
  },
  "canary-verdict": {
    bus: "app",
    pattern: { source: ["bellwether"], "detail-type": ["canary verdict"] },
    target: { function: "rollback" },
  },
} as const satisfies Record<string, RuleSpec>;

/** Names around Bedrock's logging to CloudWatch Logs; Bedrock itself chose that of the stream. */
export const INVOCATION_LOGS = {
  logGroup: (stage: string) => `/bellwether/${stage}/model-invocations`,
  logStream: "aws/bedrock/modelinvocations",
  /** What is subscribed to lies in the logs bucket a moment later. */
  logGroupDays: 7,
  role: (stage: string, region: string) => `bellwether-${stage}-bedrock-logs-${region}`,
  rolePolicy: "write-invocation-logs",
  subscription: "bellwether",
} as const;

/** Environment variables that packages/aws reads; infra and the local runner set exactly these. */
export const ENVIRONMENT = {
  LOGS_BUCKET: "name of the bucket Bedrock writes its invocation logs to",
  LAKE_BUCKET: "name of the bucket that holds the Parquet lake and postmortems",
  REQUESTS_TABLE: "table `requests`",
  WINDOWS_TABLE: "table `windows`",
  STATE_TABLE: "table `state`",
  ROLLOUTS_TABLE: "table `rollouts`",
  REGISTRY_TABLE: "table `registry`",
  REVIEWS_TABLE: "table `reviews`",
  EVALUATE_HIGH_QUEUE_URL: "queue `evaluate-high`",
  EVALUATE_NORMAL_QUEUE_URL: "queue `evaluate-normal`",
  EVALUATE_LOW_QUEUE_URL: "queue `evaluate-low`",
  APP_BUS_NAME: "EventBridge bus of app events",
  EVENTS_TOPIC_ARN: "topic `events`",
  PAGES_TOPIC_ARN: "topic `pages`",
  BELLWETHER_CONFIG: "JSON of the stage's configuration (core/config)",
  ROLLBACK_POLICY_FILE: "path of rollback-policy.yaml",
  BUDGET_POLICY_FILE: "path of budgets.yaml",
  ATHENA_WORKGROUP: "Athena workgroup of the lake",
  LAKE_DATABASE: "Glue database of the lake",
  RUBRICS_FILE: "path of rubrics.yaml",
} as const satisfies Record<string, string>;
export type EnvironmentName = keyof typeof ENVIRONMENT;

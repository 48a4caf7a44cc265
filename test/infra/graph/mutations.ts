import type { Graph, Resource } from "./graph.ts";

type Inputs = Record<string, unknown>;

/** The graph with one resource changed; throws when it has no such resource. */
function change(graph: Graph, type: string, name: string, to: (inputs: Inputs) => Inputs): Graph {
  const at = graph.resources.findIndex((one) => one.type === `aws:${type}` && one.name === name);
  const found = graph.resources[at];
  if (found === undefined) throw new Error(`no ${type} ${name} to change`);
  return {
    ...graph,
    resources: graph.resources.with(at, { ...found, inputs: to(structuredClone(found.inputs)) }),
  };
}

const set =
  (type: string, name: string, inputs: Inputs) =>
  (graph: Graph): Graph =>
    change(graph, type, name, (old) => ({ ...old, ...inputs }));

const drop =
  (type: string, name: string) =>
  (graph: Graph): Graph => {
    const resources = graph.resources.filter((one) => one.type !== `aws:${type}` || one.name !== name);
    if (resources.length === graph.resources.length) throw new Error(`no ${type} ${name} to drop`);
    return { ...graph, resources };
  };

const replace =
  (type: string, name: string, from: string, to: string) =>
  (graph: Graph): Graph =>
    change(graph, type, name, (inputs) => {
      const text = JSON.stringify(inputs);
      if (!text.includes(from)) throw new Error(`${name} has no ${from}`);
      return JSON.parse(text.replace(from, to));
    });

const add =
  (resource: Omit<Resource, "retained">) =>
  (graph: Graph): Graph => ({ ...graph, resources: [...graph.resources, { ...resource, retained: false }] });

const discard =
  (name: string) =>
  (graph: Graph): Graph => ({
    ...graph,
    resources: graph.resources.map((one) => (one.name === name ? { ...one, retained: !one.retained } : one)),
  });

const LAMBDA = "lambda/function:Function";
const ROLE = "iam/role:Role";
const QUEUE = "sqs/queue:Queue";
const MAPPING = "lambda/eventSourceMapping:EventSourceMapping";
const ALARM = "cloudwatch/metricAlarm:MetricAlarm";
const COMPOSITE = "cloudwatch/compositeAlarm:CompositeAlarm";
const INVOKE = "lambda/functionEventInvokeConfig:FunctionEventInvokeConfig";
const LOGS = "cloudwatch/logGroup:LogGroup";
const TABLE = "dynamodb/table:Table";
const BUCKET_POLICY = "s3/bucketPolicy:BucketPolicy";
const PUBLIC = "s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const SCHEDULE = "scheduler/schedule:Schedule";

/** A mistake, the graph with it, and what at least one of the problems has to say. */
export const MUTATIONS: readonly (readonly [mistake: string, make: (graph: Graph) => Graph, says: RegExp])[] =
  [
    [
      "rubrics left at home",
      (graph) => ({ ...graph, packed: { ...graph.packed, Evaluate: { copies: [], splitting: true } } }),
      /^package of evaluate: copies is \[\], not \["infra\/policies to policies"\]$/,
    ],
    [
      "a permission too many",
      replace(ROLE, "IngestRole", '\\"dynamodb:Query\\"', '\\"dynamodb:Query\\",\\"dynamodb:DeleteItem\\"'),
      /^ingest may do has dynamodb:DeleteItem on \S+ too$/,
    ],
    [
      "a permission too few",
      replace(ROLE, "RollbackRole", "sns:Publish", "sns:ListTopics"),
      /^rollback may do lacks sns:Publish on \S+EventsTopic/,
    ],
    [
      "the right action on the wrong table",
      replace(ROLE, "NotifyRole", "StateTableTable", "RequestsTableTable"),
      /^notify may do has dynamodb:GetItem on \S+RequestsTable\S+ too$/,
    ],
    ["a whole service", replace(ROLE, "IngestRole", "s3:GetObject", "s3:*"), /^IngestRole may s3:\*$/],
    [
      "every resource",
      replace(
        ROLE,
        "PaceScheduleRole",
        "arn:aws:sqs:us-east-1:123456789012:bellwether-dev-TicksDeadLettersQueue-bdvfbzta",
        "*",
      ),
      /^PaceScheduleRole may sqs:SendMessage on every resource$/,
    ],
    [
      "metrics of any namespace",
      replace(ROLE, "PaceRole", "cloudwatch:namespace", "aws:ResourceAccount"),
      /^pace may do lacks cloudwatch:PutMetricData/,
    ],
    [
      "the key outside of its service",
      replace(ROLE, "NotifyRole", "kms:ViaService", "aws:ResourceAccount"),
      /^notify may do lacks kms:Decrypt/,
    ],
    [
      "a managed policy",
      replace(ROLE, "EvaluateRole", "service-role/AWSLambdaBasicExecutionRole", "AdministratorAccess"),
      /^evaluate's managed policies has \S+AdministratorAccess too$/,
    ],
    [
      "a role that anybody assumes",
      replace(ROLE, "EvaluateRole", '{"Service":"lambda.amazonaws.com"}', '{"AWS":"*"}'),
      /^EvaluateRole is assumed by has {"AWS":"\*"} too$/,
    ],
    [
      "no dead-letter queue",
      drop(QUEUE, "FeedbackDeadLettersQueue"),
      /^queues lacks FeedbackDeadLettersQueue$/,
    ],
    [
      "no redrive",
      set(QUEUE, "EvaluateLowQueueQueue", { redrivePolicy: undefined }),
      /^queue evaluate-low: redrivePolicy is nothing/,
    ],
    [
      "given up too early",
      replace(QUEUE, "EvaluateLowQueueQueue", '\\"maxReceiveCount\\":100', '\\"maxReceiveCount\\":3'),
      /^queue evaluate-low: redrivePolicy/,
    ],
    [
      "visibility below six timeouts",
      set(QUEUE, "IngestQueueQueue", { visibilityTimeoutSeconds: 300 }),
      /^queue ingest: visibility 300 s is less than six timeouts of ingest$/,
    ],
    [
      "dead letters forgotten first",
      set(QUEUE, "IngestDeadLettersQueue", { messageRetentionSeconds: 345_600 }),
      /^dead letters of ingest are kept 345600 s only$/,
    ],
    [
      "an unencrypted queue",
      set(QUEUE, "NotifyQueueQueue", { kmsMasterKeyId: undefined }),
      /^queue notify: kmsMasterKeyId is nothing/,
    ],
    [
      "a queue open to any rule",
      replace("sqs/queuePolicy:QueuePolicy", "FeedbackSenders", "rule/bellwether-dev-app-events", "rule/*"),
      /^senders of queue feedback has events.amazonaws.com from \S+rule\/\* too$/,
    ],
    [
      "a queue without TLS",
      replace("sqs/queuePolicy:QueuePolicy", "IngestDeadLettersSenders", "aws:SecureTransport", "aws:x"),
      /^dead letters of ingest takes messages without TLS$/,
    ],
    [
      "whole batches fail",
      set(MAPPING, "EvaluatePollsEvaluateHigh", { functionResponseTypes: undefined }),
      /^evaluate polls evaluate-high: functionResponseTypes is nothing/,
    ],
    [
      "another batch",
      set(MAPPING, "FeedbackPollsFeedback", { batchSize: 10 }),
      /^feedback polls feedback: batchSize is 10, not 50$/,
    ],
    [
      "no limit on a queue",
      set(MAPPING, "IngestPollsIngest", { scalingConfig: undefined }),
      /^ingest polls ingest: scalingConfig is nothing/,
    ],
    [
      "another queue",
      replace(MAPPING, "IngestPollsIngest", "IngestQueueQueue", "NotifyQueueQueue"),
      /^ingest polls ingest: eventSourceArn/,
    ],
    [
      "reserved concurrency below the sum",
      set(LAMBDA, "EvaluateFunction", { reservedConcurrentExecutions: 3 }),
      /^evaluate: reservedConcurrentExecutions is 3/,
    ],
    [
      "two ticks at a time",
      set(LAMBDA, "PaceFunction", { reservedConcurrentExecutions: 2 }),
      /^pace: reservedConcurrentExecutions is 2, not 1$/,
    ],
    [
      "a misspelt variable",
      replace(LAMBDA, "IngestFunction", '"LOGS_BUCKET"', '"LOG_BUCKET"'),
      /^environment of ingest lacks LOGS_BUCKET$/,
    ],
    [
      "a missing variable",
      replace(LAMBDA, "PaceFunction", '"ROLLOUTS_TABLE"', '"SST_KEY"'),
      /^environment of pace lacks ROLLOUTS_TABLE$/,
    ],
    [
      "an empty variable",
      replace(LAMBDA, "PaceFunction", '"RUBRICS_FILE":"policies/rubrics.yaml"', '"RUBRICS_FILE":""'),
      /^environment of pace: RUBRICS_FILE is empty$/,
    ],
    [
      "an older runtime",
      set(LAMBDA, "NotifyFunction", { runtime: "nodejs20.x" }),
      /^notify: runtime is "nodejs20.x", not "nodejs24.x"$/,
    ],
    [
      "the dearer architecture",
      set(LAMBDA, "NotifyFunction", { architectures: ["x86_64"] }),
      /^notify: architectures is \["x86_64"\]/,
    ],
    [
      "no traces",
      set(LAMBDA, "RollbackFunction", { tracingConfig: undefined }),
      /^rollback: tracingConfig is nothing/,
    ],
    [
      "another handler",
      set(LAMBDA, "RollbackFunction", { handler: "functions/notify.handler" }),
      /^rollback: handler is/,
    ],
    [
      "a function nobody knows",
      add({ type: `aws:${LAMBDA}`, name: "ExtraFunction", inputs: {} }),
      /^functions has ExtraFunction too$/,
    ],
    [
      "logs for ever",
      set(LOGS, "EvaluateLogGroup", { retentionInDays: undefined }),
      /^log group of evaluate: retentionInDays is nothing/,
    ],
    [
      "logs elsewhere",
      set(LAMBDA, "EvaluateFunction", { loggingConfig: { logFormat: "Text" } }),
      /^logging of evaluate: logGroup is nothing/,
    ],
    [
      "a failed rollback lost",
      set(INVOKE, "RollbackEventInvokeConfig", { destinationConfig: undefined }),
      /^asynchronous rollback: destinationConfig is nothing/,
    ],
    [
      "a tick tried again",
      set(INVOKE, "PaceEventInvokeConfig", { maximumRetryAttempts: 2 }),
      /^asynchronous pace: maximumRetryAttempts is 2, not 0$/,
    ],
    [
      "another pattern",
      replace("cloudwatch/eventRule:EventRule", "AppEventsRule", "interaction", "interactions"),
      /^rule app-events: eventPattern/,
    ],
    [
      "alarms of every name ring rollback",
      replace("cloudwatch/eventRule:EventRule", "CanaryAlarmRule", "bellwether-canary-", ""),
      /^rule canary-alarm: eventPattern/,
    ],
    [
      "another bucket's objects",
      replace("cloudwatch/eventRule:EventRule", "LogObjectCreatedRule", "logsbucket", "lakebucket"),
      /^rule log-object-created: eventPattern/,
    ],
    [
      "an event lost on the way",
      set("cloudwatch/eventTarget:EventTarget", "CanaryAlarmTarget", { deadLetterConfig: undefined }),
      /^target of rule canary-alarm: deadLetterConfig is nothing/,
    ],
    [
      "a rule that may not invoke",
      drop("lambda/permission:Permission", "CanaryVerdictInvokesRollback"),
      /^right of rule canary-verdict is missing$/,
    ],
    [
      "another rate",
      set(SCHEDULE, "DetectCanaryScheduleSchedule", { scheduleExpression: "rate(5 minutes)" }),
      /^schedule detect-canary: scheduleExpression/,
    ],
    [
      "a schedule switched off",
      set(SCHEDULE, "PaceScheduleSchedule", { state: "DISABLED" }),
      /^schedule pace: state is "DISABLED"/,
    ],
    [
      "a tick without its time",
      replace(SCHEDULE, "PaceScheduleSchedule", "aws.scheduler.scheduled-time", "now"),
      /^target of schedule pace: input/,
    ],
    [
      "a tick lost on the way",
      replace(SCHEDULE, "PaceScheduleSchedule", "deadLetterConfig", "other"),
      /^target of schedule pace: deadLetterConfig is nothing/,
    ],
    [
      "a notice lost on the way",
      set("sns/topicSubscription:TopicSubscription", "EventsFeedsNotify", { redrivePolicy: undefined }),
      /^subscription EventsFeedsNotify: redrivePolicy is nothing/,
    ],
    [
      "an unencrypted topic",
      set("sns/topic:Topic", "PagesTopicTopic", { kmsMasterKeyId: undefined }),
      /^topic pages: kmsMasterKeyId is nothing/,
    ],
    [
      "alarms that reach nobody",
      drop("sns/topicPolicy:TopicPolicy", "PagesTopicPolicy"),
      /^publishers of pages lacks cloudwatch.amazonaws.com$/,
    ],
    [
      "another key of a table",
      set(TABLE, "WindowsTableTable", { rangeKey: "bucket" }),
      /^table windows: rangeKey is "bucket", not "sk"$/,
    ],
    ["no expiry", set(TABLE, "RequestsTableTable", { ttl: undefined }), /^table requests: ttl is nothing/],
    [
      "no recovery",
      set(TABLE, "RolloutsTableTable", { pointInTimeRecovery: { enabled: false } }),
      /^table rollouts: pointInTimeRecovery/,
    ],
    [
      "AWS's own key on a table",
      set(TABLE, "StateTableTable", { serverSideEncryption: undefined }),
      /^table state: serverSideEncryption is nothing/,
    ],
    [
      "a bucket without TLS",
      replace(BUCKET_POLICY, "LakePolicy", "aws:SecureTransport", "aws:x"),
      /^bucket lake answers without TLS$/,
    ],
    [
      "Bedrock of any account",
      replace(BUCKET_POLICY, "LogsPolicy", "aws:SourceAccount", "aws:x"),
      /^writers of logs lacks/,
    ],
    [
      "a public bucket",
      set(PUBLIC, "LogsPublicAccessBlock", { blockPublicPolicy: false }),
      /^public access of logs: blockPublicPolicy is false/,
    ],
    [
      "no block of public access",
      drop(PUBLIC, "LakePublicAccessBlock"),
      /^public access of lake is missing$/,
    ],
    [
      "S3's own key",
      replace(
        "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "LogsEncryption",
        "aws:kms",
        "AES256",
      ),
      /^encryption of logs: rules/,
    ],
    [
      "texts kept for ever",
      drop("s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "LogsLifecycle"),
      /^expiry of logs: AWSLogs\/ is nothing/,
    ],
    [
      "no events of objects",
      set("s3/bucketNotification:BucketNotification", "LogsEvents", { eventbridge: undefined }),
      /^events of logs: eventbridge is nothing/,
    ],
    [
      "answers in the clear",
      replace("athena/workgroup:Workgroup", "Analysts", "SSE_KMS", "SSE_S3"),
      /^answers of Athena: encryptionOption/,
    ],
    [
      "a key that never changes",
      set("kms/key:Key", "DataKey", { enableKeyRotation: false }),
      /^key: enableKeyRotation is false, not true$/,
    ],
    [
      "a key for everybody",
      replace("kms/key:Key", "DataKey", '\\"arn:aws:iam::123456789012:root\\"', '\\"*\\"'),
      /^principals of the key has {"AWS":\["\*"\]} too$/,
    ],
    [
      "Bedrock's use of the key for any account",
      replace("kms/key:Key", "DataKey", "aws:SourceAccount", "aws:x"),
      /^bedrock.amazonaws.com uses the key for any account$/,
    ],
    [
      "an alarm renamed",
      set(ALARM, "BellwetherJudgeFailing", { name: "judge-failing" }),
      /^alarm bellwether-judge-failing is missing$/,
    ],
    [
      "an alarm missing",
      drop(ALARM, "BellwetherCanarySupportBot"),
      /^alarm bellwether-canary-support-bot is missing$/,
    ],
    [
      "another threshold",
      set(ALARM, "BellwetherDetectCanarySilent", { threshold: 2 }),
      /^alarm bellwether-detect-canary-silent: threshold is 2, not 1$/,
    ],
    [
      "silence taken for health",
      set(ALARM, "BellwetherDetectCanarySilent", { treatMissingData: "notBreaching" }),
      /^alarm bellwether-detect-canary-silent: treatMissingData/,
    ],
    [
      "no alarm on dead letters",
      drop(ALARM, "BellwetherDeadLettersTicks"),
      /^alarm bellwether-dead-letters-ticks is missing$/,
    ],
    [
      "a ticket that nobody gets",
      set(ALARM, "BellwetherErrorsIngest", { alarmActions: undefined }),
      /^alarm bellwether-errors-ingest: alarmActions is nothing/,
    ],
    [
      "an alarm about another function",
      replace(ALARM, "BellwetherErrorsRollback", "RollbackFunction", "IngestFunction"),
      /^alarm bellwether-errors-rollback: dimensions is/,
    ],
    [
      "a composite that pages nobody",
      set(COMPOSITE, "BellwetherPipelineDetectors", { alarmActions: undefined }),
      /^composite bellwether-pipeline-detectors: alarmActions is nothing/,
    ],
    [
      "a composite without a member",
      replace(COMPOSITE, "BellwetherPipelineDetectors", "bellwether-errors-rollback", "bellwether-errors"),
      /^composite bellwether-pipeline-detectors: alarmRule/,
    ],
    [
      "no dashboard for on-call",
      drop("cloudwatch/dashboard:Dashboard", "OnCall"),
      /^dashboards lacks bellwether-on-call$/,
    ],
    [
      "a table thrown away or kept against the stage",
      discard("ReviewsTableTable"),
      /^table reviews: retained is true, not false$/,
    ],
    ["a key thrown away or kept against the stage", discard("DataKey"), /^key: retained is true, not false$/],
    [
      "a stage that is removed with its data",
      (graph) => ({ ...graph, app: { ...graph.app, removal: "retain-all" } }),
      /^stage dev: removal is "retain-all", not "remove"$/,
    ],
  ];

import { NAMESPACE } from "../metrics.ts";
import { type AlarmSpec, atLeast, periods } from "./spec.ts";

const concern = "ingest" as const;
const quiet = {
  treatMissingData: "notBreaching",
  missingBecause: "AWS publishes nothing while it does not happen",
} as const;

const delivery = (
  name: string,
  metric: "ModelInvocationLogsS3DeliveryFailure" | "ModelInvocationLargeDataS3DeliveryFailure",
) =>
  ({
    name,
    namespace: "AWS/Bedrock",
    metric,
    dimensions: {},
    ...atLeast(1, 3, 2),
    ...quiet,
    concern,
  }) as const;

/** Whether logs arrive and can be read; `lagMinutes` is how long the watermark waits for them. */
export const ingestAlarms = (lagMinutes: number): AlarmSpec[] => [
  {
    ...delivery("bellwether-log-delivery-failing", "ModelInvocationLogsS3DeliveryFailure"),
    severity: "page",
    runbook: {
      family: "Log delivery failing",
      means:
        "Bedrock could not write invocation logs to the logs bucket. What is not delivered is lost: every number of that time is of fewer calls.",
      look: { command: "aws bedrock get-model-invocation-logging-configuration" },
      action:
        "compare bucket and prefix with the stage's logs bucket and repair its policy (infra/buckets.ts); tell analysts of the gap.",
    },
  },
  {
    ...delivery("bellwether-large-body-delivery-failing", "ModelInvocationLargeDataS3DeliveryFailure"),
    severity: "ticket",
    runbook: {
      family: "Large bodies not delivered",
      means:
        "Bedrock could not write bodies over 100 KB. Their calls are counted and priced, but cannot be judged.",
      look: { saved: "why-not-evaluated" },
      action: "repair the bucket policy for the prefix `data/`; nothing can be had back.",
    },
  },
  {
    name: "bellwether-no-log-lines",
    namespace: NAMESPACE,
    metric: "LinesRead",
    dimensions: { service: "ingest" },
    ...periods(60, 24),
    statistic: "SampleCount",
    comparison: "LessThanThreshold",
    threshold: 1,
    treatMissingData: "breaching",
    missingBecause: "no log object for a day is what this is about: no data is not healthy",
    severity: "ticket",
    concern,
    runbook: {
      family: "No log lines for a day",
      means:
        "Not one log object was read for a day: nobody calls Bedrock, or its logging is off or points elsewhere.",
      look: { command: "aws bedrock get-model-invocation-logging-configuration" },
      action:
        "if calls were made, switch logging on again (`bellwether doctor --enable-logging`, or invocationLogs in infra/stage.ts).",
    },
  },
  {
    name: "bellwether-nothing-kept",
    namespace: NAMESPACE,
    metric: "RecordsKept",
    dimensions: { service: "ingest" },
    ...periods(5, 6),
    statistic: "Maximum",
    comparison: "LessThanThreshold",
    threshold: 1,
    treatMissingData: "notBreaching",
    missingBecause: "without log objects there is nothing to keep",
    severity: "ticket",
    concern,
    runbook: {
      family: "Nothing kept",
      means:
        "Log objects arrive, and for half an hour not one record of them was kept: a format that is not understood, or only repeated records.",
      look: { saved: "quarantine-reasons" },
      action:
        "look at one example with `bellwether query`; a new record format is a bug to report, its lines stay in the logs bucket and can be replayed.",
    },
  },
  {
    name: "bellwether-ingest-lag",
    namespace: NAMESPACE,
    metric: "IngestLag",
    dimensions: { service: "ingest" },
    ...periods(5, 3),
    statistic: "Average",
    comparison: "GreaterThanThreshold",
    threshold: lagMinutes * 60,
    treatMissingData: "notBreaching",
    missingBecause: "without log objects there is no lag",
    severity: "ticket",
    concern,
    runbook: {
      family: "Ingest lag",
      means: `Logs are delivered later than the ${lagMinutes} minutes that the watermark waits: alarms and verdicts look at windows that are not complete.`,
      look: { saved: "operations-by-hour" },
      action:
        "raise lagMinutes in the stage's configuration if it lasts; a replay of old logs does this too and passes.",
    },
  },
  {
    name: "bellwether-unconfigured-apps",
    namespace: NAMESPACE,
    metric: "UnconfiguredApps",
    dimensions: { service: "ingest" },
    ...atLeast(1),
    treatMissingData: "notBreaching",
    missingBecause: "without log objects there are no records of any app",
    severity: "ticket",
    concern,
    runbook: {
      family: "Unconfigured apps",
      means:
        "Records of an app that the configuration does not list: it is in the lake, and nothing watches it.",
      look: { command: 'bellwether query "select app, count(*) from requests group by app"' },
      action: "list the app under `apps` and deploy, or correct the tag `app` of its calls.",
    },
  },
];

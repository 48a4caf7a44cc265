import { NAMESPACE } from "../metrics.ts";
import { type AlarmSpec, atLeast, periods } from "./spec.ts";

/** Whether people hear of what was found. */
export const peopleAlarms = (): AlarmSpec[] => [
  {
    name: "bellwether-pages-failed",
    namespace: NAMESPACE,
    metric: "PagesFailed",
    dimensions: { service: "notify" },
    ...atLeast(1, 3),
    treatMissingData: "notBreaching",
    missingBecause: "without notices none can fail",
    severity: "page",
    concern: "people",
    runbook: {
      family: "Pages failing",
      means:
        "A channel (Slack, PagerDuty, OpsCenter) has not taken messages for a quarter of an hour. They are tried 20 times, then they are dead letters.",
      look: { command: "aws logs tail /aws/lambda/FUNCTION --since 1h --filter-pattern ERROR" },
      action:
        "look at what is open: `bellwether query --saved incidents`; then renew the channel's secret or webhook.",
    },
  },
  {
    name: "bellwether-lake-queries-failed",
    namespace: NAMESPACE,
    metric: "LakeQueriesFailed",
    dimensions: { service: "detect-cost" },
    ...atLeast(1),
    treatMissingData: "notBreaching",
    missingBecause: "questions are asked for incidents only",
    severity: "ticket",
    concern: "people",
    runbook: {
      family: "Lake queries failing",
      means: "Athena did not answer a question about spend: a page went out without what it asks for.",
      look: { command: "aws athena list-query-executions --work-group bellwether" },
      action:
        "read why it failed: a scan limit (infra/stage.ts), a permission of Lake Formation, or a table that is not there.",
    },
  },
];

/** Near a quota calls are about to be throttled. */
export const quotaAlarm = (): AlarmSpec => ({
  name: "bellwether-quota-nearly-used",
  namespace: NAMESPACE,
  metric: "QuotaUsed",
  dimensions: {},
  ...periods(5, 1),
  statistic: "Maximum",
  comparison: "GreaterThanOrEqualToThreshold",
  threshold: 80,
  treatMissingData: "notBreaching",
  missingBecause: "without calls no quota is used",
  severity: "ticket",
  concern: "ingest",
  runbook: {
    family: "Quota nearly used",
    means:
      "The apps use 80 % of a configured Bedrock quota by means of five minutes: single minutes may be throttled already.",
    look: { saved: "quota-use" },
    action:
      "ask for a higher quota (`aws service-quotas request-service-quota-increase`), or move load to a cross-Region inference profile.",
  },
});

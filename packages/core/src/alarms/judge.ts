import { NAMESPACE } from "../metrics.ts";
import { type AlarmSpec, atLeast, periods } from "./spec.ts";

const concern = "judge" as const;
const dimensions = { service: "evaluate" } as const;
const quiet = {
  treatMissingData: "notBreaching",
  missingBecause: "without anything to judge nothing fails",
} as const;

/** Whether the judge answers. */
export const judgeAlarms = (apps: readonly string[]): AlarmSpec[] => [
  {
    name: "bellwether-judge-failing",
    namespace: NAMESPACE,
    metric: "JudgeFailed",
    dimensions,
    ...atLeast(11, 3),
    ...quiet,
    severity: "page",
    concern,
    runbook: {
      family: "Judge failing",
      means:
        "Judge calls fail for good, more than ten in each of three periods of five minutes. Failed answers have no score: quality is of fewer answers.",
      look: { saved: "evaluation-outcomes" },
      action:
        "read the reasons; a model that was withdrawn or a missing permission is mended in `judge.modelId` and a deploy.",
    },
  },
  {
    name: "bellwether-judge-throttled",
    namespace: NAMESPACE,
    metric: "JudgeThrottled",
    dimensions,
    ...atLeast(11, 6),
    ...quiet,
    severity: "page",
    concern,
    runbook: {
      family: "Judge throttled",
      means:
        "Bedrock throttles the judge or is down, for half an hour. Nothing is lost: messages wait up to 14 days, but quality is not of now.",
      look: { saved: "quota-use" },
      action:
        "look at the AWS Health Dashboard; ask for more quota of the judge's model, or lower sampling.baseRate or the judge budget.",
    },
  },
  ...apps.map(
    (app): AlarmSpec => ({
      name: `bellwether-judge-completion-${app}`,
      namespace: NAMESPACE,
      metric: "JudgeCompletionRate",
      dimensions: { app },
      // The window is an hour: an answer that stays unjudged is seen 12 times, so 24 take more than one of them.
      ...periods(5, 24),
      statistic: "Average",
      comparison: "LessThanThreshold",
      threshold: 0.5,
      treatMissingData: "ignore",
      missingBecause: "where nothing was drawn nothing can be complete: what was known last stands",
      severity: "ticket",
      concern,
      runbook: {
        family: "Judge completion",
        means:
          "For two hours fewer than half of the answers drawn from the last hour have a score or an abstention: quality may be of the easy half.",
        look: { saved: "why-not-evaluated" },
        action:
          "follow the most frequent reason; `failed` leads to Judge failing, waiting messages to Queue age.",
      },
    }),
  ),
];

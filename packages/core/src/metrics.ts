/** How a metric is published: `emf` from the pipeline's own health, `gauge` by a detector once per tick. */
type Publication = "emf" | "gauge";

interface MetricSpec {
  readonly unit: "Count" | "Milliseconds" | "Seconds" | "None" | "Percent";
  readonly dimensions: readonly string[];
  readonly publication: Publication;
  readonly description: string;
}

export const NAMESPACE = "Bellwether";

/** Every custom metric; emitters, alarms, dashboards and docs read this table. */
export const METRICS = {
  LinesRead: { unit: "Count", dimensions: ["service"], publication: "emf", description: "log lines read" },
  RecordsKept: { unit: "Count", dimensions: ["service"], publication: "emf", description: "records kept" },
  RecordsQuarantined: {
    unit: "Count",
    dimensions: ["service"],
    publication: "emf",
    description: "lines kept aside with a reason",
  },
  RecordsDuplicate: {
    unit: "Count",
    dimensions: ["service"],
    publication: "emf",
    description: "repeated records",
  },
  RecordsUnpriced: {
    unit: "Count",
    dimensions: ["service"],
    publication: "emf",
    description: "successful records without a known price",
  },
  UnconfiguredApps: {
    unit: "Count",
    dimensions: ["service"],
    publication: "emf",
    description: "records of apps that are not listed in the configuration",
  },
  BodiesUnreadable: {
    unit: "Count",
    dimensions: ["service"],
    publication: "emf",
    description: "offloaded bodies that were refused or could not be read",
  },
  IngestLag: {
    unit: "Seconds",
    dimensions: ["service"],
    publication: "emf",
    description: "delivery of the log object minus its newest record",
  },
  FeedbackAccepted: {
    unit: "Count",
    dimensions: ["service"],
    publication: "emf",
    description: "app events accepted",
  },
  FeedbackInvalid: {
    unit: "Count",
    dimensions: ["service"],
    publication: "emf",
    description: "app events kept aside with a reason",
  },
  JudgeScored: {
    unit: "Count",
    dimensions: ["service"],
    publication: "emf",
    description: "requests with a quality",
  },
  JudgeAbstained: {
    unit: "Count",
    dimensions: ["service"],
    publication: "emf",
    description: "requests the judge could not evaluate",
  },
  JudgeFailed: {
    unit: "Count",
    dimensions: ["service"],
    publication: "emf",
    description: "judge calls that failed",
  },
  JudgeThrottled: {
    unit: "Count",
    dimensions: ["service"],
    publication: "emf",
    description: "judge calls put back because Bedrock was throttled or down",
  },
  JudgeTokens: {
    unit: "Count",
    dimensions: ["service"],
    publication: "emf",
    description: "judge tokens, both ways",
  },
  Rollbacks: {
    unit: "Count",
    dimensions: ["service"],
    publication: "emf",
    description: "canaries rolled back",
  },
  RollbackHeld: {
    unit: "Count",
    dimensions: ["service"],
    publication: "emf",
    description: "alarms answered with hold",
  },
  PagesSent: {
    unit: "Count",
    dimensions: ["service"],
    publication: "emf",
    description: "messages to people",
  },
  CanaryVerdict: {
    unit: "None",
    dimensions: ["app"],
    publication: "gauge",
    description: "1 when the running canary must go back, else 0; also 0 without a canary",
  },
  CanaryEvidence: {
    unit: "None",
    dimensions: ["app"],
    publication: "gauge",
    description: "log10 of the combined e-value of the running canary",
  },
  DetectorTicks: {
    unit: "Count",
    dimensions: ["detector"],
    publication: "gauge",
    description: "completed ticks of a detector",
  },
} as const satisfies Record<string, MetricSpec>;

export type MetricName = keyof typeof METRICS;

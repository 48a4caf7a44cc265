import { DRIFT_KINDS } from "./drift/series.ts";

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
  EmbeddingsFailed: {
    unit: "Count",
    dimensions: ["service"],
    publication: "emf",
    description: "questions that the embedding model did not answer for; they are missing from what is asked",
  },
  IngestLag: {
    unit: "Seconds",
    dimensions: ["service"],
    publication: "emf",
    description: "delivery of the log object minus its newest record",
  },
  SubscriptionEvents: {
    unit: "Count",
    dimensions: ["service"],
    publication: "emf",
    description: "log events that came by CloudWatch Logs",
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
  CanaryAdvanced: {
    unit: "Count",
    dimensions: ["service"],
    publication: "emf",
    description: "canaries that took a step of their ramp by themselves",
  },
  CanaryPromoted: {
    unit: "Count",
    dimensions: ["service"],
    publication: "emf",
    description: "canaries promoted by themselves",
  },
  RegistryRefused: {
    unit: "Count",
    dimensions: ["service"],
    publication: "emf",
    description: "moves of a canary that the version registry would not note",
  },
  PagesSent: {
    unit: "Count",
    dimensions: ["service"],
    publication: "emf",
    description: "messages to people",
  },
  PagesFailed: {
    unit: "Count",
    dimensions: ["service"],
    publication: "emf",
    description: "messages to people that a channel did not take and that are tried again",
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
  Quality: {
    unit: "None",
    dimensions: ["app", "arm", "span"],
    publication: "gauge",
    description:
      "weighted mean of the judge's quality in the window, [0, 1]; missing below 10 effective answers",
  },
  QualityLow: {
    unit: "None",
    dimensions: ["app", "arm", "span"],
    publication: "gauge",
    description: "lower end of the 95 % interval of Quality",
  },
  QualityHigh: {
    unit: "None",
    dimensions: ["app", "arm", "span"],
    publication: "gauge",
    description: "upper end of the 95 % interval of Quality",
  },
  QualityEffectiveN: {
    unit: "Count",
    dimensions: ["app", "arm", "span"],
    publication: "gauge",
    description: "effective number of judged answers behind Quality (Kish)",
  },
  JudgedShare: {
    unit: "None",
    dimensions: ["app"],
    publication: "gauge",
    description: "share of the last hour's answers that the judge is through with",
  },
  JudgeCompletionRate: {
    unit: "None",
    dimensions: ["app"],
    publication: "gauge",
    description: "share of the last hour's drawn answers with a score or an abstention",
  },
  PricedShare: {
    unit: "None",
    dimensions: ["app"],
    publication: "gauge",
    description: "share of the last hour's successful calls with a known price",
  },
  ErrorRate: {
    unit: "None",
    dimensions: ["app"],
    publication: "gauge",
    description: "share of the last hour's calls that failed; each retry of an SDK is a call",
  },
  LatencyP95: {
    unit: "Milliseconds",
    dimensions: ["app"],
    publication: "gauge",
    description: "95th percentile of the last hour's latencies, within 1 %",
  },
  TtftP95: {
    unit: "Milliseconds",
    dimensions: ["app"],
    publication: "gauge",
    description: "95th percentile of the last hour's times to first token, within 1 %",
  },
  GuardrailInterventionRate: {
    unit: "None",
    dimensions: ["app"],
    publication: "gauge",
    description:
      "share of the last hour's calls in which a guardrail intervened; missing when the log shows no guardrail",
  },
  NegativeFeedbackRate: {
    unit: "None",
    dimensions: ["app"],
    publication: "gauge",
    description: "share of users' last votes on the last hour's calls that are negative",
  },
  QuotaUsed: {
    unit: "Percent",
    dimensions: [],
    publication: "gauge",
    description:
      "highest share of any configured Bedrock quota in the last hour, by 5-minute means: peaks of single minutes are higher",
  },
  JudgeSpendToday: {
    unit: "None",
    dimensions: [],
    publication: "gauge",
    description: "judge spend of the UTC day so far, USD; preset budgeted",
  },
  JudgeBudgetUsed: {
    unit: "Percent",
    dimensions: [],
    publication: "gauge",
    description: "the same against the day's budget; preset budgeted",
  },
  JudgeDrift: {
    unit: "None",
    dimensions: [],
    publication: "gauge",
    description:
      "mean change of the judge's quality on the frozen golden set since it was pinned; once a day",
  },
  DriftScore: {
    unit: "None",
    dimensions: ["app", "kind"],
    publication: "gauge",
    description:
      "evidence of drift on its way to an incident, ln M / ln A in [0, 1]; 1 while an incident is open; missing while it learns",
  },
  SpendToday: {
    unit: "None",
    dimensions: ["app"],
    publication: "gauge",
    description:
      "the app's own spend of the UTC day so far, USD; unpriced requests and the judge are not in it",
  },
  BudgetUsed: {
    unit: "Percent",
    dimensions: ["app"],
    publication: "gauge",
    description: "the same of the calendar month against its budget",
  },
  LakeQueriesFailed: {
    unit: "Count",
    dimensions: ["service"],
    publication: "emf",
    description: "questions that Athena did not answer; a page then goes out without what they ask for",
  },
  LakePartsMerged: {
    unit: "Count",
    dimensions: [],
    publication: "gauge",
    description: "small Parquet parts of closed hours that the daily compaction put into larger ones",
  },
  LakePartsLeft: {
    unit: "Count",
    dimensions: [],
    publication: "gauge",
    description: "parts that it did not get to, or could not merge",
  },
  DetectorTicks: {
    unit: "Count",
    dimensions: ["detector"],
    publication: "gauge",
    description: "completed ticks of a detector",
  },
} as const satisfies Record<string, MetricSpec>;

export type MetricName = keyof typeof METRICS;

/** One value of a gauge at a tick. */
export interface Gauge {
  readonly metric: MetricName;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Windows and arms in which quality is published; versions and models are told apart in the lake only. */
const QUALITY_SERIES = ["all 1h", "all 24h", "all 7d", "stable 1h", "canary 1h"] as const;

function seriesOf(dimensions: readonly string[]): number {
  if (dimensions.includes("arm")) return QUALITY_SERIES.length;
  // The kinds of drift, and cost.
  return dimensions.includes("kind") ? DRIFT_KINDS.length + 1 : 1;
}

/** Custom metrics that an app can have, whatever it calls its versions, models and users. */
export const MAX_METRICS_PER_APP = Object.values(METRICS)
  .map(({ dimensions }): readonly string[] => dimensions)
  .filter((dimensions) => dimensions.includes("app"))
  .reduce((sum, dimensions) => sum + seriesOf(dimensions), 0);

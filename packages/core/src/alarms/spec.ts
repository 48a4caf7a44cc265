import type { MetricName, NAMESPACE } from "../metrics.ts";
import type { DeadLetterName, FunctionName, QueueName, TableName } from "../topology.ts";
import type { AwsMetricName, AwsNamespace } from "./aws-metrics.ts";

/** A resource whose physical name is only known where it is made. */
export type ResourceRef =
  | { readonly queue: QueueName }
  | { readonly deadLetters: QueueName | DeadLetterName }
  | { readonly function: FunctionName }
  | { readonly table: TableName };

type Watched =
  | {
      readonly namespace: typeof NAMESPACE;
      readonly metric: MetricName;
      readonly dimensions: Readonly<Record<string, string>>;
    }
  | {
      readonly namespace: AwsNamespace;
      readonly metric: AwsMetricName;
      readonly dimensions: Readonly<Record<string, ResourceRef>>;
    };

/** `page` wakes somebody through a composite, `ticket` waits for the morning, `note` is a state to look at: others tell people of it. */
export type Severity = "page" | "ticket" | "note";

/** The part of the pipeline that is not as it should be, or the app. */
export type Concern = "ingest" | "judge" | "detectors" | "people" | { readonly app: string };

/** What on-call knows before looking: one entry per family of alarms. */
export interface Runbook {
  /** Heading of the entry, and its anchor in the runbook. */
  readonly family: string;
  readonly means: string;
  /** First look: a saved query of the lake, or a command. */
  readonly look: { readonly saved: string } | { readonly command: string };
  /** First action. */
  readonly action: string;
}

interface Rule {
  readonly name: string;
  readonly statistic: "Average" | "Maximum" | "Minimum" | "Sum" | "SampleCount";
  readonly comparison: "GreaterThanOrEqualToThreshold" | "GreaterThanThreshold" | "LessThanThreshold";
  readonly threshold: number;
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly treatMissingData: "missing" | "ignore" | "breaching" | "notBreaching";
  /** Why missing data is treated so. */
  readonly missingBecause: string;
  readonly severity: Severity;
  readonly concern: Concern;
  readonly runbook: Runbook;
}

/** A CloudWatch metric alarm; missing data is always stated. */
export type AlarmSpec = Watched & Rule;

/** A CloudWatch composite alarm over other alarms by name: in ALARM while any of them is. */
export interface CompositeSpec {
  readonly name: string;
  readonly anyOf: readonly string[];
  readonly severity: Severity;
  /** While this alarm is in ALARM, actions wait. */
  readonly suppressor?: {
    readonly alarm: string;
    readonly waitSeconds: number;
    readonly extensionSeconds: number;
  };
  readonly runbook: Runbook;
}

/** M of N periods of whole minutes. */
export const periods = (minutes: number, n: number, m = n) => ({
  periodSeconds: minutes * 60,
  evaluationPeriods: n,
  datapointsToAlarm: m,
});

/** Something that must not happen: at least `least` of it in `m` of `n` periods of five minutes. */
export const atLeast = (least: number, n = 1, m = n) => ({
  ...periods(5, n, m),
  statistic: "Sum" as const,
  comparison: "GreaterThanOrEqualToThreshold" as const,
  threshold: least,
});

/** Text of an alarm as people get it with the page, at most 1,024 characters (PutMetricAlarm). */
export function alarmDescription({ runbook }: Pick<AlarmSpec | CompositeSpec, "runbook">): string {
  const { family, means, look, action } = runbook;
  const first = "saved" in look ? `bellwether query --saved ${look.saved}` : look.command;
  return `${means} Look: ${first} Then: ${action} (infra/RUNBOOK.md, ${family})`;
}

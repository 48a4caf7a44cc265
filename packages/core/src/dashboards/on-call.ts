import type { AlarmSpec, CompositeSpec } from "../alarms/spec.ts";
import { DRIFT_KINDS } from "../drift/series.ts";
import {
  DEAD_LETTERS,
  type DeadLetterName,
  FUNCTIONS,
  type FunctionName,
  QUEUES,
  type QueueName,
  TABLES,
  type TableName,
} from "../topology.ts";
import { type Dashboard, layOut, SELECTED_APP } from "./layout.ts";
import {
  alarmStates,
  everyApp,
  graph,
  ours,
  type Surroundings,
  text,
  theirs,
  type Widget,
} from "./widgets.ts";

export interface OnCall {
  readonly apps: readonly string[];
  readonly alarms: readonly AlarmSpec[];
  readonly composites: readonly CompositeSpec[];
  /** Of the rollback policy: the canary goes back at an e-value of 1/alpha. */
  readonly alpha: number;
}

const app = SELECTED_APP;

function appRows(at: Surroundings, alpha: number): Widget[][] {
  const quality = (arm: string, label = arm) => ours("Quality", { app, arm, span: "1h" }, label);
  const of = (metric: Parameters<typeof ours>[0], label: string) => ours(metric, { app }, label);
  return [
    [
      text(
        `## ${app}\nQuality with its 95 % interval over the last hour; a gap is not enough answers, not a zero.`,
        2,
      ),
    ],
    [
      graph(at, {
        title: "Quality, last hour, with its interval",
        max: 1,
        lines: [
          ours("QualityHigh", { app, arm: "all", span: "1h" }, "upper end"),
          quality("all", "mean"),
          ours("QualityLow", { app, arm: "all", span: "1h" }, "lower end"),
        ],
      }),
      graph(at, {
        title: "Quality of stable and canary",
        max: 1,
        lines: [quality("stable"), quality("canary")],
      }),
      graph(at, {
        title: "Evidence against the canary, log10 E",
        period: 60,
        stat: "Maximum",
        lines: [of("CanaryEvidence", "log10 E"), of("CanaryVerdict", "verdict")],
        marks: [{ value: -Math.log10(alpha), label: "goes back" }],
      }),
    ],
    [
      graph(at, {
        title: "Shares of the last hour's calls",
        lines: [
          of("ErrorRate", "failed"),
          of("GuardrailInterventionRate", "guardrail"),
          of("NegativeFeedbackRate", "negative votes"),
        ],
      }),
      graph(at, {
        title: "Latency, 95th percentile, ms",
        lines: [of("LatencyP95", "whole answer"), of("TtftP95", "first token")],
      }),
      graph(at, {
        title: "How much the numbers cover",
        max: 1,
        lines: [
          of("JudgedShare", "judged"),
          of("JudgeCompletionRate", "drawn and done"),
          of("PricedShare", "priced"),
        ],
      }),
    ],
    [
      graph(at, {
        title: "Drift on its way to an incident (1 = open)",
        period: 900,
        stat: "Maximum",
        max: 1,
        lines: [...DRIFT_KINDS, "cost"].map((kind) => ours("DriftScore", { app, kind }, kind)),
      }),
      graph(at, { title: "Spend today, USD", stat: "Maximum", lines: [of("SpendToday", "USD")] }),
      graph(at, {
        title: "Effective number of judged answers behind quality",
        lines: [ours("QualityEffectiveN", { app, arm: "all", span: "1h" }, "answers")],
      }),
    ],
  ];
}

function pipelineRows(at: Surroundings): Widget[][] {
  const queues = Object.keys(QUEUES) as QueueName[];
  const functions = Object.keys(FUNCTIONS) as FunctionName[];
  const tables = Object.keys(TABLES) as TableName[];
  const evaluate = (metric: Parameters<typeof ours>[0], label: string) =>
    ours(metric, { service: "evaluate" }, label);
  const ingest = (metric: Parameters<typeof ours>[0], label: string) =>
    ours(metric, { service: "ingest" }, label);
  return [
    [text("## The pipeline itself", 1)],
    [
      graph(at, {
        title: "Oldest message, s",
        stat: "Maximum",
        lines: queues.map((queue) =>
          theirs("AWS/SQS", "ApproximateAgeOfOldestMessage", at.nameOf({ queue }), queue),
        ),
      }),
      graph(at, {
        title: "Dead letters",
        stat: "Maximum",
        lines: [...queues, ...(Object.keys(DEAD_LETTERS) as DeadLetterName[])].map((queue) =>
          theirs("AWS/SQS", "ApproximateNumberOfMessagesVisible", at.nameOf({ deadLetters: queue }), queue),
        ),
      }),
      graph(at, {
        title: "Completed ticks",
        stat: "Sum",
        lines: ["canary", "measure", "cost", "drift", "pace", "sentinel"].map((detector) =>
          ours("DetectorTicks", { detector }, detector),
        ),
      }),
    ],
    [
      graph(at, {
        title: "Data up to: delivery lag, s",
        stat: "Maximum",
        lines: [ingest("IngestLag", "lag")],
      }),
      graph(at, {
        title: "Records",
        stat: "Sum",
        lines: [
          ingest("RecordsKept", "kept"),
          ingest("RecordsQuarantined", "quarantined"),
          ingest("RecordsDuplicate", "duplicate"),
          ingest("RecordsUnpriced", "unpriced"),
          ingest("UnconfiguredApps", "of apps not listed"),
        ],
      }),
      graph(at, {
        title: "Judge",
        stat: "Sum",
        lines: [
          evaluate("JudgeScored", "scored"),
          evaluate("JudgeAbstained", "abstained"),
          evaluate("JudgeFailed", "failed"),
          evaluate("JudgeThrottled", "put back"),
        ],
      }),
    ],
    [
      graph(at, {
        title: "Function errors",
        stat: "Sum",
        lines: functions.map((name) => theirs("AWS/Lambda", "Errors", at.nameOf({ function: name }), name)),
      }),
      graph(at, {
        title: "Throttles: functions, tables",
        stat: "Sum",
        lines: [
          ...functions.map((name) => theirs("AWS/Lambda", "Throttles", at.nameOf({ function: name }), name)),
          ...tables.flatMap((table) => [
            theirs("AWS/DynamoDB", "ReadThrottleEvents", at.nameOf({ table }), `${table}, reads`),
            theirs("AWS/DynamoDB", "WriteThrottleEvents", at.nameOf({ table }), `${table}, writes`),
          ]),
        ],
      }),
      graph(at, {
        title: "Messages to people; logs not delivered",
        stat: "Sum",
        lines: [
          ours("PagesSent", { service: "notify" }, "sent"),
          ours("PagesFailed", { service: "notify" }, "not taken"),
          theirs("AWS/Bedrock", "ModelInvocationLogsS3DeliveryFailure", null, "logs not delivered"),
          theirs("AWS/Bedrock", "ModelInvocationLargeDataS3DeliveryFailure", null, "bodies not delivered"),
        ],
      }),
    ],
  ];
}

/** Is it healthy now: alarms, every app at a glance, one app in detail, the pipeline. */
export function onCallDashboard({ apps, alarms, composites, alpha }: OnCall, at: Surroundings): Dashboard {
  const notes = alarms.filter(({ severity }) => severity !== "page").map(({ name }) => name);
  const pages = alarms.filter(({ severity }) => severity === "page").map(({ name }) => name);
  const composed = composites.map(({ name }) => name);
  return layOut("-PT6H", apps, [
    [
      text(
        "# Bellwether: is it healthy now?\nWhat each alarm means, where to look and what to do: `infra/RUNBOOK.md`, and the alarm's own text.",
        2,
      ),
    ],
    [
      ...alarmStates(at, "What pages", composed),
      ...alarmStates(at, "Behind a page", pages, ["ALARM"]),
      ...alarmStates(at, "Tickets and states that ring", notes, ["ALARM"]),
    ],
    [
      graph(at, {
        title: "Quality of every app, last hour",
        max: 1,
        lines: [everyApp("Quality", "Average", 300, { arm: "all", span: "1h" })],
      }),
      graph(at, { title: "Failed calls of every app", lines: [everyApp("ErrorRate", "Average", 300)] }),
      graph(at, {
        title: "Canaries that must go back (1)",
        max: 1,
        period: 60,
        lines: [everyApp("CanaryVerdict", "Maximum", 60)],
      }),
    ],
    ...(apps.length === 0 ? [] : appRows(at, alpha)),
    ...pipelineRows(at),
  ]);
}

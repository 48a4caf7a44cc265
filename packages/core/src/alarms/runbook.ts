import type { AlarmSpec, CompositeSpec, Runbook } from "./spec.ts";

/** What has no alarm, and why: nobody could do anything about it, or somebody hears of it already. */
const LEFT_OUT: readonly (readonly [what: string, why: string])[] = [
  [
    "quality, errors, guardrails, feedback and latency without a configured bound",
    "no threshold is right for every app",
  ],
  [
    "pages for drift incidents and budgets",
    "their notices page, with examples and numbers; the alarms only show the state",
  ],
  ["pages for canaries", "the alarm rings `rollback`, which acts and then pages with the evidence"],
  ["JudgeDrift", "the sentinel raises a notice with the shift and who judged"],
  ["JudgeBudgetUsed", "pace keeps to the budget by itself; a silent pace has an alarm"],
  [
    "BodiesUnreadable, EmbeddingsFailed, FeedbackInvalid, RecordsQuarantined",
    "single ones are normal and are columns of the lake; when nothing is left there is an alarm",
  ],
  ["RollbackHeld, RegistryRefused", "rollback's notice says what was held and why"],
  ["ModelInvocationLogsCloudWatchDeliveryFailure", "Bellwether reads the logs from S3"],
  ["Lambda duration and memory", "a function that is too slow shows in its queue's age or in its silence"],
];

const COMPARISON = {
  GreaterThanOrEqualToThreshold: "≥",
  GreaterThanThreshold: ">",
  LessThanThreshold: "<",
} as const;

const span = (seconds: number): string => (seconds < 3_600 ? `${seconds / 60} min` : `${seconds / 3_600} h`);

function condition(alarm: AlarmSpec): string {
  const { metric, statistic, comparison, threshold, periodSeconds, evaluationPeriods: n } = alarm;
  const when = `${alarm.datapointsToAlarm} of ${n} × ${span(periodSeconds)}`;
  return `${metric} ${statistic} ${COMPARISON[comparison]} ${threshold}, ${when}`;
}

const row = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;

function entry({ family, means, look, action }: Runbook, table: readonly string[]): string {
  const first =
    "saved" in look
      ? `the saved query \`${look.saved}\` (Athena workgroup \`bellwether\`, or \`bellwether query --saved ${look.saved}\`)`
      : `\`${look.command}\``;
  return [
    `### ${family}`,
    means,
    `- **First look:** ${first}`,
    `- **First action:** ${action}`,
    "",
    ...table,
  ].join("\n");
}

const grouped = <Item extends { readonly runbook: Runbook }>(items: readonly Item[]): readonly Item[][] => [
  ...Map.groupBy(items, ({ runbook }) => runbook.family).values(),
];

/** The runbook in Markdown: one entry per family of composites and alarms, and what has no alarm. */
export function renderRunbook(alarms: readonly AlarmSpec[], composites: readonly CompositeSpec[]): string {
  const composite = grouped(composites).map(([first, ...rest]) =>
    first === undefined
      ? ""
      : entry(
          first.runbook,
          [first, ...rest].map(({ name, severity, anyOf, suppressor }) => {
            const held = suppressor === undefined ? "" : `; waits while \`${suppressor.alarm}\` is in ALARM`;
            return `- \`${name}\` (${severity}${held}): any of ${anyOf.map((one) => `\`${one}\``).join(", ")}`;
          }),
        ),
  );
  const metric = grouped(alarms).map(([first, ...rest]) =>
    first === undefined
      ? ""
      : entry(first.runbook, [
          row(["alarm", "severity", "rings when", "missing data"]),
          row(["---", "---", "---", "---"]),
          ...[first, ...rest].map((alarm) =>
            row([
              `\`${alarm.name}\``,
              alarm.severity,
              condition(alarm),
              `${alarm.treatMissingData}: ${alarm.missingBecause}`,
            ]),
          ),
        ]),
  );
  return [
    "# Alarms and runbook",
    "Made from `packages/core/src/alarms` by a test that fails when this file is stale (`npx vitest run test/core/alarms/runbook.test.ts -u` writes it anew). `APP` stands for each app of the stage; what only some configurations have is shown too.",
    [
      "- **page**: wakes somebody, once, through the composite that holds it. The members have no actions of their own.",
      "- **ticket**: waits for the morning: an OpsItem in Systems Manager OpsCenter, or a message on the topic `pages` where OpsItems are switched off.",
      "- **note**: a state for dashboards and EventBridge rules; somebody else tells people of it.",
    ].join("\n"),
    "Composites go to the topic `pages` directly, past the functions that they watch. Subscribe PagerDuty or another pager to it in `infra/stage.ts`.",
    `As shown: ${alarms.length} metric alarms at $0.10 and ${composites.length} composites at $0.50 a month (us-east-1 list price, the first ten alarms of an account are free).`,
    "FUNCTION stands for the physical name of the function behind the alarm (its dimension, or the part named in the alarm).",
    "## Composites",
    ...composite,
    "## Metric alarms",
    ...metric,
    "## What has no alarm",
    LEFT_OUT.map(([what, why]) => `- ${what}: ${why}.`).join("\n"),
    "",
  ].join("\n\n");
}

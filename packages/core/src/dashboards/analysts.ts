import { DRIFT_KINDS } from "../drift/series.ts";
import { SAVED_QUERIES } from "../lake/saved-queries.ts";
import { type Dashboard, layOut, SELECTED_APP } from "./layout.ts";
import { everyApp, graph, ours, type Surroundings, text, type Widget } from "./widgets.ts";

const HOUR = 3_600;
const DAY = 86_400;
const app = SELECTED_APP;

function appRows(at: Surroundings): Widget[][] {
  const interval = (span: string) => [
    ours("QualityHigh", { app, arm: "all", span }, "upper end"),
    ours("Quality", { app, arm: "all", span }, "mean"),
    ours("QualityLow", { app, arm: "all", span }, "lower end"),
  ];
  return [
    [text(`## ${app}`, 1)],
    [
      graph(at, {
        title: "Quality of a day, with its interval",
        period: HOUR,
        max: 1,
        lines: interval("24h"),
      }),
      graph(at, {
        title: "Quality of a week, with its interval",
        period: HOUR,
        max: 1,
        lines: interval("7d"),
      }),
      graph(at, {
        title: "Effective number of judged answers",
        period: HOUR,
        lines: ["24h", "7d"].map((span) => ours("QualityEffectiveN", { app, arm: "all", span }, span)),
      }),
    ],
    [
      graph(at, {
        title: "Drift on its way to an incident (1 = open)",
        period: HOUR,
        stat: "Maximum",
        max: 1,
        lines: [...DRIFT_KINDS, "cost"].map((kind) => ours("DriftScore", { app, kind }, kind)),
      }),
      graph(at, {
        title: "What users and guardrails say",
        period: HOUR,
        lines: [
          ours("NegativeFeedbackRate", { app }, "negative votes"),
          ours("GuardrailInterventionRate", { app }, "guardrail"),
          ours("ErrorRate", { app }, "failed"),
        ],
      }),
      graph(at, {
        title: "How much the numbers cover",
        period: HOUR,
        max: 1,
        lines: [ours("JudgedShare", { app }, "judged"), ours("PricedShare", { app }, "priced")],
      }),
    ],
  ];
}

function queryLists(): Widget[] {
  const entries = Object.entries(SAVED_QUERIES).map(([name, { title }]) => `- \`${name}\`: ${title}`);
  const each = Math.ceil(entries.length / 3);
  return [0, 1, 2].map((i) => text(entries.slice(i * each, (i + 1) * each).join("\n"), 9, 8));
}

/** Trends of four weeks: quality, drift, usage, cost, the judge, and what to ask the lake. */
export function analystsDashboard(apps: readonly string[], at: Surroundings): Dashboard {
  const ingest = (metric: "RecordsKept" | "RecordsUnpriced" | "RecordsQuarantined", label: string) =>
    ours(metric, { service: "ingest" }, label);
  return layOut("-P28D", apps, [
    [
      text(
        "# Bellwether: trends\nMeans are weighted by the probability of being judged and have intervals; what is not known is a gap.",
        2,
      ),
    ],
    [
      graph(at, {
        title: "Quality of every app, a day",
        period: HOUR,
        max: 1,
        lines: [everyApp("Quality", "Average", HOUR, { arm: "all", span: "24h" })],
      }),
      graph(at, {
        title: "Spend of every app a day, USD",
        period: DAY,
        stat: "Maximum",
        view: "bar",
        lines: [everyApp("SpendToday", "Maximum", DAY)],
      }),
      graph(at, {
        title: "Budget of the month used, %",
        period: HOUR,
        stat: "Maximum",
        lines: [everyApp("BudgetUsed", "Maximum", HOUR)],
        marks: [{ value: 100, label: "spent" }],
      }),
    ],
    ...(apps.length === 0 ? [] : appRows(at)),
    [text("## Use, and the judge", 1)],
    [
      graph(at, {
        title: "Records a day",
        period: DAY,
        stat: "Sum",
        lines: [
          ingest("RecordsKept", "kept"),
          ingest("RecordsUnpriced", "unpriced"),
          ingest("RecordsQuarantined", "quarantined"),
        ],
      }),
      graph(at, {
        title: "Judge: spend a day, USD (budgeted sampling)",
        period: DAY,
        stat: "Maximum",
        lines: [ours("JudgeSpendToday", {}, "USD")],
      }),
      graph(at, {
        title: "Judge: budget of the day used, quota used, %",
        period: HOUR,
        stat: "Maximum",
        lines: [ours("JudgeBudgetUsed", {}, "judge budget"), ours("QuotaUsed", {}, "highest quota")],
      }),
    ],
    [
      graph(at, {
        title: "Judge: change on the frozen golden set",
        period: DAY,
        signed: true,
        lines: [ours("JudgeDrift", {}, "mean change")],
      }),
      graph(at, {
        title: "Judge: outcomes a day",
        period: DAY,
        stat: "Sum",
        lines: [
          ours("JudgeScored", { service: "evaluate" }, "scored"),
          ours("JudgeAbstained", { service: "evaluate" }, "abstained"),
          ours("JudgeFailed", { service: "evaluate" }, "failed"),
        ],
      }),
      graph(at, {
        title: "Canaries",
        period: DAY,
        stat: "Sum",
        lines: [
          ours("Rollbacks", { service: "rollback" }, "rolled back"),
          ours("RollbackHeld", { service: "rollback" }, "held"),
          ours("CanaryPromoted", { service: "rollback" }, "promoted"),
        ],
      }),
    ],
    [
      text(
        `## Ask the lake\nSaved queries of the workgroup \`bellwether\` in [Athena](${at.athenaUrl}), or \`bellwether query --saved NAME\`.`,
        2,
      ),
    ],
    queryLists(),
  ]);
}

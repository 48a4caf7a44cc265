import type { Io } from "../output.ts";
import { renderTable } from "../output.ts";
import type { Summary } from "./summary.ts";

const fixed = (value: number | null, digits = 3): string => (value === null ? "–" : value.toFixed(digits));
const percent = (value: number | null): string => (value === null ? "–" : `${(value * 100).toFixed(1)} %`);
const usd = (value: number | null): string =>
  value === null ? "unpriced" : `$${value.toFixed(value < 1 ? 4 : 2)}`;

function metricRows(summary: Summary): unknown[][] {
  return Object.entries(summary.evaluation.byMetric).map(([metric, m]) => {
    const shown = m.reliability !== "suppressed";
    return [
      metric,
      shown ? fixed(m.mean) : "too few",
      shown ? `[${fixed(m.low)}, ${fixed(m.high)}]` : "–",
      m.nEff.toFixed(0),
      fixed(m.naiveMean),
      m.scored,
      m.abstained,
      m.failed,
      m.reliability === "flagged" ? "few" : "",
    ];
  });
}

/** The report a person reads after a replay. */
export function renderSummary(summary: Summary, out: string, io: Io): string {
  const { records, sampling, cost, feedback, rollbacks, alarms } = summary;
  const { bold, dim, red, green } = io.color;
  const lines = [
    bold("Records"),
    `  ${records.read} lines read: ${records.kept} kept, ${records.quarantined} quarantined, ${records.duplicate} duplicate, ${records.ignored} ignored`,
    `  feedback: ${feedback.joined} joined, ${feedback.parked} parked (request not known), ${feedback.duplicate} duplicate`,
    "",
    bold("Sampling"),
    `  ${sampling.selected} selected, judged share ${percent(sampling.judgedShare)}`,
    ...Object.entries(sampling.byReason).map(([rule, n]) => `    ${rule.padEnd(20)} ${n}`),
    "",
    `${bold("Quality")} ${dim("weighted by 1/pi, 95 % interval; scores come from the stand-in judge unless a real Bedrock endpoint was set")}`,
    `  judged ${percent(summary.evaluation.judgedShare)} of the answers that have a text, completion of judge calls ${percent(summary.evaluation.completionRate)}`,
    renderTable(
      ["metric", "mean", "interval", "n_eff", "naive mean", "scored", "abstained", "failed", ""],
      metricRows(summary),
      io.color,
    ).trimEnd(),
    "",
    bold("Cost"),
    `  ${usd(cost.totalUsd)} for the apps (priced share ${percent(cost.pricedShare)}), ${usd(cost.judgeUsd)} for the judge`,
    ...(cost.unpricedModels.length > 0 ? [`  unpriced: ${cost.unpricedModels.join(", ")}`] : []),
    ...Object.entries(cost.byVariant).map(([variant, value]) => `    ${variant.padEnd(20)} ${usd(value)}`),
    "",
    bold("Canary"),
    ...(rollbacks.length === 0
      ? [`  ${green("no rollback")}`]
      : rollbacks.map(
          (r) => `  ${red("rolled back")} ${r.app}: ${r.from} → ${r.to} at ${r.at} by ${r.rule}: ${r.reason}`,
        )),
    ...alarms.map(({ name, at, state }) => `  ${at} ${name} ${state}`),
    "",
    dim(
      `${(summary.wallMs / 1_000).toFixed(1)} s; next: bellwether query --saved quality-by-variant --out ${out}`,
    ),
    "",
  ];
  return lines.join("\n");
}

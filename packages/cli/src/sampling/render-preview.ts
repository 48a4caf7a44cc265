import { type Io, oneLine, renderTable } from "../output.ts";
import type { PresetPreview, SamplingPreview } from "./document.ts";

const NONE = "–";
const count = (n: number): string => Math.round(n).toLocaleString("en-US");
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const usd = (value: number): string =>
  `$${value.toFixed(value < 0.1 ? 4 : 2).replace(/\B(?=(\d{3})+\.)/g, ",")}`;
const orNone = (value: number | null | undefined, show: (value: number) => string): string =>
  value === null || value === undefined ? NONE : show(value);

type Cell = (preset: PresetPreview) => string;

/** A part of the selected, by name. */
const part =
  (counts: (preset: PresetPreview) => Readonly<Record<string, number>>, name: string): Cell =>
  (preset) =>
    count(counts(preset)[name] ?? 0);

const worst =
  (which: "worstDay" | "worstHour", budget: number): Cell =>
  ({ spend }) => {
    const at = spend?.[which];
    if (spend === null || !at) return NONE;
    const from = at.from.slice(0, which === "worstDay" ? 10 : 16).replace("T", " ");
    return `${usd(at.usd)} = ${percent(at.usd / budget)} (${from})`;
  };

function rowsOf({ presets, budget, assumedSd }: SamplingPreview): [string, Cell][] {
  const both = [presets.fixed, ...(presets.budgeted === null ? [] : [presets.budgeted])];
  const names = (of: (preset: PresetPreview) => object): string[] =>
    [...new Set(both.flatMap((preset) => Object.keys(of(preset))))].sort();
  return [
    ["judged", ({ selected, share }) => `${count(selected)}, ${orNone(share, percent)} of eligible`],
    ...names(({ byReason }) => byReason).map((name): [string, Cell] => [
      `  by ${name}`,
      part(({ byReason }) => byReason, name),
    ]),
    ...names(({ byPriority }) => byPriority).map((name): [string, Cell] => [
      `  priority ${name}`,
      part(({ byPriority }) => byPriority, name),
    ]),
    ["over budget", ({ overBudget }) => count(overBudget)],
    ["judged a week", ({ selectedPerWeek }) => orNone(selectedPerWeek, count)],
    ["spend of these logs", ({ spend }) => orNone(spend?.usd, usd)],
    ["spend a week", ({ spend }) => orNone(spend?.usdPerWeek, usd)],
    [`worst day of ${usd(budget.usdPerDay)}`, worst("worstDay", budget.usdPerDay)],
    [`worst hour of ${usd(budget.usdPerHour)}`, worst("worstHour", budget.usdPerHour)],
    [
      "effective sample size",
      ({ nEff, effectivePerJudged: each }) => `${count(nEff)}, ${orNone(each, (x) => x.toFixed(2))} each`,
    ],
    [`mean of a score, sd ${assumedSd}`, ({ halfWidth }) => orNone(halfWidth, (h) => `± ${h.toFixed(4)}`)],
  ];
}

/** The preview that a person reads: both presets side by side. */
export function renderPreview(document: SamplingPreview, { color }: Io): string {
  const { records, span, requests, presets, preset } = document;
  const filtered = Object.entries(requests.filtered).map(([reason, n]) => `${count(n)} ${oneLine(reason)}`);
  const title = (name: string): string => (name === preset ? `${name} (configured)` : name);
  const rows = rowsOf(document).map(([label, cell]) => [
    label,
    cell(presets.fixed),
    presets.budgeted === null ? NONE : cell(presets.budgeted),
  ]);
  const time =
    span === null ? "no requests" : `${span.from} to ${span.to} (${span.days.toFixed(1)} days of event time)`;
  return [
    `${color.bold("Logs")}      ${time}`,
    `          ${count(records.read)} lines: ${count(records.kept)} kept, ${count(records.quarantined)} quarantined, ${count(records.duplicate)} duplicate, ${count(records.ignored)} ignored`,
    `${color.bold("Requests")}  ${count(requests.eligible)} eligible; filtered: ${filtered.join(", ") || "none"}`,
    "",
    renderTable(["", title("fixed"), title("budgeted")], rows, color),
    ...document.notes.map((note) => color.dim(oneLine(note))),
    "",
  ].join("\n");
}

import { inUnit, percent } from "@bellwether/core/gate/in-words";
import type { GateCheck, GateUnit, WorstItem } from "@bellwether/core/gate/report";
import { type Io, oneLine, renderTable } from "../output.ts";
import { count, usd } from "./announce.ts";
import type { GateDocument } from "./conclude.ts";
import { describeJudge } from "./sources.ts";

const HEADLINE = {
  passed: "PASSED",
  failed: "FAILED",
  not_enough_evidence: "NOT ENOUGH EVIDENCE",
} as const;
const WORST_SHOWN = 3;
const QUOTED_CHARS = 160;

/** The result of a gate for a reader: verdict, checks, what stands out, and where everything is. */
export function renderGate(document: GateDocument, io: Io): string {
  const { report, suite, judge, stopped, spent, files } = document;
  const { green, red, yellow, bold } = io.color;
  const paint = { passed: green, failed: red, not_enough_evidence: yellow }[document.verdict];
  const rows = report.checks.map((check) => [
    check.stage,
    check.metric,
    check.status === "not_measured" ? "not measured" : check.status,
    inWords(check, check.value),
    check.low === null && check.high === null
      ? null
      : `${check.low === null ? "" : inWords(check, check.low)} … ${check.high === null ? "" : inWords(check, check.high)}`,
    inWords(check, check.limit),
    check.items,
  ]);
  const noted = report.checks.filter(({ status }) => status !== "passed");
  return [
    `${bold(paint(HEADLINE[document.verdict]))}${stopped === null ? "" : `: ${stopped.reason}`}`,
    `${report.head}${report.base === null ? "" : ` against ${report.base}`} · ${count(suite.items, "item")} · judged by ${describeJudge(judge)}`,
    "",
    renderTable(["stage", "metric", "status", "value", "interval", "limit", "items"], rows, io.color),
    ...noted.map(({ metric, detail }) => `${metric}: ${detail}`),
    ...report.notes,
    ...(report.worst.length === 0 ? [] : ["", "worst:"]),
    ...report.worst.slice(0, WORST_SHOWN).map(worstLine),
    "",
    `${count(spent.answers, "answer")} and ${count(spent.draws, "judgement")} new (${usd(spent.answersUsd)} and ${usd(spent.judgeUsd)}${judge.standIn ? " at list prices" : ""}), ${spent.reusedAnswers} and ${spent.reusedDraws} used again`,
    `outcomes: ${files.head}${files.base === null ? "" : ` and ${files.base}`}`,
    `results: ${files.summary}, ${files.comment}, ${files.junit}`,
    "",
  ].join("\n");
}

const UNITS: Readonly<Record<GateCheck["stage"], GateUnit>> = {
  synthetic_test_suite: "score",
  regression_tests: "score",
  cost_validation: "USD",
  latency_validation: "ms",
};

/** A regression's numbers are shares lost, all others have their stage's unit. */
function inWords({ stage }: GateCheck, value: number | null): string | null {
  if (value === null) return null;
  return stage === "regression_tests" ? percent(value) : inUnit(value, UNITS[stage]);
}

function worstLine({
  itemId,
  metric,
  difference,
  question,
  headAnswer,
  unsupportedClaims,
}: WorstItem): string {
  const clip = (text: string): string =>
    oneLine(text.length > QUOTED_CHARS ? `${text.slice(0, QUOTED_CHARS - 1)}…` : text);
  const claim = unsupportedClaims[0];
  const said = claim === undefined ? clip(headAnswer ?? "no answer") : `nobody said: ${clip(claim)}`;
  return `  ${itemId} (${metric} ${difference.toFixed(2)}): ${clip(question)} → ${said}`;
}

import type { ItemOutcome, Side } from "./outcome.ts";
import type { GateUnit } from "./report.ts";

/** A metric on one item: its value averaged over the judge's draws, or why there is none. */
export type ItemValue =
  | { readonly kind: "value"; readonly value: number; readonly passFail: boolean }
  | { readonly kind: "unscored"; readonly reason: string; readonly applies: boolean };

/** Abstentions that come from the item itself, not from what a version answered. */
const NOTHING_TO_MEASURE: readonly string[] = [
  "no_context",
  "no_question",
  "no_reference",
  "no_tools",
  "not_applicable",
];

const RELEVANCY = "answer_relevancy";
const RELEVANCY_JUDGED = "answer_relevancy_judged";

export const unitOf = (metric: string): GateUnit =>
  metric === "cost" ? "USD" : metric === "latency" ? "ms" : "score";

const measured = (value: number | null, item: ItemOutcome, unknown: string): ItemValue =>
  value === null
    ? { kind: "unscored", reason: item.answer === null ? "no_answer" : unknown, applies: true }
    : { kind: "value", value, passFail: false };

/** The metric on the item; the item is the unit, so draws are averaged first. */
export function itemValue(item: ItemOutcome, metric: string): ItemValue {
  if (metric === "cost") return measured(item.costUsd, item, "unpriced");
  if (metric === "latency") return measured(item.latencyMs, item, "not_timed");
  const outcomes = item.draws.flatMap(({ metrics }) => metrics[metric] ?? []);
  const scores = outcomes.flatMap((outcome) => (outcome.status === "scored" ? [outcome.score] : []));
  if (scores.length > 0)
    return {
      kind: "value",
      value: scores.reduce((sum, score) => sum + score, 0) / scores.length,
      passFail: scores.every((score) => score === 0 || score === 1),
    };
  const failure =
    outcomes.find(({ status }) => status === "failed") ??
    outcomes.find(({ status }) => status === "abstained");
  if (failure === undefined || failure.status === "scored")
    return { kind: "unscored", reason: item.answer === null ? "no_answer" : "not_judged", applies: true };
  const applies = failure.status === "failed" || !NOTHING_TO_MEASURE.includes(failure.reason);
  return { kind: "unscored", reason: failure.reason, applies };
}

/** The name under which the sides have the metric: relevancy without embeddings goes by the judge's own verdicts. */
export function recordedName(metric: string, sides: readonly Side[]): string {
  if (metric !== RELEVANCY) return metric;
  const scored = sides.some(({ items }) => items.some((item) => itemValue(item, RELEVANCY).kind === "value"));
  return scored ? RELEVANCY : RELEVANCY_JUDGED;
}

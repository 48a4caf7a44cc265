import { inUnit } from "@bellwether/core/gate/in-words";
import type { Io } from "../output.ts";
import { estimateOfRest, type RunPlan } from "./plan.ts";
import { describeJudge } from "./sources.ts";
import type { Spent } from "./work.ts";

const SHOWN_USD_DIGITS = 4;

/** USD with four decimals; what nobody can price is said to be unpriced. */
export const usd = (value: number | null): string =>
  value === null ? "unpriced" : `$${value.toFixed(SHOWN_USD_DIGITS)}`;

/** What is about to be done, what it costs and what it will be able to show, before anything is paid. */
export function announce(plan: RunPlan, io: Io): void {
  const { items, of } = plan.suite;
  const kept = [count(plan.found.answers, "answer"), count(plan.found.draws, "judgement")];
  const lines = [
    `${count(items, "item")}${items < of ? ` of ${of}, drawn by a hash of their ids` : ""}: ${plan.head} ${plan.base === null ? "alone" : `against ${plan.base}`}`,
    `judged by ${describeJudge(plan.judge)}: at most ${count(plan.judgeCalls, "call")}, about ${usd(plan.judgeUsd)}${plan.judge.standIn ? " at the list price of the judge it stands for; nothing is paid" : ""}; answers ${plan.answersUsd === null ? "cost what their command costs" : `about ${usd(plan.answersUsd)}`}`,
    ...(plan.found.answers + plan.found.draws > 0
      ? [`${kept.join(" and ")} of an earlier run can be used again`]
      : []),
    ...(plan.damaged > 0
      ? [`${count(plan.damaged, "line")} of work.jsonl cannot be read; what was there is asked again`]
      : []),
    ...(plan.detectable.length === 0 ? [] : [detectableLine(plan)]),
  ];
  io.stderr.write(lines.map((line) => `gate: ${line}\n`).join(""));
}

/** The smallest losses that these items can show, and what twice as many would. */
function detectableLine({ detectable }: RunPlan): string {
  const losses = detectable.map(({ metric, unit, difference, more }) => {
    const twice = more[0]?.difference;
    return `${metric} ${inUnit(difference, unit)}${twice === undefined ? "" : ` (${inUnit(twice, unit)} with twice the items)`}`;
  });
  return `smallest losses that fail with a chance of 80 %: ${losses.join(", ")}`;
}

/** Where a run is: items done, cost so far, and what the rest will cost. */
export function progressNote(done: number, spent: Spent, plan: RunPlan): string {
  const rest = estimateOfRest(done, spent, plan);
  const soFar = `${usd(spent.answersUsd + spent.judgeUsd)} so far${plan.judge.standIn ? " at list prices" : ""}${spent.unpriced > 0 ? `, ${spent.unpriced} unpriced` : ""}`;
  return `${done}/${plan.suite.items} items · ${soFar}${rest === null ? "" : ` · about ${usd(rest)} to go`}`;
}

export const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`;

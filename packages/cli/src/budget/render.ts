import {
  momentText,
  nameText,
  percentText,
  requestsHave,
  spanText,
  timesText,
  usdText,
} from "@bellwether/core/budget/money";
import type { BudgetReading } from "@bellwether/core/budget/reading";
import { forecastText, ofBudget } from "@bellwether/core/budget/sentences";
import { type Io, renderTable } from "../output.ts";
import type { AppBudget } from "./document.ts";
import { moneyBar } from "./money-bar.ts";

const LABEL = 10;
const BAR = 48;

type Color = Io["color"];

const row = (label: string, text: string): string => `  ${label.padEnd(LABEL)}${text}`.trimEnd();

function monthLines({ month, forecast }: BudgetReading, { dim }: Color): string[] {
  const bar = moneyBar(
    {
      spent: month.spentPicoUsd,
      budget: month.budgetPicoUsd,
      ...(forecast.status === "forecast"
        ? {
            forecast: {
              low: forecast.interval80[0],
              expected: forecast.expectedPicoUsd,
              high: forecast.interval80[1],
            },
          }
        : {}),
    },
    BAR,
  );
  return [row("month", ofBudget(month)), row("", bar), dim(row("", forecastText(forecast)))];
}

function paceLines({ burn, share }: BudgetReading, { dim, red }: Color): string[] {
  const lines = burn.map(({ pair, long, short, standing }, i) => {
    const text = row(
      i === 0 ? "pace" : "",
      `${spanText(pair.long).padEnd(8)} ${timesText(long.burn).padStart(6)}×   ${spanText(pair.short).padEnd(10)} ${timesText(short.burn).padStart(6)}×   ${pair.severity} when both are above ${pair.factor}×`,
    );
    return standing === "over" ? red(text) : text;
  });
  const basis =
    share.kind === "flat"
      ? `times what the month's budget allows, spread evenly (${share.days} whole days are known; 14 are needed to learn the week)`
      : `times what the month's budget allows at these hours (learned from ${share.days} days)`;
  return [...lines, dim(row("", basis))];
}

function requestLine({ perRequest }: BudgetReading): string {
  const { meanPicoUsd, limitPicoUsd, priced, unpriced } = perRequest;
  const mean = meanPicoUsd === null ? "too few priced requests to say" : usdText(meanPicoUsd);
  const without = unpriced > 0 ? `; ${requestsHave(unpriced)} no price: not counted` : "";
  return row(
    "a request",
    `${mean} in the last hour (${priced} priced), limit ${usdText(limitPicoUsd)}${without}`,
  );
}

function leaderTables({ leaders, reading }: AppBudget, color: Color): string[] {
  const total = reading.day.spentPicoUsd;
  return (["tenant", "user"] as const).flatMap((kind) => {
    const spends = leaders[kind];
    if (spends.length === 0) return [];
    const rows = spends.map(({ subject, picoUsd, unpriced }) => [
      nameText(subject),
      usdText(picoUsd),
      total > 0 ? percentText(picoUsd / total) : null,
      unpriced,
    ]);
    return ["", renderTable([`${kind}s today`, "USD", "share", "unpriced"], rows, color).trimEnd()];
  });
}

function appLines(budget: AppBudget, color: Color): string[] {
  const { reading, warnings } = budget;
  const { day } = reading;
  const title = `${color.bold(nameText(reading.app))}  ${color.dim(`spend known up to ${momentText(reading.at)}`)}`;
  const told = warnings.flatMap(({ level, title: what, lines }) => [
    "",
    level === "page" ? color.red(`[page] ${what}`) : color.yellow(`[ticket] ${what}`),
    ...lines.map((line) => `  ${line}`),
  ]);
  return [
    title,
    ...monthLines(reading, color),
    row("today", ofBudget(day)),
    row("", moneyBar({ spent: day.spentPicoUsd, budget: day.budgetPicoUsd }, BAR)),
    requestLine(reading),
    ...paceLines(reading, color),
    ...leaderTables(budget, color),
    ...told,
  ];
}

/** The budgets as a person reads them. */
export function renderBudgets(apps: readonly AppBudget[], { color }: Io): string {
  if (apps.length === 0) return "No request of an app is in the lake.\n";
  return `${apps.map((budget) => appLines(budget, color).join("\n")).join("\n\n")}\n`;
}

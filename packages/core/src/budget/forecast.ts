import { seededUniform } from "@bellwether/stats/uniform";
import { permanentRandomNumber } from "../sampling/unit.ts";
import { CELL_MS } from "../windows/bucket.ts";
import { DAY_MS, dateText, dayOf, monthOf, type Period } from "./calendar.ts";
import { type DailyModel, drawDays, fitDays } from "./daily-model.ts";
import { dailySpend, type SpendHistory, spendBetween, wholeDays } from "./history.ts";
import { expectedShare, LEARNING_DAYS, type SeasonalShare } from "./seasonal-share.ts";

/** Spend of the calendar month until now, 1e-12 USD. */
interface MonthSpent {
  readonly month: Period;
  readonly spentPicoUsd: number;
  /** Spend before this instant of the month is not known and not counted; null when all of it is. */
  readonly missingBefore: number | null;
}

/** What the month will have cost at its end, 1e-12 USD. */
export type MonthForecast =
  | (MonthSpent & {
      readonly status: "forecast";
      /** As likely to be exceeded as not. */
      readonly expectedPicoUsd: number;
      readonly interval80: readonly [low: number, high: number];
      readonly interval95: readonly [low: number, high: number];
      /** Probability of ending the month above the budget. */
      readonly overBudget: number;
    })
  | (MonthSpent & {
      /** Fewer than 14 whole days are known: no interval and no probability. */
      readonly status: "learning";
      readonly daysLeft: number;
      /** If the month goes on as the known days went on average; null below an hour of them. */
      readonly runRatePicoUsd: number | null;
    })
  | { readonly status: "unknown"; readonly month: Period };

const HISTORY_DAYS = 70;
const PATHS = 1_000;

/** The generator for an app's forecasts of a month: the same numbers at every look, so that only data moves the answer. */
export const forecastUniform = (app: string, at: number): (() => number) =>
  seededUniform(
    Math.floor(permanentRandomNumber("forecast", `${app}|${dateText(monthOf(at).from)}`) * 2 ** 32),
  );

/** Value with a part `p` of the ascending values below it, by nearest rank. */
const quantile = (ascending: readonly number[], p: number): number =>
  ascending[Math.round(p * (ascending.length - 1))] ?? 0;

/** Totals of the rest of the month, ascending; today counts with the part of it that is still to come. */
function drawRests(
  model: DailyModel,
  restOfToday: number,
  daysAfter: number,
  uniform: () => number,
): number[] {
  const totals = Array.from({ length: PATHS }, () => {
    const [today = 0, ...later] = drawDays(model, 1 + daysAfter, uniform);
    return later.reduce((sum, day) => sum + day, restOfToday * today);
  });
  return totals.sort((a, b) => a - b);
}

function runRate(history: SpendHistory, spent: number, restMs: number): number | null {
  const from = Math.max(history.knownFrom, history.until - LEARNING_DAYS * DAY_MS);
  const knownMs = history.until - from;
  if (knownMs < CELL_MS) return null;
  const start = Math.floor(from / CELL_MS) * CELL_MS;
  return spent + (spendBetween(history, start, history.until) * restMs) / knownMs;
}

/**
 * Spend of the month at its end: what is spent, plus the rest of today and the remaining days by Holt–Winters on the
 * last 70 whole days with 1,000 paths of bootstrapped residuals. Equal inputs and generators give equal forecasts.
 */
export function forecastMonth(
  history: SpendHistory,
  share: SeasonalShare,
  monthlyPicoUsd: number,
  uniform: () => number,
): MonthForecast {
  const { until, knownFrom } = history;
  // What is known until midnight belongs to the day that ended there.
  const month = monthOf(until - 1);
  if (knownFrom >= until) return { status: "unknown", month };
  const spentPicoUsd = spendBetween(history, month.from, until);
  const known = { month, spentPicoUsd, missingBefore: knownFrom > month.from ? knownFrom : null };
  const model = fitDays(dailySpend(history, HISTORY_DAYS));
  if (model === undefined)
    return {
      status: "learning",
      ...known,
      daysLeft: LEARNING_DAYS - wholeDays(history),
      runRatePicoUsd: runRate(history, spentPicoUsd, month.until - until),
    };
  const totals =
    until === month.until
      ? [spentPicoUsd]
      : restOf(history, share, month, model, uniform).map((rest) => spentPicoUsd + rest);
  const at = (p: number): number => quantile(totals, p);
  return {
    status: "forecast",
    ...known,
    expectedPicoUsd: at(0.5),
    interval80: [at(0.1), at(0.9)],
    interval95: [at(0.025), at(0.975)],
    overBudget: totals.filter((total) => total > monthlyPicoUsd).length / totals.length,
  };
}

function restOf(
  { until }: SpendHistory,
  share: SeasonalShare,
  month: Period,
  model: DailyModel,
  uniform: () => number,
): number[] {
  const today = dayOf(until);
  const restOfToday = expectedShare(share, { from: until, until: today.until }, today);
  return drawRests(model, restOfToday, Math.round((month.until - today.until) / DAY_MS), uniform);
}

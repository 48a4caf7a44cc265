import { type BurnReading, burnReadings } from "./burn-rate.ts";
import { dayOf, monthOf, type Period } from "./calendar.ts";
import { forecastMonth, type MonthForecast } from "./forecast.ts";
import { type SpendHistory, spendBetween, spentMoreSince } from "./history.ts";
import { overruns, type SubjectSpend } from "./limits.ts";
import type { Budget } from "./policy.ts";
import { type SeasonalShare, seasonalShare } from "./seasonal-share.ts";

/** Requests and spend of the last hour before the history's end. */
interface LastHour {
  /** Requests with a known price, and their spend in 1e-12 USD. */
  readonly priced: number;
  readonly picoUsd: number;
  readonly unpriced: number;
}

/** What is known of an app's spend. */
export interface SpendFacts {
  readonly app: string;
  readonly history: SpendHistory;
  readonly lastHour: LastHour;
  /** Spend of today by tenant and user. */
  readonly subjects: readonly SubjectSpend[];
}

/** Spend of a period against its budget, 1e-12 USD. */
export interface PeriodReading extends Period {
  readonly spentPicoUsd: number;
  readonly budgetPicoUsd: number;
  /** When the budget was passed: start of the bucket or hour; null when it was not. */
  readonly overSince: number | null;
}

/** What is spent of an app's budget at one instant. */
export interface SpentReading {
  readonly app: string;
  /** Spend is known up to here, ms. */
  readonly at: number;
  /** `none`: nothing is known of this app's spend. */
  readonly data: "some" | "none";
  readonly share: Pick<SeasonalShare, "kind" | "days">;
  readonly day: PeriodReading;
  readonly month: PeriodReading;
  readonly burn: readonly BurnReading[];
  /** Mean cost of a priced request over the last hour, 1e-12 USD; null below 30 of them. */
  readonly perRequest: LastHour & { readonly meanPicoUsd: number | null; readonly limitPicoUsd: number };
  readonly limits: ReturnType<typeof overruns>;
}

/** Everything that the budget of an app says at one instant. */
export interface BudgetReading extends SpentReading {
  readonly forecast: MonthForecast;
}

/** Priced requests below which their mean cost says nothing. */
const MIN_PRICED = 30;
const PICO = 1e12;

function periodReading(history: SpendHistory, period: Period, usd: number): PeriodReading {
  const budgetPicoUsd = usd * PICO;
  return {
    ...period,
    spentPicoUsd: spendBetween(history, period.from, history.until),
    budgetPicoUsd,
    overSince: spentMoreSince(history, period.from, budgetPicoUsd),
  };
}

function spentReading(
  { app, history, lastHour, subjects }: SpendFacts,
  budget: Budget,
  share: SeasonalShare,
): SpentReading {
  const { priced, picoUsd } = lastHour;
  return {
    app,
    at: history.until,
    data: history.knownFrom < history.until ? "some" : "none",
    share: { kind: share.kind, days: share.days },
    // What is known until midnight belongs to the day and month that ended there.
    day: periodReading(history, dayOf(history.until - 1), budget.dailyUsd),
    month: periodReading(history, monthOf(history.until - 1), budget.monthlyUsd),
    burn: burnReadings(history, share, budget.monthlyUsd * PICO, budget.burnRates),
    perRequest: {
      ...lastHour,
      meanPicoUsd: priced >= MIN_PRICED ? picoUsd / priced : null,
      limitPicoUsd: budget.perRequestUsd * PICO,
    },
    limits: overruns(subjects, budget.limits),
  };
}

/** Reads what an app spent against its budget, without the forecast, which takes a hundred times as long. */
export const readSpent = (facts: SpendFacts, budget: Budget): SpentReading =>
  spentReading(facts, budget, seasonalShare(facts.history));

/** Reads an app's spend against its budget; `uniform` draws the forecast, see `forecastUniform`. */
export function readBudget(facts: SpendFacts, budget: Budget, uniform: () => number): BudgetReading {
  const { history } = facts;
  const share = seasonalShare(history);
  const forecast = forecastMonth(history, share, budget.monthlyUsd * PICO, uniform);
  return { ...spentReading(facts, budget, share), forecast };
}

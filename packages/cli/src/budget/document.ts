import type { Contributors } from "@bellwether/core/budget/contributors";
import type { MonthForecast } from "@bellwether/core/budget/forecast";
import type { IncidentLevel } from "@bellwether/core/budget/incident";
import type { BudgetMessage } from "@bellwether/core/budget/limit-message";
import type { SubjectKind, SubjectSpend } from "@bellwether/core/budget/limits";
import type { BudgetReading, PeriodReading } from "@bellwether/core/budget/reading";

/** What is over its limit, as people would be told. */
interface Warning extends BudgetMessage {
  readonly key: string;
  readonly level: IncidentLevel;
}

/** One app's budget as `bellwether budget` shows it. */
export interface AppBudget {
  readonly reading: BudgetReading;
  readonly warnings: readonly Warning[];
  /** Today's largest tenants and users. */
  readonly leaders: Readonly<Record<SubjectKind, readonly SubjectSpend[]>>;
  /** What today's spend rose by against the days before; null without an earlier day. */
  readonly contributors: Contributors | null;
}

const usd = (picoUsd: number): number => picoUsd / 1e12;
const usdOrNull = (picoUsd: number | null): number | null => (picoUsd === null ? null : usd(picoUsd));
const iso = (at: number): string => new Date(at).toISOString();
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));

const periodDocument = ({ from, until, spentPicoUsd, budgetPicoUsd, overSince }: PeriodReading) => ({
  from: iso(from),
  until: iso(until),
  spentUsd: usd(spentPicoUsd),
  budgetUsd: usd(budgetPicoUsd),
  overSince: isoOrNull(overSince),
});

function forecastDocument(forecast: MonthForecast) {
  switch (forecast.status) {
    case "unknown":
      return { status: forecast.status };
    case "learning":
      return {
        status: forecast.status,
        daysLeft: forecast.daysLeft,
        runRateUsd: usdOrNull(forecast.runRatePicoUsd),
        missingBefore: isoOrNull(forecast.missingBefore),
      };
    case "forecast":
      return {
        status: forecast.status,
        expectedUsd: usd(forecast.expectedPicoUsd),
        interval80Usd: forecast.interval80.map(usd),
        interval95Usd: forecast.interval95.map(usd),
        overBudgetProbability: forecast.overBudget,
        missingBefore: isoOrNull(forecast.missingBefore),
      };
  }
}

const leaderDocument = ({ subject, picoUsd, unpriced }: SubjectSpend) => ({
  subject,
  spentUsd: usd(picoUsd),
  unpriced,
});

function contributorsDocument(contributors: Contributors | null) {
  if (contributors === null) return null;
  const { spentPicoUsd, expectedPicoUsd, excessPicoUsd, byDimension } = contributors;
  return {
    spentUsd: usd(spentPicoUsd),
    expectedUsd: usd(expectedPicoUsd),
    excessUsd: usd(excessPicoUsd),
    byDimension: Object.fromEntries(
      Object.entries(byDimension).map(([dimension, { top, otherPicoUsd }]) => [
        dimension,
        {
          top: top.map((each) => ({
            value: each.value,
            spentUsd: usd(each.picoUsd),
            expectedUsd: usd(each.expectedPicoUsd),
            excessUsd: usd(each.excessPicoUsd),
            share: each.share,
          })),
          otherUsd: usd(otherPicoUsd),
        },
      ]),
    ),
  };
}

function appDocument({ reading, warnings, leaders, contributors }: AppBudget) {
  const { app, share, day, month, burn, forecast, perRequest, limits } = reading;
  return {
    app,
    share,
    day: periodDocument(day),
    month: periodDocument(month),
    forecast: forecastDocument(forecast),
    burnRates: burn.map(({ pair, long, short, standing }) => ({
      factor: pair.factor,
      severity: pair.severity,
      longMs: pair.long,
      shortMs: pair.short,
      longBurn: long.burn,
      shortBurn: short.burn,
      known: long.known,
      standing,
    })),
    perRequest: {
      meanUsd: usdOrNull(perRequest.meanPicoUsd),
      limitUsd: usd(perRequest.limitPicoUsd),
      priced: perRequest.priced,
      unpriced: perRequest.unpriced,
    },
    overLimit: { tenants: limits.tenant.count, users: limits.user.count },
    leaders: { tenants: leaders.tenant.map(leaderDocument), users: leaders.user.map(leaderDocument) },
    contributors: contributorsDocument(contributors),
    warnings,
  };
}

/** The `--json` document: money in USD, instants in ISO 8601; `at` is null without any spend. */
export const budgetDocument = (apps: readonly AppBudget[]) => ({
  at: isoOrNull(apps[0]?.reading.at ?? null),
  apps: apps.map(appDocument),
});

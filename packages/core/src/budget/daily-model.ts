import {
  forecastAhead,
  type HoltWinters,
  type HoltWintersRates,
  observeNext,
  startHoltWinters,
} from "@bellwether/stats/holt-winters";

const WEEK = 7;
/** Whole weeks that the model starts from. */
const START_DAYS = 2 * WEEK;
/** Residuals kept: 8 weeks. */
const RESIDUAL_DAYS = 8 * WEEK;
/** Level, trend and 7 places of the week, of which one follows from the others, were fitted to the first days. */
const START_PARAMETERS = 8;
/** A day is counted with this part of the mean day added: a day of 0 has no logarithm. */
const SHIFT_PART = 0.1;

/** A trend of at most 1 % a day: a jump is not growth that goes on. A day counts as at most e times its forecast, or 1/e: an outage is no new level. */
const RATES: HoltWintersRates = {
  level: 0.3,
  trend: 0.05,
  season: 0.2,
  damping: 0.98,
  maxTrend: 0.01,
  maxSurprise: 1,
};

/** Holt–Winters on the logarithm of daily spend, and what its forecasts of the next day missed by. */
export interface DailyModel {
  readonly state: HoltWinters;
  /** Added to a day's spend before the logarithm, in the unit of spend. */
  readonly shift: number;
  /** Residuals of the last 8 weeks, oldest first; those of the starting days widened for the parameters fitted to them. */
  readonly residuals: readonly number[];
}

/** The model of whole days, oldest first; undefined below 14 of them. */
export function fitDays(spends: readonly number[]): DailyModel | undefined {
  if (spends.length < START_DAYS) return undefined;
  const mean = spends.reduce((sum, spend) => sum + spend, 0) / spends.length;
  const shift = mean > 0 ? SHIFT_PART * mean : 1;
  const logs = spends.map((spend) => Math.log(spend + shift));
  const first = logs.slice(0, START_DAYS);
  let state = startHoltWinters(first, WEEK);
  const widen = Math.sqrt(START_DAYS / (START_DAYS - START_PARAMETERS));
  const start = state;
  const residuals = first.map((y, day) => widen * (y - start.level - (start.season[day % WEEK] ?? 0)));
  for (const y of logs.slice(START_DAYS)) {
    residuals.push(y - forecastAhead(state, 1, RATES));
    state = observeNext(state, y, RATES);
  }
  return { state, shift, residuals: residuals.slice(-RESIDUAL_DAYS) };
}

/**
 * One possible spend of each of the next `days` days: forecasts plus residuals drawn in blocks of a week, which keeps
 * what neighbouring days have in common, each day observed before the next.
 */
export function drawDays(
  { state, shift, residuals }: DailyModel,
  days: number,
  uniform: () => number,
): number[] {
  let current = state;
  let place = 0;
  return Array.from({ length: days }, (_, day) => {
    place = day % WEEK === 0 ? Math.floor(uniform() * residuals.length) : (place + 1) % residuals.length;
    const y = forecastAhead(current, 1, RATES) + (residuals[place] ?? 0);
    current = observeNext(current, y, RATES);
    return Math.max(0, Math.exp(y) - shift);
  });
}

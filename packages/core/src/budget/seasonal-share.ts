import { CELL_MS, cellOf } from "../windows/bucket.ts";
import { DAY_MS, dayOf, type Period } from "./calendar.ts";
import { type SpendHistory, spendBetween, wholeDays } from "./history.ts";

/** How spend spreads over the hours of a week. */
export interface SeasonalShare {
  /** `flat` as long as there is too little history to know. */
  readonly kind: "flat" | "seasonal";
  /** Whole days of history it was learned from. */
  readonly days: number;
  /** Expected spend of an hour in parts of the mean hour, by `cellIndex`; all positive, mean over a week 1. */
  readonly weights: readonly number[];
}

/** Fewer whole days than this do not tell an hour's habit from chance. */
export const LEARNING_DAYS = 14;
const TRAILING_DAYS = 28;
const HOURS = 24;
const [WEEKDAYS, WEEKEND_DAYS] = [5, 2];
/** An hour counts as at most this many times its cell's median, so that a runaway is not expected again. */
const LARGEST_PART = 5;
/** An hour is expected to spend at least this part of the mean hour: a small batch at night is no runaway. */
const LEAST_PART = 0.25;

/** Cell of an hour: 0–23 on weekdays, 24–47 on Saturday and Sunday, UTC. */
function cellIndex(hour: number): number {
  const date = new Date(hour);
  const isWeekend = date.getUTCDay() % 6 === 0;
  return date.getUTCHours() + (isWeekend ? HOURS : 0);
}

const FLAT: readonly number[] = Array.from({ length: 2 * HOURS }, () => 1);

function median(ascending: readonly number[]): number {
  const [a = 0, b = 0] = [ascending[(ascending.length - 1) >> 1], ascending[ascending.length >> 1]];
  return (a + b) / 2;
}

/** Mean of a cell's hours, each limited by their median; a cell that is mostly 0 keeps its mean. */
function cellMean(spends: readonly number[]): number {
  const ascending = [...spends].sort((a, b) => a - b);
  const middle = median(ascending);
  const limit = middle > 0 ? LARGEST_PART * middle : Number.POSITIVE_INFINITY;
  return ascending.reduce((sum, spend) => sum + Math.min(spend, limit), 0) / Math.max(1, ascending.length);
}

/** Mean over the hours of a week, in which a cell of a weekday comes 5 times and one of the weekend twice. */
const weekMean = (cells: readonly number[]): number =>
  cells.reduce((sum, value, i) => sum + value * (i < HOURS ? WEEKDAYS : WEEKEND_DAYS), 0) /
  (HOURS * (WEEKDAYS + WEEKEND_DAYS));

/** How spend spreads over hour and weekday or weekend, from the 28 whole days before today; flat below 14 days. */
export function seasonalShare(history: SpendHistory): SeasonalShare {
  const known = wholeDays(history);
  const days = Math.min(TRAILING_DAYS, known);
  const flat = { kind: "flat", days, weights: FLAT } as const;
  if (days < LEARNING_DAYS) return flat;
  const until = dayOf(history.until).from;
  const cells: number[][] = FLAT.map(() => []);
  for (let hour = until - days * DAY_MS; hour < until; hour += CELL_MS)
    cells[cellIndex(hour)]?.push(spendBetween(history, hour, hour + CELL_MS));
  const means = cells.map(cellMean);
  const mean = weekMean(means);
  if (mean === 0) return flat;
  const raised = means.map((value) => Math.max(LEAST_PART, value / mean));
  const level = weekMean(raised);
  return { kind: "seasonal", days, weights: raised.map((value) => value / level) };
}

/** Expected spend of [from, until) in mean hours. */
function expectedHours({ kind, weights }: SeasonalShare, from: number, until: number): number {
  if (kind === "flat") return (until - from) / CELL_MS;
  let sum = 0;
  for (let hour = cellOf(from); hour < until; hour += CELL_MS) {
    const part = (Math.min(until, hour + CELL_MS) - Math.max(from, hour)) / CELL_MS;
    sum += part * (weights[cellIndex(hour)] ?? 1);
  }
  return sum;
}

/** Expected part of the spend of `whole` that falls in [from, until); above 1 for a longer span. */
export const expectedShare = (share: SeasonalShare, { from, until }: Period, whole: Period): number =>
  expectedHours(share, from, until) / expectedHours(share, whole.from, whole.until);

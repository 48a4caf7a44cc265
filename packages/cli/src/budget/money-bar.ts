/** A sum of money on its way to a limit, all in one unit. */
export interface MoneyBar {
  readonly spent: number;
  readonly budget: number;
  /** Where it is expected to end, with its interval. */
  readonly forecast?: { readonly low: number; readonly expected: number; readonly high: number };
}

/** Part of the axis beyond the budget that is always drawn. */
const BEYOND = 1.1;
/** The axis ends at this many budgets at most; what is larger ends in an arrow. */
const LONGEST = 3;

/** `█` spent, `├──●──┤` the forecast, `┃` the budget, `▶` where something leaves the axis; `columns` wide. */
export function moneyBar({ spent, budget, forecast }: MoneyBar, columns: number): string {
  const largest = Math.max(BEYOND * budget, spent, forecast?.high ?? 0);
  const end = Math.min(LONGEST * budget, largest);
  const columnOf = (value: number): number =>
    Math.round((Math.min(end, Math.max(0, value)) / end) * (columns - 1));
  const cells = Array.from({ length: columns }, () => " ");
  if (forecast !== undefined) {
    const [low, high] = [columnOf(forecast.low), columnOf(forecast.high)];
    for (let i = low; i <= high; i++) cells[i] = "─";
    cells[low] = "├";
    cells[high] = "┤";
    cells[columnOf(forecast.expected)] = "●";
  }
  const filled = spent > 0 ? Math.max(1, columnOf(spent)) : 0;
  for (let i = 0; i < filled; i++) cells[i] = "█";
  cells[columnOf(budget)] = "┃";
  if (largest > end) cells[columns - 1] = "▶";
  return cells.join("").trimEnd();
}

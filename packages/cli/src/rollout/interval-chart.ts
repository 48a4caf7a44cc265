/** A mean with its interval. */
export interface Interval {
  readonly low: number;
  readonly mean: number;
  readonly high: number;
}

/** A linear axis in columns. */
export interface LinearAxis {
  readonly columns: number;
  readonly low: number;
  readonly high: number;
}

const STEP = 0.05;
/** Keeps a sum of decimals from crossing a step by rounding. */
const ROUNDING = 1e-9;

/** One axis in [0, 1] for all intervals, with ends at multiples of 0.05. */
export function axisFor(intervals: readonly Interval[], columns: number): LinearAxis {
  const low = Math.min(...intervals.map((one) => one.low));
  const high = Math.max(...intervals.map((one) => one.high));
  const down = Math.min(Math.round(1 / STEP) - 1, Math.floor(low / STEP + ROUNDING));
  const up = Math.max(down + 1, Math.ceil(high / STEP - ROUNDING));
  return { columns, low: Math.max(0, down * STEP), high: Math.min(1, up * STEP) };
}

function columnOf(value: number, { columns, low, high }: LinearAxis): number {
  const share = (Math.min(high, Math.max(low, value)) - low) / (high - low);
  return Math.round(share * (columns - 1));
}

/** `├──●──┤` from low to high with the mean. */
export function intervalBar({ low, mean, high }: Interval, axis: LinearAxis): string {
  const [from, to] = [columnOf(low, axis), columnOf(high, axis)];
  const cells = Array.from({ length: axis.columns }, (_, i): string => (i > from && i < to ? "─" : " "));
  cells[from] = "├";
  cells[to] = "┤";
  cells[columnOf(mean, axis)] = "●";
  return cells.join("");
}

/** Both ends of the axis under it. */
export function linearTicks({ columns, low, high }: LinearAxis): string {
  const right = high.toFixed(2);
  return low.toFixed(2).padEnd(columns - right.length) + right;
}

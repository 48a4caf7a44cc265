/** Decades shown below an e-value of 1; what is smaller ends in an arrow. */
const LOWEST = -2;
/** Decades shown beyond the boundary. */
const BEYOND = 1;

/** A logarithmic axis of e-values, in columns. */
export interface LogAxis {
  readonly columns: number;
  /** Decimal logarithms of both ends. */
  readonly low: number;
  readonly high: number;
  /** Where a decision is made, e.g. 1/alpha. */
  readonly boundary: number;
}

/** An axis that shows the boundary with room on both sides; the same at every look, so that pictures compare. */
export const logAxis = (columns: number, boundary: number): LogAxis => ({
  columns,
  low: LOWEST,
  high: Math.ceil(Math.log10(boundary) - 1e-9) + BEYOND,
  // 1/0.05 in floating point is 20 only by luck.
  boundary: Number(boundary.toPrecision(6)),
});

/** Column of a decimal logarithm, ends clipped. */
function columnOf(log10: number, { columns, low, high }: LogAxis): number {
  const share = (Math.min(high, Math.max(low, log10)) - low) / (high - low);
  return Math.round(share * (columns - 1));
}

/** An e-value of natural logarithm `logE` in a few digits, however large. */
export function eText(logE: number): string {
  const log10 = logE / Math.LN10;
  if (log10 === Number.NEGATIVE_INFINITY) return "0";
  if (Math.abs(log10) < 5) return String(Number((10 ** log10).toPrecision(3)));
  if (Math.abs(log10) < 300) return (10 ** log10).toExponential(1).replace(".0", "");
  return `1e${log10 > 0 ? "+" : ""}${Math.floor(log10)}`;
}

/**
 * A bar from 1 to the e-value: `█` above, `░` below, `│` at 1, `┃` at the boundary where that decides, arrows where it
 * leaves the axis.
 */
export function logBar(logE: number, axis: LogAxis, boundary: "marked" | "unmarked"): string {
  const log10 = logE / Math.LN10;
  const [one, end] = [columnOf(0, axis), columnOf(log10, axis)];
  const cells = Array.from({ length: axis.columns }, (_, i): string => {
    if (i > one && i <= end) return "█";
    return i < one && i >= end ? "░" : " ";
  });
  cells[one] = "│";
  if (boundary === "marked") cells[columnOf(Math.log10(axis.boundary), axis)] = "┃";
  if (log10 > axis.high) cells[axis.columns - 1] = "▶";
  if (log10 < axis.low) cells[0] = "◀";
  return cells.join("");
}

/** Powers of ten under the axis, as many as fit. */
export function logTicks(axis: LogAxis): string {
  let line = "";
  for (let decade = axis.low; decade <= axis.high; decade++) {
    const label = String(Number((10 ** decade).toPrecision(1)));
    const column = columnOf(decade, axis);
    const from = Math.min(axis.columns - label.length, Math.max(0, column - Math.floor(label.length / 2)));
    if (line === "" ? from >= 0 : from > line.length) line = line.padEnd(from) + label;
  }
  return line;
}

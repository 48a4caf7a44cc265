const BARS = "▁▂▃▄▅▆▇█";
/** Where a value is missing. */
const GAP = "·";

/** One character per value between `low` and `high` (clipped); `·` for null. */
export function sparkline(values: readonly (number | null)[], low: number, high: number): string {
  return values
    .map((value) => {
      if (value === null) return GAP;
      const share = (Math.min(high, Math.max(low, value)) - low) / (high - low);
      return BARS[Math.min(BARS.length - 1, Math.floor(share * BARS.length))] ?? GAP;
    })
    .join("");
}

import type { GateUnit } from "./report.ts";

/** A value for a reader: scores with three decimals, dollars with four significant digits, milliseconds whole. */
export function inUnit(value: number, unit: GateUnit): string {
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (unit === "USD") return `$${Number(value.toPrecision(4))}`;
  return unit === "ms" ? `${Math.round(value)} ms` : String(Number(value.toFixed(3)));
}

/** A share as a percentage with one decimal. */
export const percent = (share: number): string =>
  Number.isFinite(share) ? `${Number((100 * share).toFixed(1))} %` : share > 0 ? "∞" : "−∞";

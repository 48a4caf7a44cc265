import { DAY_MS, HOUR_MS } from "./cell.ts";
import type { FitOptions } from "./scalar.ts";

/** A change that is just beginning should not become part of what it is measured against. */
const GUARD_MS = 6 * HOUR_MS;

/** The points a baseline is made of, in time order: the trailing days without their last 6 h and without excluded spans. */
export function trailing<P extends { readonly at: number }>(
  points: readonly P[],
  { until, days = 28, excluded }: FitOptions,
): P[] {
  return points
    .filter(
      ({ at }) =>
        at >= until - days * DAY_MS &&
        at < until - GUARD_MS &&
        !excluded.some((span) => at >= span.from && at < span.until),
    )
    .sort((a, b) => a.at - b.at);
}

/** UTC days that are still to be seen before a baseline is worth having; 0 = ready. */
export function daysLeft(used: readonly { readonly at: number }[], { minDays = 14 }: FitOptions): number {
  return Math.max(0, minDays - new Set(used.map(({ at }) => Math.floor(at / DAY_MS))).size);
}

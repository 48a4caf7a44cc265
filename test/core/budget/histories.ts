import { DAY_MS } from "@bellwether/core/budget/calendar";
import { bucketsFromOf, type SpendHistory } from "@bellwether/core/budget/history";
import { BUCKET_MS, CELL_MS, cellOf } from "@bellwether/core/windows/bucket";

export const PICO = 1e12;

/** The history of an app that spent `usdAt(bucket)` dollars in every 5-minute bucket of [knownFrom, until). */
export function history(knownFrom: number, until: number, usdAt: (bucket: number) => number): SpendHistory {
  const bucketsFrom = bucketsFromOf(until);
  const hours = new Map<number, number>();
  const buckets = new Map<number, number>();
  for (let at = knownFrom; at < until; at += BUCKET_MS) {
    const [map, start] = at < bucketsFrom ? [hours, cellOf(at)] : [buckets, at];
    map.set(start, (map.get(start) ?? 0) + Math.round(usdAt(at) * PICO));
  }
  return { knownFrom, until, bucketsFrom, hours, buckets };
}

/** A history with `usd` on each whole day, evenly over its hours, that ends at midnight after the last. */
export function daily(
  firstDay: number,
  usd: readonly number[],
  until = firstDay + usd.length * DAY_MS,
): SpendHistory {
  const bucketsFrom = bucketsFromOf(until);
  const hours = new Map<number, number>();
  const buckets = new Map<number, number>();
  usd.forEach((dollars, day) => {
    for (let hour = 0; hour < 24; hour++) {
      const at = firstDay + day * DAY_MS + hour * CELL_MS;
      const pico = Math.round((dollars * PICO) / 24);
      if (at < bucketsFrom) hours.set(at, pico);
      else if (at < until) buckets.set(at, pico);
    }
  });
  return { knownFrom: firstDay, until, bucketsFrom, hours, buckets };
}

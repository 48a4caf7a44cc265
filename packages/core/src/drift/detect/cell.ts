export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** Hour of day × weekday or weekend, UTC. */
export const SEASONAL_CELLS = 48;

/** The seasonal cell of an instant: the UTC hour on weekdays, 24 + the hour on Saturdays and Sundays. */
export function seasonalCell(at: number): number {
  const day = Math.floor(at / DAY_MS);
  const hour = Math.floor((at - day * DAY_MS) / HOUR_MS);
  // 1970-01-01 was a Thursday.
  const weekday = (((day + 3) % 7) + 7) % 7;
  return weekday >= 5 ? 24 + hour : hour;
}

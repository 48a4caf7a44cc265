/** Length of a day, ms. */
export const DAY_MS = 86_400_000;

/** A span of event time [from, until), ms. */
export interface Period {
  readonly from: number;
  readonly until: number;
}

/** The UTC day that holds `at`. */
export function dayOf(at: number): Period {
  const from = Math.floor(at / DAY_MS) * DAY_MS;
  return { from, until: from + DAY_MS };
}

/** The UTC calendar month that holds `at`. */
export function monthOf(at: number): Period {
  const date = new Date(at);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return { from: Date.UTC(year, month, 1), until: Date.UTC(year, month + 1, 1) };
}

/** `YYYY-MM-DD` of an instant, UTC. */
export const dateText = (at: number): string => new Date(at).toISOString().slice(0, 10);

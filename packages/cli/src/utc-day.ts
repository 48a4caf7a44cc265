import { UsageError } from "./arguments.ts";

const DAY_MS = 86_400_000;

/** The UTC day of an instant, `YYYY-MM-DD`. */
export const utcDay = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** The value of a date option, `YYYY-MM-DD`; throws UsageError for another text and for a day after `today`. */
export function readDay(option: string, text: string, today: string): string {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  // 2026-02-30 parses as the 2nd of March in some engines.
  if (Number.isNaN(at) || utcDay(at) !== text)
    throw new UsageError(`--${option} ${text} is no day: write YYYY-MM-DD (UTC)`);
  if (at > Date.parse(today) + DAY_MS - 1)
    throw new UsageError(`--${option} ${text} is in the future; today is ${today} (UTC)`);
  return text;
}

const TIMESTAMP =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?(?:Z|([+-])(\d{2}):?(\d{2}))?$/i;
/** The widest offset in use, minutes. */
const MAX_OFFSET = 14 * 60;

/** Parses an ISO-8601 date-time (`T` or space, optional fraction, optional offset, no zone = UTC) to whole ms since the epoch; undefined when it is not a real instant. */
export function parseTimestamp(text: string): number | undefined {
  const match = TIMESTAMP.exec(text);
  if (match === null) return undefined;
  const year = Number(match[1]);
  const month = Number(match[2]);
  const day = Number(match[3]);
  const hour = Number(match[4]);
  const minute = Number(match[5]);
  const second = Number(match[6]);
  if (hour > 23 || minute > 59 || second > 59 || !isDate(year, month, day)) return undefined;
  const offset = match[8] === undefined ? 0 : offsetMinutes(match[8], Number(match[9]), Number(match[10]));
  if (offset === undefined) return undefined;
  const fraction = match[7] === undefined ? 0 : Number(match[7].slice(0, 3).padEnd(3, "0"));
  return Date.UTC(year, month - 1, day, hour, minute, second) + fraction - offset * 60_000;
}

/** Date.UTC would roll 30 February over to March and read year 98 as 1998. */
function isDate(year: number, month: number, day: number): boolean {
  return year >= 100 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function offsetMinutes(sign: string, hours: number, minutes: number): number | undefined {
  const size = hours * 60 + minutes;
  if (minutes > 59 || size > MAX_OFFSET) return undefined;
  return sign === "-" ? -size : size;
}

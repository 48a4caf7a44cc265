import { BUCKET_MS, bucketOf, CELL_MS, cellOf } from "../windows/bucket.ts";
import { DAY_MS, type Ledger, RATE_BUCKETS } from "./pace-ledger.ts";

/** Part of a clock hour and the requests expected in it. */
export interface ExpectedHour {
  readonly start: number;
  readonly requests: number;
}

export interface Forecast {
  /** Requests an hour at present. */
  readonly rate: number;
  /** The same without what is unusual about the present. */
  readonly usualRate: number;
  /** Requests of a busy hour of the last day: what may come back at once after a pause. */
  readonly busyRate: number;
  /** From the plan's minute to the end of its UTC day, hour by hour. */
  readonly hours: readonly ExpectedHour[];
}

const WEEK_MS = 7 * DAY_MS;
/** Complete hours over whose median the day's level is taken: a burst of an hour does not move it. */
const LEVEL_HOURS = 6;
/** Half of what is unusual now is over after this time, h. */
const HALF_LIFE_H = 1;
/** Clock hours that a burst touches: the busiest ones of a day say nothing about an ordinary one. */
const BURST_HOURS = 3;
/** Standard deviations by which the last bucket must differ to be believed alone. */
const JUMP_SDS = 3;
/** Forecast of an hour, at least, in parts of the trailing mean: traffic that paused may come back. */
const LEAST_PART = 0.1;
/** The rest of the day is never taken as shorter, ms: noise at midnight must not become a burst of judging. */
const LEAST_REST_MS = 15 * 60_000;

/** Requests an hour from the last buckets wholly seen; later ones can only raise it. */
function presentRate({ first, buckets }: Ledger, at: number, seenUntil: number): number {
  const perHour = CELL_MS / BUCKET_MS;
  const partly = bucketOf(seenUntil);
  const seen = Math.min(RATE_BUCKETS, Math.max(0, Math.round((partly - first) / BUCKET_MS)));
  let sum = 0;
  for (let back = 1; back <= seen; back++) sum += buckets.get(partly - back * BUCKET_MS) ?? 0;
  const last = buckets.get(partly - BUCKET_MS) ?? 0;
  const mean = seen > 0 ? sum / seen : 0;
  const jumped = seen > 0 && Math.abs(last - mean) > JUMP_SDS * Math.sqrt(mean + 1);
  let rate = (jumped ? last : mean) * perHour;
  for (let start = partly; start <= at; start += BUCKET_MS) {
    const span = seen > 0 ? BUCKET_MS : Math.max(60_000, Math.min(at - start, BUCKET_MS));
    rate = Math.max(rate, ((buckets.get(start) ?? 0) * CELL_MS) / span);
  }
  return rate;
}

/** Requests an hour over the last day, or over as much of it as is known, and in a busy hour of it. */
function trailingRates({ first, hourly }: Ledger, seenUntil: number, rate: number) {
  const until = cellOf(seenUntil);
  const from = Math.max(cellOf(first + CELL_MS - 1), until - DAY_MS);
  const hours: number[] = [];
  for (let hour = from; hour < until; hour += CELL_MS) hours.push(hourly.get(hour / CELL_MS) ?? 0);
  if (hours.length === 0) return { trailing: rate, busyRate: rate };
  const trailing = hours.reduce((sum, requests) => sum + requests, 0) / hours.length;
  hours.sort((a, b) => b - a);
  return { trailing, busyRate: hours[Math.min(BURST_HOURS, hours.length - 1)] ?? rate };
}

/** Requests in the same hour last week, else yesterday; undefined when neither is known. */
function sameHour({ first, hourly }: Ledger, hour: number): number | undefined {
  const then = hour - WEEK_MS >= first ? hour - WEEK_MS : hour - DAY_MS;
  return then >= first ? (hourly.get(then / CELL_MS) ?? 0) : undefined;
}

/** How the last hours compare with the same hours before: a median of ratios; 1 when nothing is known. */
function levelOf(ledger: Ledger, seenUntil: number): number {
  const ratios: number[] = [];
  for (let back = 1; back <= LEVEL_HOURS; back++) {
    const hour = cellOf(seenUntil) - back * CELL_MS;
    const before = sameHour(ledger, hour);
    // One more on both sides: an empty hour is no proof of anything.
    if (before !== undefined) ratios.push(((ledger.hourly.get(hour / CELL_MS) ?? 0) + 1) / (before + 1));
  }
  ratios.sort((a, b) => a - b);
  const [a, b] = [ratios[(ratios.length - 1) >> 1], ratios[ratios.length >> 1]];
  return a === undefined || b === undefined ? 1 : (a + b) / 2;
}

/**
 * Expects the same hours of last week (else of yesterday, else the trailing mean) at the level of the last hours, and
 * what is unusual at present to fade with a half-life of an hour.
 */
export function forecastOf(ledger: Ledger, at: number, seenUntil: number): Forecast {
  const rate = presentRate(ledger, at, seenUntil);
  const { trailing, busyRate } = trailingRates(ledger, seenUntil, rate);
  const level = levelOf(ledger, seenUntil);
  const hourly = (hour: number): number => {
    const known = sameHour(ledger, hour);
    return known === undefined ? trailing : level * known;
  };
  /** Requests an hour at a moment, between the middles of two hours. */
  const usual = (moment: number): number => {
    const left = cellOf(moment - CELL_MS / 2);
    const part = (moment - CELL_MS / 2 - left) / CELL_MS;
    return part === 0 ? hourly(left) : (1 - part) * hourly(left) + part * hourly(left + CELL_MS);
  };
  const usualRate = Math.max(usual(at), LEAST_PART * trailing);
  const unusual = rate - usualRate;
  const fade = Math.LN2 / HALF_LIFE_H;
  const end = Math.max(ledger.day + DAY_MS, at + LEAST_REST_MS);
  const hours: ExpectedHour[] = [];
  for (let start = at; start < end; ) {
    const until = start < ledger.day + DAY_MS - CELL_MS ? cellOf(start) + CELL_MS : end;
    const [from, to] = [(start - at) / CELL_MS, (until - at) / CELL_MS];
    const faded = (Math.exp(-fade * from) - Math.exp(-fade * to)) / fade;
    const requests = usual((start + until) / 2) * (to - from) + unusual * faded;
    hours.push({ start, requests: Math.max(requests, LEAST_PART * trailing * (to - from)) });
    start = until;
  }
  return { rate, usualRate, busyRate, hours };
}

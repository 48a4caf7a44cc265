import type { Config } from "../config/config.ts";
import { BUCKET_MS, bucketOf, CELL_MS } from "../windows/bucket.ts";
import { SCORES } from "./decide.ts";
import { type KappaRow, kappaAt, startKappa } from "./kappa.ts";
import { type ExpectedHour, type Forecast, forecastOf } from "./pace-forecast.ts";
import { type Ledger, ledgerOf, type TrafficSum } from "./pace-ledger.ts";
import { drawnShare, kappaFor, largestWithin, mixOf, type RequestMix } from "./pace-mix.ts";
import type { TrafficBucket } from "./traffic.ts";

/** The rates of one minute and what they were planned from. */
export interface PacePlan extends KappaRow {
  /** Price of one judgement, USD. */
  readonly priceUsd: number;
  /** Judge spend of the clock hour and UTC day until now, USD: seen, plus what has not arrived yet as expected. */
  readonly spentHourUsd: number;
  readonly spentDayUsd: number;
  /** Requests with a text to judge an hour, at present. */
  readonly requestsPerHour: number;
  /** Judgements expected a minute, at present. */
  readonly expectedPerMinute: number;
  /** Judge spend expected until the end of the hour and of the day if the plan goes on, USD. */
  readonly aheadHourUsd: number;
  readonly aheadDayUsd: number;
  readonly mix: RequestMix;
  /** What keeps the rates from being higher: `floor` = no money is left, `none` = everything is judged. */
  readonly limitedBy: "day" | "hour" | "floor" | "start" | "none";
}

export interface PaceInput {
  /** The minute planned for, ms. */
  readonly at: number;
  /** 5-minute buckets of up to 8 days; the newest are incomplete. */
  readonly traffic: readonly TrafficBucket[];
  /** Newest event time that has surely arrived, ms. */
  readonly seenUntil: number;
  /** What was in force in the span not seen yet, ascending. */
  readonly rows: readonly KappaRow[];
  /** Price of one judgement, USD, ≥ 0. */
  readonly priceUsd: number;
  readonly sampling: Config["sampling"];
}

const MINUTE_MS = 60_000;
/** Even share of the day that an hour may use, when no ceiling is given. */
const CEILING_PER_MEAN_HOUR = 2.5;
/** A burst is survived when traffic this many times the usual is seen only after the lag, and the hour ends below `SURGE_CEILING` times its ceiling. */
const SURGE = 4;
const SURGE_CEILING = 1.1;
/** Part of the hour's ceiling that may be spent before it is seen that traffic is back, or that a rule flags everything. */
const BLIND_PART = 0.5;
/** The hour's rest is never taken as shorter, h. */
const LEAST_REST_H = 1 / 12;

/** Judgements of [from, at): drawn so far, votes still to come on these requests, and requests not seen yet. */
function judgedSince(
  from: number,
  sum: TrafficSum,
  input: PaceInput,
  seen: { readonly ledger: Ledger; readonly mix: RequestMix; readonly rate: number },
): number {
  const { at, rows, sampling } = input;
  const inForce = (moment: number) => kappaAt(rows, moment, sampling) ?? startKappa(sampling);
  const { estimation, triage } = inForce(at);
  const clip = (pi: number): number => Math.min(1, Math.max(sampling.piMin, pi));
  const raise = Math.max(0, clip(SCORES.negative * triage) - clip(estimation));
  let judged = sum.drawn + raise * Math.max(0, seen.mix.negative * sum.eligible - sum.negative);
  for (let start = bucketOf(Math.max(from, input.seenUntil)); start < at; start += BUCKET_MS) {
    if (start < from) continue;
    const until = Math.min(start + BUCKET_MS, at);
    const perMs = seen.rate / CELL_MS;
    const known = seen.ledger.buckets.get(start) ?? 0;
    const unseen = Math.min(
      perMs * (until - start) - known,
      perMs * (until - Math.max(start, input.seenUntil)),
    );
    if (unseen <= 0) continue;
    let share = 0;
    for (let minute = start; minute < until; minute += MINUTE_MS)
      share += drawnShare(inForce(minute), seen.mix, sampling.piMin);
    judged += (unseen * share * MINUTE_MS) / (until - start);
  }
  return judged;
}

interface Limits {
  /** Judgements left to the day and to the hour, and the ceiling of every later hour. */
  readonly day: number;
  readonly hour: number;
  readonly ceiling: number;
  /** Judgements a request that may be made unseen. */
  readonly blind: number;
}

/** Judgements a request that `allowed` pays for, [0, 1]. */
const perRequestOf = (allowed: number, requests: number): number =>
  requests > 0 ? Math.min(1, Math.max(0, allowed) / requests) : 1;

/** Most judgements a request that each hour allows. */
function hourCaps({ hours, rate, usualRate }: Forecast, limits: Limits, blindH: number): number[] {
  const surged = (SURGE_CEILING * limits.ceiling) / (1 + (SURGE - 1) * Math.min(1, blindH));
  // A burst that is on already is not expected to multiply again.
  const steady = Math.max(usualRate, Math.min(rate, 2 * usualRate));
  return hours.map(({ requests, start }, index) => {
    if (index > 0) return Math.min(limits.blind, perRequestOf(Math.min(limits.ceiling, surged), requests));
    const restH = (CELL_MS - (start % CELL_MS)) / CELL_MS;
    const ahead = Math.max(requests, rate * Math.max(LEAST_REST_H, restH));
    return Math.min(limits.blind, perRequestOf(limits.hour, ahead), perRequestOf(surged, steady));
  });
}

const judgedIn = (hours: readonly ExpectedHour[], caps: readonly number[], perRequest: number): number =>
  hours.reduce((sum, { requests }, index) => sum + requests * Math.min(perRequest, caps[index] ?? 1), 0);

/** The most that a clock hour may spend, USD. */
export const hourCeilingUsd = ({ usdPerDay, usdPerHour }: Config["sampling"]["budget"]): number =>
  usdPerHour ?? (CEILING_PER_MEAN_HOUR * usdPerDay) / 24;

/** The rates before any traffic is known. */
const startPlan = ({ at, priceUsd, sampling }: PaceInput): PacePlan => ({
  from: at,
  ...startKappa(sampling),
  priceUsd,
  spentHourUsd: 0,
  spentDayUsd: 0,
  requestsPerHour: 0,
  expectedPerMinute: 0,
  aheadHourUsd: 0,
  aheadDayUsd: 0,
  mix: { flagged: 0, negative: 0, matched: 0 },
  limitedBy: "start",
});

/**
 * Rates for the minute `at` with which judge spend ends the UTC day at its target in proportion to traffic, so that
 * weights stay even, and no clock hour above its ceiling; never below piMin. Throws RangeError for a negative price.
 */
export function planRates(input: PaceInput): PacePlan {
  const { at, seenUntil, priceUsd, sampling } = input;
  if (!(priceUsd >= 0 && Number.isFinite(priceUsd)))
    throw new RangeError(`the price of a judgement is finite and not negative, got ${priceUsd}`);
  const ledger = ledgerOf(input.traffic, at, seenUntil);
  if (ledger === undefined) return startPlan(input);
  const forecast = forecastOf(ledger, at, seenUntil);
  const mix = mixOf(ledger);
  const seen = { ledger, mix, rate: forecast.rate };
  const spentDay = judgedSince(ledger.day, ledger.today, input, seen);
  const spentHour = judgedSince(ledger.hour, ledger.thisHour, input, seen);

  const { usdPerDay } = sampling.budget;
  const affordable = (usd: number): number => (priceUsd > 0 ? usd / priceUsd : Number.MAX_VALUE);
  const ceiling = affordable(hourCeilingUsd(sampling.budget));
  const blindH = Math.max(0, at - seenUntil) / CELL_MS;
  const blind = perRequestOf(BLIND_PART * ceiling, Math.max(forecast.busyRate, forecast.usualRate) * blindH);
  const limits = { day: affordable(usdPerDay) - spentDay, hour: ceiling - spentHour, ceiling, blind };
  const caps = hourCaps(forecast, limits, blindH);
  const judged = (perRequest: number): number => judgedIn(forecast.hours, caps, perRequest);
  const even = limits.day > 0 ? largestWithin([0, 1], limits.day, judged) : 0;
  const cap = caps[0] ?? 1;
  const perRequest = Math.min(even, cap);

  const kappa = kappaFor(perRequest, mix, sampling, blind / SCORES.flagged);
  const share = drawnShare(kappa, mix, sampling.piMin);
  const isFloor = share > perRequest * (1 + 1e-9);
  return {
    from: at,
    ...kappa,
    priceUsd,
    spentHourUsd: spentHour * priceUsd,
    spentDayUsd: spentDay * priceUsd,
    requestsPerHour: forecast.rate,
    expectedPerMinute: (forecast.rate * share) / 60,
    aheadHourUsd: (forecast.hours[0]?.requests ?? 0) * share * priceUsd,
    aheadDayUsd: judged(even) * priceUsd,
    mix,
    limitedBy: isFloor ? "floor" : perRequest >= 1 ? "none" : even <= cap ? "day" : "hour",
  };
}

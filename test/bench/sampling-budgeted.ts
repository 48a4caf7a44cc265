import { decideAgain } from "@bellwether/core/requests/decision";
import { decide } from "@bellwether/core/sampling/decide";
import type { Kappa, KappaRow } from "@bellwether/core/sampling/kappa";
import { hourCeilingUsd, planRates } from "@bellwether/core/sampling/pace";
import { kappaFor } from "@bellwether/core/sampling/pace-mix";
import type { TrafficBucket } from "@bellwether/core/sampling/traffic";
import { hajekEstimate } from "@bellwether/stats/hajek";
import { emptyMoments, observe } from "@bellwether/stats/moments";
import {
  drawWith,
  factsOf,
  POPULATION,
  type Repetition,
  type RequestClass,
  randomStream,
  SHARES,
  samplingOf,
  scoreAt,
} from "../support/simulate-sampling.ts";
import {
  addSpend,
  BUCKET_MINUTES,
  DAY,
  DAY_MINUTES,
  intensities,
  MINUTE_MS,
  normalOf,
  START,
  type Unhappy,
  World,
  zero,
} from "./sampling-world.ts";

const PER_DAY = 24 * DAY.judgementsPerHour;
export const USD_PER_DAY = PER_DAY * DAY.usdPerJudgement;
const config = samplingOf({ preset: "budgeted", budget: { usdPerDay: USD_PER_DAY } });
const { sampling } = config;
/** Judgements that an hour may have when no ceiling is configured. */
export const HOUR_CEILING = hourCeilingUsd(sampling.budget) / DAY.usdPerJudgement;
/** 30 hours: yesterday's same hours, and those before them that tell the level. */
const HISTORY_BUCKETS = (30 * 60) / BUCKET_MINUTES;
const LATEST_VOTE_MINUTES = 48 * 60;

const voteDelay = (random: () => number): number =>
  Math.min(LATEST_VOTE_MINUTES, Math.ceil(-DAY.voteMinutes * Math.log(1 - random())));

/** Yesterday at constant rates: history for the forecast, and votes that come today. */
function warmUp(world: World, random: () => number): KappaRow[] {
  const share = PER_DAY / (24 * DAY.requestsPerHour);
  const mix = { negative: SHARES.negative, flagged: SHARES.flagged, matched: 0 };
  const kappa = kappaFor(share, mix, sampling, 1);
  const rates = intensities(normalOf(random));
  for (let minute = -DAY_MINUTES; minute < 0; minute++) {
    if (minute % BUCKET_MINUTES === 0) world.openBucket(minute);
    const bucket = world.bucketAt(minute);
    if (bucket === undefined) throw new Error("no bucket");
    const eligible = Math.round(rates[minute + DAY_MINUTES] ?? 0);
    bucket.eligible += eligible;
    bucket.drawn += Math.round(eligible * share);
    for (let one = 0; one < eligible; one++) {
      const flagged = random() < SHARES.flagged;
      if (flagged) bucket.flagged += 1;
      if (random() >= SHARES.negative) continue;
      const at = minute + voteDelay(random);
      if (at < 0) bucket.negative += 1;
      else world.vote(at, { minute, u: random(), flagged, kappa, score: 0 });
    }
  }
  return [{ ...kappa, from: START - DAY_MINUTES * MINUTE_MS }];
}

interface Sampled {
  readonly score: number;
  readonly pi: number;
}

/** A vote comes in: decided again with the same U and the rates of now. */
function castVote(world: World, at: number, request: Unhappy, kappa: Kappa): Sampled | undefined {
  const decision = drawWith(decide(factsOf(request.flagged), sampling, request.kappa), request.u);
  const times = {
    requestAt: START + request.minute * MINUTE_MS,
    feedbackAt: START + at * MINUTE_MS,
  };
  const again = decideAgain(decision, times, config, kappa);
  const bucket = world.bucketAt(request.minute);
  if (bucket !== undefined) bucket.negative += 1;
  const pi = again?.pi ?? decision.pi;
  if (request.u >= pi) return undefined;
  if (request.u >= decision.pi) {
    if (bucket !== undefined) bucket.drawn += 1;
    addSpend(world.spent, at, 1);
    addSpend(world.spentByArrival, at, 1);
  }
  return { score: request.score, pi };
}

/** One day under the controller: rates planned every minute from what had arrived by then. */
export function budgetedRepetition(seed: number, rep: number): Repetition {
  const random = randomStream(seed, 4, rep);
  const world = new World();
  const rows: KappaRow[] = warmUp(world, random);
  const rates = intensities(normalOf(random));
  const burstFrom = Math.floor(random() * (DAY_MINUTES - DAY.burstMinutes));
  let moments = emptyMoments();
  let [requests, truth, limitedByHour] = [0, 0, 0];
  const keep = ({ score, pi }: Sampled, ofToday: boolean): void => {
    if (ofToday) moments = observe(moments, score, pi);
  };

  for (let minute = 0; minute < DAY_MINUTES; minute++) {
    const at = START + minute * MINUTE_MS;
    if (minute % BUCKET_MINUTES === 0) world.openBucket(minute);
    world.arrive(minute);
    const traffic: readonly TrafficBucket[] = world.buckets.slice(-HISTORY_BUCKETS);
    const plan = planRates({
      at,
      traffic,
      seenUntil: at - DAY.lagMinutes * MINUTE_MS,
      rows,
      priceUsd: DAY.usdPerJudgement,
      sampling,
    });
    rows.push(plan);
    if (plan.limitedBy === "hour") limitedByHour += 1;

    const isBurst = minute >= burstFrom && minute < burstFrom + DAY.burstMinutes;
    const intensity = (rates[minute] ?? 0) * (isBurst ? DAY.burst : 1);
    const eligible = Math.max(0, Math.round(intensity + Math.sqrt(intensity) * normalOf(random)()));
    const worse = isBurst ? DAY.burstScore : 1;
    const plain = decide(factsOf(false), sampling, plan).pi;
    const flaggedPi = decide(factsOf(true), sampling, plan).pi;
    const counted = { ...zero(), eligible };
    for (let one = 0; one < eligible; one++) {
      const u = random();
      const kind = random();
      // One number gives both: unhappy or not, and within either flagged or not.
      const negative = kind < SHARES.negative;
      const within = negative ? kind / SHARES.negative : (kind - SHARES.negative) / (1 - SHARES.negative);
      const flagged = within < SHARES.flagged;
      if (flagged) counted.flagged += 1;
      const pi = flagged ? flaggedPi : plain;
      if (u < pi) counted.drawn += 1;
      if (negative) {
        const request = { minute, u, flagged, kappa: plan, score: worse * scoreAt("negative", random()) };
        world.vote(minute + voteDelay(random), request);
      } else if (u < pi) {
        const name: RequestClass = flagged ? "flagged" : "plain";
        keep({ score: worse * scoreAt(name, random()), pi }, true);
      }
    }
    requests += eligible;
    truth += eligible * worse * POPULATION.mean;
    const arrivesAt = minute + 1 + Math.floor(random() * DAY.lagMinutes);
    world.send(arrivesAt, minute, counted);
    addSpend(world.spent, minute, counted.drawn);
    addSpend(world.spentByArrival, arrivesAt, counted.drawn);

    for (const request of world.votes[minute] ?? []) {
      const sampled = castVote(world, minute, request, plan);
      if (sampled !== undefined) keep(sampled, request.minute >= 0);
    }
  }
  // Votes that come after midnight complete this day's estimate; the next day pays for them.
  const last = rows.at(-1);
  for (let at = DAY_MINUTES; at < world.votes.length && last !== undefined; at++)
    for (const request of world.votes[at] ?? []) {
      const sampled = castVote(world, at, request, last);
      if (sampled !== undefined) keep(sampled, request.minute >= 0);
    }

  const estimate = hajekEstimate(moments);
  if (estimate === undefined) throw new Error("nothing was judged");
  const mean = truth / requests;
  const day = world.spent.reduce((sum, judged) => sum + judged, 0);
  return {
    error: estimate.mean - mean,
    covered: estimate.low <= mean && mean <= estimate.high,
    judged: moments.n,
    halfWidth: (estimate.high - estimate.low) / 2,
    extra: {
      naive: moments.sy / moments.n - mean,
      requests,
      spendOverTarget: day / PER_DAY - 1,
      worstHour: Math.max(...world.spent) / HOUR_CEILING,
      worstHourByArrival: Math.max(...world.spentByArrival) / HOUR_CEILING,
      limitedByHour,
      burstFrom,
      kish: estimate.nEff / moments.n,
    },
  };
}

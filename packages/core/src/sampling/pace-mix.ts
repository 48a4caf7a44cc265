import type { Config } from "../config/config.ts";
import { SCORES } from "./decide.ts";
import type { Kappa } from "./kappa.ts";
import { MATCHED_Q } from "./matched-rates.ts";
import type { Ledger } from "./pace-ledger.ts";

/** What kinds of requests the budget meets: shares of the requests with a text to judge, taken as independent. */
export interface RequestMix {
  /** Matched a rule that looks for trouble, [0, 1]. */
  readonly flagged: number;
  /** Will have negative feedback in the end, [0, 1]. */
  readonly negative: number;
  /** Would be in the matched sample if the smaller arm were judged completely, [0, 1]; 0 without a canary. */
  readonly matched: number;
}

/** Most of the estimation line that the matched sample of a canary may take; the rest is left to everybody else. */
const CANARY_PART = 0.7;
/** Halvings of an interval of at most 1: to the last bits of a double. */
const HALVINGS = 44;

/** Requests whose worth the last day's shares have against the last half hour's. */
const SHARE_WEIGHT = 200;

const shareOf = (part: number, whole: number): number => (whole > 0 ? Math.min(1, part / whole) : 0);

/** Shares at present: the last half hour leans on the last day; feedback comes late, so its share leans on older days. */
export function mixOf({ recent, lastDay, older }: Ledger): RequestMix {
  const leaning = (field: "flagged" | "negative" | "matched", mean: number): number =>
    Math.min(1, (recent[field] + SHARE_WEIGHT * mean) / (recent.eligible + SHARE_WEIGHT));
  const ripe = older.eligible >= SHARE_WEIGHT ? older : lastDay;
  const negative = shareOf(ripe.negative, ripe.eligible);
  return {
    flagged: leaning("flagged", shareOf(lastDay.flagged, lastDay.eligible)),
    negative: Math.max(negative, leaning("negative", negative)),
    matched: leaning("matched", shareOf(lastDay.matched, lastDay.eligible)),
  };
}

/** The largest x in [low, high] with cost(x) ≤ allowed, to 2⁻⁴⁴ of the interval; `cost` does not fall, cost(low) fits. */
export function largestWithin(
  [low, high]: readonly [number, number],
  allowed: number,
  cost: (x: number) => number,
): number {
  if (cost(high) <= allowed) return high;
  let [fits, exceeds] = [low, high];
  for (let step = 0; step < HALVINGS; step++) {
    const middle = (fits + exceeds) / 2;
    if (cost(middle) <= allowed) fits = middle;
    else exceeds = middle;
  }
  return fits;
}

/** Expected judged share of the requests under these rates, all feedback included, (0, 1]. */
export function drawnShare(kappa: Kappa, mix: RequestMix, piMin: number): number {
  const clip = (pi: number): number => Math.min(1, Math.max(piMin, pi));
  const small = mix.matched * MATCHED_Q;
  const odds = small / (1 - small);
  const plain = clip(kappa.estimation);
  const flagged = Math.max(plain, clip(SCORES.flagged * kappa.triage));
  const negative = Math.max(plain, clip(SCORES.negative * kappa.triage));
  const arm = (matched: number): number =>
    mix.negative * Math.max(negative, matched) +
    (1 - mix.negative) *
      (mix.flagged * Math.max(flagged, matched) + (1 - mix.flagged) * Math.max(plain, matched));
  return small * arm(kappa.canaryRate) + (1 - small) * arm(kappa.canaryRate * odds);
}

/** Splits the estimation line: first the matched sample of a canary, then everybody's base rate. */
function estimate(line: number, { matched }: RequestMix, { canaryRate, piMin }: Config["sampling"]) {
  // Without a canary the rate waits for the largest one that could start, of half the traffic.
  const rate = Math.min(canaryRate, Math.max(piMin, (CANARY_PART * line) / (matched > 0 ? matched : 1)));
  const small = matched * MATCHED_Q;
  const rest = (line - small * rate) / (1 - small);
  const estimation = Math.min(1, Math.max(piMin, rest > rate ? line : rest));
  // Below the base rate the matched sample costs nothing.
  return { estimation, canaryRate: Math.max(rate, Math.min(canaryRate, estimation)) };
}

/**
 * The rates that spend `perRequest` judgements a request, in [0, 1], on requests of this mix: `triageShare` of it on
 * the extra of flagged and negative ones, the rest on estimates; what one line cannot use goes to the other.
 *
 * `drawnShare` of the answer is `perRequest` unless the floor piMin costs more. `maxTriage` bounds the triage rate.
 */
export function kappaFor(
  perRequest: number,
  mix: RequestMix,
  sampling: Config["sampling"],
  maxTriage: number,
): Kappa {
  const { piMin, budget } = sampling;
  const withLine = (line: number, triage: number): Kappa => ({ ...estimate(line, mix, sampling), triage });
  const cost = (kappa: Kappa): number => drawnShare(kappa, mix, piMin);
  const share = (1 - budget.triageShare) * perRequest;
  const base = withLine(share, 0);
  if (cost(base) >= perRequest) return base;
  const most = Math.min(maxTriage, 1 / SCORES.flagged);
  const triage = largestWithin([0, most], perRequest, (t) => cost({ ...base, triage: t }));
  if (triage < most) return { ...base, triage };
  const line = largestWithin([share, perRequest], perRequest, (l) => cost(withLine(l, most)));
  return withLine(line, most);
}

import { monthOf } from "./calendar.ts";
import { type SpendHistory, spendBetween, windowStart } from "./history.ts";
import type { BurnPair } from "./policy.ts";
import { expectedShare, type SeasonalShare } from "./seasonal-share.ts";
import { joinStandings, type Standing, standingOf } from "./standing.ts";

/** How fast a window spent, in times of what the month's budget allows for it. */
export interface BurnRate {
  readonly from: number;
  readonly until: number;
  readonly spentPicoUsd: number;
  /** What the month's budget allows for these hours, 1e-12 USD. */
  readonly allowedPicoUsd: number;
  readonly burn: number;
  /** `part` when spend is known only for the end of the window: the rate is then at least this. */
  readonly known: "whole" | "part";
}

/** Burn rates of both windows of a pair, and how they stand to its factor. */
export interface BurnReading {
  readonly pair: BurnPair;
  readonly long: BurnRate;
  readonly short: BurnRate;
  readonly standing: Standing;
}

/** A burn rate counts as over until it falls below this part of the factor. */
const CLOSE_PART = 0.9;

/**
 * burn(w) = spend(w) / (budget of the month · expected share of w), over the `length` ms up to the history's end;
 * undefined when nothing is known of them. The month is the one in which the window ends.
 */
export function burnRate(
  history: SpendHistory,
  share: SeasonalShare,
  monthlyPicoUsd: number,
  length: number,
): BurnRate | undefined {
  const { until, knownFrom } = history;
  if (knownFrom >= until) return undefined;
  const from = windowStart(history, length);
  // The last instant of the window, so that a month's last window is not the next month's.
  const month = monthOf(until - 1);
  const allowedPicoUsd = monthlyPicoUsd * expectedShare(share, { from, until }, month);
  const spentPicoUsd = spendBetween(history, from, until);
  return {
    from,
    until,
    spentPicoUsd,
    allowedPicoUsd,
    burn: spentPicoUsd / allowedPicoUsd,
    known: knownFrom <= from ? "whole" : "part",
  };
}

/** Burn rates of every pair: over when both windows are above the factor, under when one is well below; [] without data. */
export function burnReadings(
  history: SpendHistory,
  share: SeasonalShare,
  monthlyPicoUsd: number,
  pairs: readonly BurnPair[],
): BurnReading[] {
  return pairs.flatMap((pair) => {
    const long = burnRate(history, share, monthlyPicoUsd, pair.long);
    const short = burnRate(history, share, monthlyPicoUsd, pair.short);
    if (long === undefined || short === undefined) return [];
    const slower = Math.min(long.burn, short.burn);
    return [{ pair, long, short, standing: standingOf(slower, pair.factor, CLOSE_PART * pair.factor) }];
  });
}

/** How the pairs of a severity stand together: one that is over is enough. */
export const burnStanding = (readings: readonly BurnReading[], severity: BurnPair["severity"]): Standing =>
  joinStandings(readings.filter(({ pair }) => pair.severity === severity).map(({ standing }) => standing));

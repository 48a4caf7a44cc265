import { ALPHA_PROMOTE, ALPHA_ROLLBACK } from "./canary-evidence.ts";
import { PROMOTION_MARGIN } from "./canary-scenarios.ts";

/** Median minutes at matched sampling in the simulations that the design was chosen by. */
const DELAY_GOALS = { d03: 67, d05: 27, d10: 9, d20: 4 } as const;
const DELAY_TOLERANCE = 0.2;
const LATE_FACTOR = 3;
const LARGEST_DIFFERENCE = 1e-9;

export const rounded = (value: number, digits = 4): number => Number(value.toFixed(digits));

export const standardError = (rate: number, runs: number): number => Math.sqrt((rate * (1 - rate)) / runs);

/** A rate of alpha may come out this high, two standard errors above it. */
const limit = (alpha: number, runs: number): number => rounded(alpha + 2 * standardError(alpha, runs));

interface Limits {
  readonly falseRollback: Readonly<Record<string, number>>;
  readonly falsePromotion: number;
  readonly delayMinutes: Readonly<Record<string, number>>;
  readonly permutationMaxDiff: number;
}

/** What the measurements must keep, given how many runs each rate was measured in. */
export function limitsFor(runs: {
  readonly falseRollback: Readonly<Record<string, number>>;
  readonly falsePromotion: number;
}): Limits {
  return {
    falseRollback: Object.fromEntries(
      Object.entries(runs.falseRollback).map(([name, count]) => [name, limit(ALPHA_ROLLBACK, count)]),
    ),
    falsePromotion: limit(ALPHA_PROMOTE, runs.falsePromotion),
    delayMinutes: DELAY_GOALS,
    permutationMaxDiff: LARGEST_DIFFERENCE,
  };
}

interface Measured {
  readonly falseRollback: Readonly<Record<string, number>>;
  readonly falsePromotion: number;
  readonly delayMinutes: Readonly<Record<string, number | null>>;
  readonly lateOnset: Readonly<Record<string, number | null>>;
  readonly permutationMaxDiff: number;
}

/** Goals that were not met, in words. */
export function missedOf(measured: Measured, limits: Limits): string[] {
  const missed: string[] = [];
  for (const [name, share] of Object.entries(measured.falseRollback)) {
    const most = limits.falseRollback[name] ?? 0;
    if (!(share <= most)) missed.push(`false rollback in ${name}: ${share} > ${most}`);
  }
  if (!(measured.falsePromotion <= limits.falsePromotion))
    missed.push(`false promotion of a canary ${PROMOTION_MARGIN} worse: ${measured.falsePromotion}`);
  for (const [name, goal] of Object.entries(limits.delayMinutes)) {
    const minutes = measured.delayMinutes[name] ?? Number.POSITIVE_INFINITY;
    if (minutes > goal * (1 + DELAY_TOLERANCE))
      missed.push(`delay at ${name}: ${minutes} against ${goal} minutes`);
  }
  const { items0, ...late } = measured.lateOnset;
  for (const [name, items] of Object.entries(late)) {
    if ((items ?? Number.POSITIVE_INFINITY) > LATE_FACTOR * (items0 ?? 0))
      missed.push(`late onset ${name}: ${items} judged items against ${items0}`);
  }
  if (!(measured.permutationMaxDiff <= limits.permutationMaxDiff))
    missed.push(`orders of the same events differ by ${measured.permutationMaxDiff}`);
  return missed;
}

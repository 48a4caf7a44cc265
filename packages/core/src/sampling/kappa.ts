import type { Config } from "../config/config.ts";

/**
 * What the judge budget allows from one minute of event time on: `pi = clip(kappa·score, piMin, 1)` with one kappa per
 * line item (stats A4), and the judged share of the smaller arm while a canary runs.
 */
export interface Kappa {
  /** Rate of the baseline rule (score 1): what estimates are made of. */
  readonly estimation: number;
  /** Factor of the scores of the rules that look for trouble. */
  readonly triage: number;
  /** In (0, 1]; the other arm is matched to equal expected counts. */
  readonly canaryRate: number;
}

/** A kappa and the minute of event time from which it holds. */
export interface KappaRow extends Kappa {
  /** Start of its minute, ms. */
  readonly from: number;
}

/** Triage factor until pace has seen any traffic: negative feedback is judged, a flag is worth 15 %. */
const START_TRIAGE = 0.05;

/** The kappa in force before pace has written one. */
export const startKappa = ({ baseRate, canaryRate }: Config["sampling"]): Kappa => ({
  estimation: baseRate,
  triage: START_TRIAGE,
  canaryRate,
});

/** What the budget allows at event time `at`; `rows` ascending, undefined under the preset `fixed`. */
export function kappaAt(
  rows: readonly KappaRow[],
  at: number,
  sampling: Config["sampling"],
): Kappa | undefined {
  if (sampling.preset === "fixed") return undefined;
  return rows.findLast(({ from }) => from <= at) ?? startKappa(sampling);
}

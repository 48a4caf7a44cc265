import { type ArmValue, bettingIncrement, costGrid } from "@bellwether/stats/betting";
import { logSumExp } from "@bellwether/stats/log-sum-exp";
import { logEvidence } from "@bellwether/stats/start-mixture";
import { type Histogram, total } from "../windows/histogram.ts";
import { type Baseline, COST_RANGE, costOf } from "./baseline.ts";
import type { LifeCell } from "./cells.ts";

/** Members of a histogram as values to bet on. */
export const armValues = (
  arm: ArmValue["arm"],
  histogram: Histogram,
  value: (bin: number) => number,
): ArmValue[] => [...histogram].map(([bin, count]) => ({ arm, value: value(bin), count }));

/** Scales on which cost is tested: the bill itself, and its logarithm, which hears a multiplied bill under heavy tails. */
const COST_SCALES = ["linear", "log"] as const;

/** Hours over which the bill itself must have risen for its logarithm to count. */
const BILL_CELLS = 24;

const billOf = (cells: readonly LifeCell[], arm: "canary" | "stable"): number => {
  const sum = cells.reduce((all, { arms }) => all + arms[arm].counts.costPicoUsd, 0);
  const priced = cells.reduce((all, { arms }) => all + total(arms[arm].cost), 0);
  return priced === 0 ? 0 : sum / priced;
};

/**
 * Mean of the e-values of two scales; the one of the logarithm is 0 unless the canary's mean cost is higher, since
 * a typical request may cost more while the bill falls. Holding an e-value back never makes it larger.
 */
export function weighCost(
  life: readonly LifeCell[],
  { cap, ...scaled }: NonNullable<Baseline["cost"]>,
  margin: number,
): number {
  // Without a known split of traffic there is nothing to weigh one arm's bill against.
  const cells = life.filter(({ share }) => share !== null && share > 0 && share < 1);
  if (cells.length === 0) return 0;
  const recent = cells.slice(-BILL_CELLS);
  const scales = COST_SCALES.filter(
    (scale) => scale === "linear" || billOf(recent, "canary") > billOf(recent, "stable"),
  );
  const logs = scales.map((scale) => {
    const { mean, sd } = scaled[scale];
    const delta = scale === "linear" ? margin * mean : Math.log1p(margin) / Math.log(COST_RANGE);
    const value = costOf(scale, cap);
    return logEvidence(
      cells.map(({ share, arms: { canary, stable } }) =>
        bettingIncrement(costGrid({ q: share ?? Number.NaN, baseline: mean, sd, delta }), [
          ...armValues("canary", canary.cost, value),
          ...armValues("stable", stable.cost, value),
        ]),
      ),
    );
  });
  return logSumExp(logs) - Math.log(COST_SCALES.length);
}

import { bettingIncrement, promotionGrid } from "@bellwether/stats/betting";
import { logMeanExp } from "@bellwether/stats/log-sum-exp";
import { MATCHED_Q } from "../sampling/matched-rates.ts";
import { countAbove, total } from "../windows/histogram.ts";
import type { VariantFold } from "../windows/variants.ts";
import { type Baseline, costOf } from "./baseline.ts";
import type { LifeCell } from "./cells.ts";
import { armValues } from "./cost-evidence.ts";
import type { RollbackPolicy } from "./policy.ts";

/** Largest harm that promotion tolerates, by guardrail. */
type Margins = RollbackPolicy["promotion"]["guardrails"];
export type GuardrailName = keyof Margins & string;

/** Evidence that the canary is not worse by the margin or more. */
export interface Guardrail {
  readonly name: GuardrailName;
  readonly margin: number;
  /** Natural log of the e-value; promotion needs every guardrail at 1/alpha. */
  readonly logE: number;
}

type Increments = (cell: LifeCell) => number[] | undefined;

const score = (bin: number): number => bin / 100;

function quality({ quality: { mean, sd } }: Baseline, margin: number): Increments {
  const grid = promotionGrid({ q: MATCHED_Q, baseline: mean, sd, margin, harm: "lower_is_harm" });
  return ({ arms: { canary, stable } }) =>
    bettingIncrement(grid, [
      ...armValues("canary", canary.quality, score),
      ...armValues("stable", stable.quality, score),
    ]);
}

/** Without a known split of traffic there is nothing to weigh one arm against. */
const isSplit = (share: number | null): share is number => share !== null && share > 0 && share < 1;

/** A yes or no of every request, e.g. failed; `rate` is stable's frozen one. */
const indicator =
  (
    rate: number,
    margin: number,
    counted: (arm: VariantFold) => { readonly events: number; readonly exposure: number },
  ): Increments =>
  ({ share, arms }) => {
    if (!isSplit(share)) return undefined;
    const sd = Math.sqrt(Math.max(rate * (1 - rate), 1e-4));
    const grid = promotionGrid({ q: share, baseline: rate, sd, margin, harm: "higher_is_harm" });
    return bettingIncrement(
      grid,
      (["canary", "stable"] as const).flatMap((arm) => {
        const { events, exposure } = counted(arms[arm]);
        return [
          { arm, value: 1, count: events },
          { arm, value: 0, count: Math.max(0, exposure - events) },
        ];
      }),
    );
  };

const cost =
  ({ cap, linear: { mean, sd } }: NonNullable<Baseline["cost"]>, relative: number): Increments =>
  ({ share, arms: { canary, stable } }) => {
    if (!isSplit(share)) return undefined;
    const margin = relative * mean;
    const grid = promotionGrid({ q: share, baseline: mean, sd, margin, harm: "higher_is_harm" });
    const value = costOf("linear", cap);
    return bettingIncrement(grid, [
      ...armValues("canary", canary.cost, value),
      ...armValues("stable", stable.cost, value),
    ]);
  };

function incrementsOf(name: GuardrailName, baseline: Baseline, margin: number): Increments | undefined {
  switch (name) {
    case "avg_quality_score":
      return quality(baseline, margin);
    case "error_rate":
      return indicator(baseline.errorRate ?? 0, margin, ({ counts }) => ({
        events: counts.errors,
        exposure: counts.n,
      }));
    case "p95_latency": {
      const { p95LatencyMs } = baseline;
      if (p95LatencyMs === undefined) return undefined;
      return indicator(0.05, margin, ({ latency }) => ({
        events: countAbove(latency, p95LatencyMs),
        exposure: total(latency),
      }));
    }
    case "cost_per_request":
      return baseline.cost === undefined ? undefined : cost(baseline.cost, margin);
  }
}

/** One betting e-process over the whole life of the canary; log-wealth adds over cells in any order. */
function weigh(cells: readonly LifeCell[], increments: Increments): number {
  let wealth: number[] | undefined;
  for (const cell of cells) {
    const added = increments(cell);
    if (added === undefined) continue;
    wealth = wealth === undefined ? added : wealth.map((sum, j) => sum + (added[j] ?? 0));
  }
  return wealth === undefined ? 0 : logMeanExp(wealth);
}

/**
 * Non-inferiority of the canary in every guardrail (stats C2, C7): all must reach 1/alpha, which needs no correction
 * (intersection-union). A guardrail without data stays at e-value 1, so that nothing is promoted unseen.
 */
export function weighPromotion(
  cells: readonly LifeCell[],
  baseline: Baseline,
  { guardrails }: RollbackPolicy["promotion"],
): Guardrail[] {
  return (Object.entries(guardrails) as [GuardrailName, number | undefined][]).flatMap(([name, margin]) => {
    if (margin === undefined) return [];
    const increments = incrementsOf(name, baseline, margin);
    return [{ name, margin, logE: increments === undefined ? 0 : weigh(cells, increments) }];
  });
}

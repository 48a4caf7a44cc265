import { judging, type Scheme } from "../support/simulate-arms.ts";
import { ALPHA_ROLLBACK } from "./canary-evidence.ts";
import { limitsFor, missedOf, rounded, standardError } from "./canary-goals.ts";
import type { compareOrders } from "./canary-permutation.ts";
import type { Crossing, Outcome } from "./canary-run.ts";
import { DROPS, ONSETS, REQUESTS_PER_MINUTE, SCHEMES, SD, SHARE } from "./canary-scenarios.ts";

/** Outcomes of every scenario by its name, in the order of the runs. */
export type Outcomes = ReadonlyMap<string, readonly Outcome[]>;

type Watcher = keyof Outcome;

const mapValues = <K extends string, V, W>(
  record: Readonly<Record<K, V>>,
  f: (value: V, key: K) => W,
): Record<K, W> =>
  Object.fromEntries(Object.entries<V>(record).map(([key, value]) => [key, f(value, key as K)])) as Record<
    K,
    W
  >;

/** First crossings of one watch, of the runs in which it watched. */
function crossingsOf(outcomes: Outcomes, scenario: string, watcher: Watcher): (Crossing | null)[] {
  const found = (outcomes.get(scenario) ?? []).flatMap((outcome) => {
    const crossing = outcome[watcher];
    return crossing === undefined ? [] : [crossing];
  });
  if (found.length === 0) throw new Error(`${watcher} did not watch ${scenario}`);
  return found;
}

const shareOf = (crossings: readonly (Crossing | null)[]): number =>
  crossings.filter((crossing) => crossing !== null).length / crossings.length;

/** Nearest-rank quantile of what was counted at the crossing; `null` when that many never crossed. */
function quantileOf(crossings: readonly (Crossing | null)[], by: keyof Crossing, p: number): number | null {
  const sorted = crossings.map((one) => one?.[by] ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? Number.POSITIVE_INFINITY;
  return Number.isFinite(value) ? value : null;
}

/** Mean minutes that Wald's test needs when it knows the effect and the scores are normal: 2·Var(φ)·ln(1/α)/d² items. */
function oracle(drop: number): number {
  const { rate, q } = judging("D", SHARE);
  const items = (2 * SD ** 2 * (1 / q + 1 / (1 - q)) * Math.log(1 / ALPHA_ROLLBACK)) / drop ** 2;
  return rounded(items / (REQUESTS_PER_MINUTE * rate), 1);
}

function lateOnset(outcomes: Outcomes, name: keyof typeof ONSETS) {
  const onset = ONSETS[name];
  const all = crossingsOf(outcomes, name, "quality");
  const after = all.filter((one) => one === null || one.items > onset);
  const items = quantileOf(after, "items", 0.5);
  return { items: items === null ? null : items - onset, before: all.length - after.length };
}

export function reportOf(outcomes: Outcomes, orders: ReturnType<typeof compareOrders>) {
  const rate = (scenario: string, watcher: Watcher) =>
    rounded(shareOf(crossingsOf(outcomes, scenario, watcher)));
  const delays = (watcher: Watcher, names: readonly (keyof typeof DROPS)[], p = 0.5) =>
    Object.fromEntries(
      names.map((name) => [name, quantileOf(crossingsOf(outcomes, name, watcher), "minute", p)]),
    );
  const perScheme = (watcher: Watcher) =>
    Object.fromEntries(SCHEMES.map((scheme: Scheme) => [scheme, rate(scheme, watcher)]));
  const drops = Object.keys(DROPS) as (keyof typeof DROPS)[];
  const late = mapValues(ONSETS, (_, name) => lateOnset(outcomes, name));
  const falseRollback: Readonly<Record<string, number>> = {
    ...perScheme("quality"),
    ramp: rate("ramp", "quality"),
    diurnal: rate("diurnal", "quality"),
    sticky500WithMargin: rate("sticky500WithMargin", "with_margin"),
  };
  const result = {
    falseRollback,
    delayMinutes: delays("quality", drops),
    oracleMinutes: mapValues(DROPS, oracle),
    judgedItems: mapValues(DROPS, (_, name) =>
      quantileOf(crossingsOf(outcomes, name, "quality"), "items", 0.5),
    ),
    lateOnset: mapValues(late, ({ items }) => items),
    falsePromotion: rate("falsePromotion", "promotion"),
    cloudwatch3of3: {
      falseRollback: rate("A", "cloudwatch"),
      falseRollbackByScheme: perScheme("cloudwatch"),
      delayMinutes: delays("cloudwatch", drops),
    },
    mannWhitney: {
      falseRollback: rate("A", "mann_whitney"),
      falseRollbackByScheme: perScheme("mann_whitney"),
    },
    permutationMaxDiff: orders.maxDiff,
  };
  const runsOf = (name: string): number => outcomes.get(name)?.length ?? 0;
  const limits = limitsFor({
    falseRollback: mapValues(falseRollback, (_, name) => runsOf(name)),
    falsePromotion: runsOf("falsePromotion"),
  });
  return {
    ...result,
    runs: Object.fromEntries([...outcomes.keys()].map((name) => [name, runsOf(name)])),
    standardErrors: {
      falseRollback: mapValues(falseRollback, (share, name) => rounded(standardError(share, runsOf(name)))),
      falsePromotion: rounded(standardError(result.falsePromotion, runsOf("falsePromotion"))),
    },
    detail: {
      delayMinutesP90: delays("quality", drops, 0.9),
      fromStartMinutes: delays("from_start", drops),
      asShippedMinutes: delays("as_shipped", ["d05", "d10", "d20"]),
      promotionMinutes: quantileOf(crossingsOf(outcomes, "promotion", "promotion"), "minute", 0.5),
      sticky500NoMargin: rate("sticky500NoMargin", "quality"),
      beforeOnset: mapValues(late, ({ before }) => before),
      kernelMaxDiff: orders.kernelMaxDiff,
    },
    limits,
    missed: missedOf(result, limits),
  };
}

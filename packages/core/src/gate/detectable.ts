import { minimumDetectableDifference, pairsToDetect } from "@bellwether/stats/detectable-difference";
import { comparedMetrics, largestFamily } from "./context.ts";
import { inUnit } from "./in-words.ts";
import { itemValue, recordedName, unitOf } from "./item-value.ts";
import type { Side } from "./outcome.ts";
import type { PipelineConfig } from "./pipeline-config.ts";
import type { Detectable, MetricComparison } from "./report.ts";

/** Standard deviation of the differences of a score while nothing is known, which is also where no item differs from another. */
const ASSUMED_SD = 0.2;
const MORE = [2, 4, 10];

function detectable(
  known: Pick<Detectable, "metric" | "items" | "sd" | "sdFrom"> & { readonly level: number },
  family: number,
  { regression, policy }: PipelineConfig,
): Detectable {
  const { level, ...rest } = known;
  const { items, sd, metric } = rest;
  const allowed = level * (regression?.maxDegradation ?? 0);
  const plan = { sd, alpha: Math.min(0.49, policy.flakeBudget / family) };
  const at = (n: number) => allowed + minimumDetectableDifference(n, plan);
  const surely = { sd, alpha: Math.min(0.49, policy.flakeBudget) };
  const needed = allowed > 0 ? pairsToDetect(allowed, surely) : Number.POSITIVE_INFINITY;
  return {
    ...rest,
    unit: unitOf(metric),
    difference: at(items),
    more: MORE.map((times) => ({ items: times * items, difference: at(times * items) })),
    itemsForAllowance: Number.isFinite(needed) ? needed : null,
  };
}

/** What the compared items could show, by the spread that they had. */
export const detectableAfter = (
  comparisons: readonly MetricComparison[],
  family: number,
  config: PipelineConfig,
): Detectable[] =>
  comparisons.flatMap(({ metric, items, sd, base }) => {
    const spread = spreadOf(metric, sd, "measured");
    return spread === undefined
      ? []
      : [detectable({ metric, items, ...spread, level: base }, Math.max(1, family), config)];
  });

function spreadOf(
  metric: string,
  sd: number,
  sdFrom: Detectable["sdFrom"],
): Pick<Detectable, "sd" | "sdFrom"> | undefined {
  if (sd > 0) return { sd, sdFrom };
  return unitOf(metric) === "score" ? { sd: ASSUMED_SD, sdFrom: "assumed" } : undefined;
}

/**
 * What a suite of n items will be able to show, before it is run: for scores and, once base's outcomes are known, for
 * cost and latency. Differences are taken to spread as base's values do, which holds when head's go along by half.
 */
export function planGate(config: PipelineConfig, n: number, base?: Side): Detectable[] {
  if (n < 2) return [];
  const family = largestFamily(config, true);
  return comparedMetrics(config).flatMap((name) => {
    const metric = recordedName(name, base === undefined ? [] : [base]);
    const values = (base?.items ?? []).flatMap((item) => {
      const value = itemValue(item, metric);
      return value.kind === "value" ? [value.value] : [];
    });
    const n0 = values.length;
    const mean = values.reduce((sum, value) => sum + value, 0) / n0;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const spread = spreadOf(metric, n0 < 2 ? 0 : Math.sqrt(squares / (n0 - 1)), "base");
    if (spread === undefined) return [];
    const level = n0 > 0 ? mean : (config.quality?.metrics[name]?.threshold ?? 1);
    const known = { metric: n0 > 0 ? metric : name, items: n, ...spread, level };
    return [detectable(known, family, config)];
  });
}

const SPREAD = {
  measured: "as measured",
  base: "taken from base's own values",
  assumed: "assumed",
} as const;

/** One line for a reader: what the items show, and what more of them would buy. */
export function detectableLine({ metric, unit, items, sd, sdFrom, difference, ...rest }: Detectable): string {
  const { more, itemsForAllowance } = rest;
  const buys = more.map((one) => `${inUnit(one.difference, unit)} with ${one.items}`).join(", ");
  const needed =
    itemsForAllowance === null
      ? ""
      : `; an unchanged version is surely within max_degradation from ${itemsForAllowance} items on`;
  return `${metric}: ${items} items fail a loss of ${inUnit(difference, unit)} with a chance of 80 % (${buys})${needed}; differences spread by ${inUnit(sd, unit)}, ${SPREAD[sdFrom]}`;
}

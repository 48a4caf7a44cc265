import { type BootstrapEstimate, bootstrapMean } from "@bellwether/stats/bootstrap-ratio";
import { quantileEstimate } from "@bellwether/stats/quantile-interval";
import { MOST_UNSCORED } from "./context.ts";
import { itemValue } from "./item-value.ts";
import { levelBounds } from "./level-bounds.ts";
import type { Side } from "./outcome.ts";
import { inOrder } from "./pair-items.ts";

const RESAMPLES = 1_999;
/** Of each end of an interval: 95 %. */
const ALPHA = 0.025;

/** A mean over items with its 95 % interval, which is for this number alone. */
export interface MeasuredMean {
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly items: number;
  /** Items it applies to that have no value. */
  readonly missing: number;
}

/** What a side has by itself; null or absent is what was not measured: more than a tenth of its items have no value. */
export interface SideMeasures {
  /** Scores in [0, 1] by the name they are recorded under. */
  readonly scores: Readonly<Record<string, MeasuredMean>>;
  /** USD of an answer. */
  readonly cost: MeasuredMean | null;
  /** Nearest-rank percentiles, ms. */
  readonly latency: {
    readonly p50: number;
    readonly p95: number;
    readonly p99: number;
    readonly items: number;
  } | null;
  /** Models that answered, by name. */
  readonly modelIds: readonly string[];
}

/** Measures one side; the same side and seed give the same numbers, in whatever order the items come. */
export function measureSide(side: Side, { seed }: { readonly seed: number }): SideMeasures {
  const bootstrap = { seed, resamples: RESAMPLES };
  const items = inOrder(side.items);
  const recorded = items.flatMap(({ draws }) => draws.flatMap(({ metrics }) => Object.keys(metrics)));
  const scores = [...new Set(recorded)].toSorted().flatMap((metric) => {
    const found = valuesOf(side, metric);
    if (found === undefined) return [];
    const { values, missing } = found;
    const { mean, lower, upper } = levelBounds(values, bootstrap);
    const measured = { mean, low: bounded(lower(ALPHA)), high: bounded(upper(ALPHA)) };
    return [[metric, { ...measured, items: values.length, missing }] as const];
  });
  return {
    scores: Object.fromEntries(scores),
    cost: costOf(side, (values) => bootstrapMean(values, bootstrap)),
    latency: latencyOf(side),
    modelIds: [...new Set(items.flatMap(({ modelId }) => modelId ?? []))].toSorted(),
  };
}

const bounded = (end: number): number | null => (Number.isFinite(end) ? end : null);

/** The values of a metric in order of the items' ids; undefined when too few have one. */
function valuesOf(
  side: Side,
  metric: string,
): { readonly values: readonly number[]; readonly missing: number } | undefined {
  const values: number[] = [];
  let missing = 0;
  for (const item of inOrder(side.items)) {
    const found = itemValue(item, metric);
    if (found.kind === "value") values.push(found.value);
    else if (found.applies) missing += 1;
  }
  return values.length < 2 || missing > MOST_UNSCORED * (values.length + missing)
    ? undefined
    : { values, missing };
}

function costOf(
  side: Side,
  estimate: (values: readonly number[]) => BootstrapEstimate,
): SideMeasures["cost"] {
  const found = valuesOf(side, "cost");
  if (found === undefined) return null;
  const { estimate: mean, lower, upper } = estimate(found.values);
  return {
    mean,
    low: bounded(lower(ALPHA)),
    high: bounded(upper(ALPHA)),
    items: found.values.length,
    missing: found.missing,
  };
}

function latencyOf(side: Side): SideMeasures["latency"] {
  const values = valuesOf(side, "latency")?.values;
  if (values === undefined) return null;
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((p) => quantileEstimate(values, p)?.estimate);
  if (p50 === undefined || p95 === undefined || p99 === undefined) return null;
  return { p50, p95, p99, items: values.length };
}

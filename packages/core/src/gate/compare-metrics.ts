import { type BootstrapOptions, bootstrapMean } from "@bellwether/stats/bootstrap-ratio";
import { benjaminiHochberg } from "@bellwether/stats/holm";
import { comparedMetrics, type GateContext } from "./context.ts";
import { recordedName, unitOf } from "./item-value.ts";
import type { Side } from "./outcome.ts";
import { type ItemPair, type MetricPairs, metricPairs } from "./pair-items.ts";
import { judgesDiffer, passFailTest } from "./regression-checks.ts";
import type { MetricComparison, TagComparison } from "./report.ts";

/** Pairs of a tag from which it is looked at. */
const LEAST_IN_TAG = 5;
/** Of each end of a tag's interval. */
const TAG_ALPHA = 0.025;

/** Metrics both sides can be compared in, by the names they are recorded under. */
export function comparableMetrics(context: GateContext, base: Side): string[] {
  const { head, config } = context;
  const names = comparedMetrics(config).map((name) => recordedName(name, [head, base]));
  const differ = judgesDiffer(head, base);
  return [...new Set(names)].filter((metric) => !differ || unitOf(metric) !== "score");
}

interface Compared {
  readonly metric: string;
  readonly found: MetricPairs;
  readonly estimate: ReturnType<typeof bootstrapMean>;
  readonly base: number;
  readonly head: number;
}

function compare(
  metric: string,
  pairs: readonly ItemPair[],
  least: number,
  bootstrap: BootstrapOptions,
): Compared | undefined {
  const found = metricPairs(pairs, metric);
  const { values } = found;
  if (values.length < least) return undefined;
  const mean = (side: "head" | "base") => values.reduce((sum, value) => sum + value[side], 0) / values.length;
  const estimate = bootstrapMean(
    values.map(({ head, base }) => head - base),
    bootstrap,
  );
  return { metric, found, estimate, base: mean("base"), head: mean("head") };
}

const bounded = (end: number): number | null => (Number.isFinite(end) ? end : null);

/** Every metric on both sides, with intervals that hold all at once (Bonferroni). */
export function compareMetrics(context: GateContext, base: Side): MetricComparison[] {
  const { pairs, bootstrap, config } = context;
  const compared = comparableMetrics(context, base).flatMap(
    (metric) => compare(metric, pairs, 2, bootstrap) ?? [],
  );
  const alpha = config.policy.flakeBudget / (2 * compared.length);
  return compared.map(({ metric, found, estimate, base: before, head: after }) => {
    const { values, passFail } = found;
    const { lost, gained, p } = passFailTest(values);
    return {
      metric,
      unit: unitOf(metric),
      items: values.length,
      base: before,
      head: after,
      difference: estimate.estimate,
      low: bounded(estimate.lower(alpha)),
      high: bounded(estimate.upper(alpha)),
      relative: before === 0 ? null : estimate.estimate / before,
      sd: estimate.standardError * Math.sqrt(values.length),
      passFail: passFail ? { lost, gained, p } : null,
    };
  });
}

/** Every tag with at least five pairs: where it got worse, at a false discovery rate of the flake budget. */
export function compareTags(context: GateContext, base: Side): TagComparison[] {
  const { pairs, bootstrap, config } = context;
  const byTag = new Map<string, ItemPair[]>();
  for (const pair of pairs)
    for (const tag of new Set(pair.head.tags)) byTag.set(tag, [...(byTag.get(tag) ?? []), pair]);
  const metrics = comparableMetrics(context, base);
  const tags = [...byTag.keys()].sort();
  const compared = tags.flatMap((tag) =>
    metrics.flatMap((metric) => {
      const one = compare(metric, byTag.get(tag) ?? [], LEAST_IN_TAG, bootstrap);
      return one === undefined ? [] : [{ tag, ...one }];
    }),
  );
  const flagged = benjaminiHochberg(
    compared.map(({ metric, found, estimate }) => {
      const p = unitOf(metric) === "score" ? estimate.pBelow(0) : estimate.pAbove(0);
      return found.passFail ? Math.max(p, passFailTest(found.values).pWorse) : p;
    }),
    config.policy.flakeBudget,
  );
  return compared.map(({ tag, metric, found, estimate, base: before, head }, index) => ({
    tag,
    metric,
    items: found.values.length,
    base: before,
    head,
    difference: estimate.estimate,
    low: bounded(estimate.lower(TAG_ALPHA)),
    high: bounded(estimate.upper(TAG_ALPHA)),
    flagged: flagged[index] ?? false,
  }));
}

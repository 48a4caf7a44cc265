import { compareMetrics, compareTags } from "./compare-metrics.ts";
import { comparedMetrics, type GateContext, largestFamily } from "./context.ts";
import { costChecks } from "./cost-checks.ts";
import { detectableAfter } from "./detectable.ts";
import { itemValue, recordedName } from "./item-value.ts";
import { latencyChecks } from "./latency-checks.ts";
import { settleChecks } from "./open-check.ts";
import type { ItemOutcome, Side } from "./outcome.ts";
import { pairItems, unscoredOf } from "./pair-items.ts";
import type { PipelineConfig } from "./pipeline-config.ts";
import { qualityChecks } from "./quality-checks.ts";
import { judgesDiffer, regressionChecks } from "./regression-checks.ts";
import type { GateCheck, GateReport, Spend, Unscored } from "./report.ts";
import { worstItems } from "./worst-items.ts";

const RESAMPLES = 4_999;
/** Resamples beyond the bound of the smallest alpha. */
const LEAST_BEYOND = 5;

export interface GateDecisionOptions {
  readonly seed: number;
  /** Resamples of every interval; more are taken where the family asks for it. Default 4,999. */
  readonly bootstraps?: number;
}

/** Decides a gate from what was measured: the same sides, config and seed give the same report, in whatever order the items come. */
export function decideGate(
  head: Side,
  base: Side | undefined,
  config: PipelineConfig,
  { seed, bootstraps = RESAMPLES }: GateDecisionOptions,
): GateReport {
  const { flakeBudget } = config.policy;
  const least = Math.ceil((LEAST_BEYOND * largestFamily(config, base !== undefined)) / flakeBudget);
  const paired = base === undefined ? undefined : pairItems(head, base);
  const bootstrap = { seed, resamples: Math.max(bootstraps, least) };
  const context: GateContext = { head, base, pairs: paired?.pairs ?? [], config, bootstrap };
  const plans = [
    ...qualityChecks(context),
    ...regressionChecks(context),
    ...costChecks(context),
    ...latencyChecks(context),
  ];
  const { checks, family } = settleChecks(plans, config.policy);
  const comparisons = base === undefined ? [] : compareMetrics(context, base);
  return {
    verdict: verdictOf(checks),
    head: head.label,
    base: base?.label ?? null,
    standInJudge: head.judge.standIn || (base?.judge.standIn ?? false),
    checks,
    comparisons,
    tags: base === undefined ? [] : compareTags(context, base),
    worst: base === undefined ? [] : worstItems(context, base),
    mdd: detectableAfter(comparisons, family, config),
    counts: {
      items: head.items.length,
      compared: context.pairs.length,
      onlyHead: paired?.onlyHead ?? [],
      onlyBase: paired?.onlyBase ?? [],
      changedQuestion: paired?.changedQuestion ?? [],
      unscored: unscoredByMetric(context),
    },
    costs: {
      head: spendOf(head.items.map(({ costUsd }) => costUsd)),
      base: base === undefined ? null : spendOf(base.items.map(({ costUsd }) => costUsd)),
      judge: spendOf([...head.items, ...(base?.items ?? [])].flatMap(judgeCosts)),
    },
    multiplicity: { decidingChecks: family, flakeBudget, rule: ruleOf(family, flakeBudget) },
    notes: notesOf(context),
  };
}

/** A gate without a single check has shown nothing. */
const verdictOf = (checks: readonly GateCheck[]): GateReport["verdict"] =>
  checks.some(({ status }) => status === "failed")
    ? "failed"
    : checks.length === 0 || checks.some(({ insufficient }) => insufficient)
      ? "not_enough_evidence"
      : "passed";

/** Exit code of a verdict: 0 passed, 1 failed, 3 not enough evidence unless the policy lets that pass. */
export const exitCodeOf = (
  verdict: GateReport["verdict"],
  { onInsufficient }: Pick<PipelineConfig["policy"], "onInsufficient">,
): 0 | 1 | 3 => (verdict === "failed" ? 1 : verdict === "passed" || onInsufficient === "pass" ? 0 : 3);

function ruleOf(family: number, flakeBudget: number): string {
  const checks = family === 1 ? "1 check decides" : `${family} checks decide`;
  return `${checks}; by Holm's rule the chance that any of them fails while every requirement is kept is at most ${flakeBudget}. A check passes by an end of its interval that errs in at most ${flakeBudget}, without adjustment, as the gate passes only if all do. Intervals of comparisons hold all at once (Bonferroni). Tags only warn, by Benjamini–Hochberg at a false discovery rate of ${flakeBudget}.`;
}

function unscoredByMetric({ head, base, config }: GateContext): Record<string, readonly Unscored[]> {
  const sides = base === undefined ? [head] : [head, base];
  const found = comparedMetrics(config).map((name) => {
    const metric = recordedName(name, sides);
    const unscored = [
      ...unscoredOf("head", head.items, metric),
      ...(base === undefined ? [] : unscoredOf("base", base.items, metric)),
    ];
    return [metric, unscored] as const;
  });
  return Object.fromEntries(found.filter(([, unscored]) => unscored.length > 0));
}

const judgeCosts = ({ draws }: ItemOutcome): (number | null)[] => draws.map(({ judgeUsd }) => judgeUsd);

function spendOf(costs: readonly (number | null)[]): Spend {
  const priced = costs.filter((usd) => usd !== null);
  const usd = priced.toSorted((a, b) => a - b).reduce((sum, cost) => sum + cost, 0);
  return { usd, unpriced: costs.length - priced.length };
}

function notesOf({ head, base, config }: GateContext): string[] {
  const notes: string[] = [];
  if (base !== undefined && base.suiteHash !== head.suiteHash)
    notes.push("The suites differ; only items with the same id and question are compared.");
  if (base !== undefined && judgesDiffer(head, base))
    notes.push("The judges differ; scores are not compared.");
  const sides = base === undefined ? [head] : [head, base];
  const asked = comparedMetrics(config).find((metric) => recordedName(metric, sides) !== metric);
  if (asked !== undefined) {
    const used = recordedName(asked, sides);
    const any = sides.some(({ items }) => items.some((item) => itemValue(item, used).kind === "value"));
    if (any) notes.push(`No item has ${asked}; ${used} stands for it.`);
  }
  return notes;
}

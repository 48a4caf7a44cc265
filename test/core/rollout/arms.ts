import type { Baseline } from "@bellwether/core/rollout/baseline";
import { type LifeCell, lifeCells } from "@bellwether/core/rollout/cells";
import type { CanaryRun, Epoch } from "@bellwether/core/rollout/document";
import { parseRollbackPolicy } from "@bellwether/core/rollout/policy";
import { type BucketFold, exclusiveModels } from "@bellwether/core/rollout/span";
import { BUCKET_MS } from "@bellwether/core/windows/bucket";
import { addTo, binOf } from "@bellwether/core/windows/histogram";
import { emptyVariantFold, type VariantFold } from "@bellwether/core/windows/variants";
import { emptyMoments, observe } from "@bellwether/stats/moments";

export const START = Date.parse("2026-10-06T08:00:00Z");
export const NAMES = { stable: "v1", canary: "v2" } as const;
export const EPOCH = { from: START, to: null, ...NAMES, share: 0.2, generation: 4 } as const;
/** The canary of `EPOCH`, which has had one share so far. */
export const RUN: CanaryRun = runOf([EPOCH]);

/** A canary that had these shares. */
export function runOf(epochs: readonly [Epoch, ...Epoch[]]): CanaryRun {
  const first = epochs[0];
  const { share, from, generation } = epochs.at(-1) ?? first;
  return { id: first.generation, from: first.from, ...NAMES, share, shareSince: from, generation, epochs };
}

/** The cells of a canary's life from `from` on, as the verdict cuts them. */
export const lifeOf = (buckets: readonly BucketFold[], run = RUN, from = START): LifeCell[] =>
  lifeCells(buckets, run.epochs, NAMES, exclusiveModels(buckets, NAMES.stable, NAMES.canary), from);

/** One arm in one bucket: `n` calls of which `errors` failed; successful ones cost and take what is given. */
export interface ArmOptions {
  readonly n: number;
  readonly errors?: number;
  /** USD of every priced call; undefined for unpriced ones. */
  readonly usd?: number;
  readonly latencyMs?: number;
  /** Judged scores, uniform in their arm. */
  readonly scores?: readonly number[];
  readonly votes?: number;
  readonly negative?: number;
  readonly model?: string;
  readonly refusals?: number;
  readonly guardrail?: number;
  /** Judgements that failed, of `n` that ended. */
  readonly judgeFailures?: number;
}

export function arm(options: ArmOptions): VariantFold {
  const {
    n,
    errors = 0,
    usd = 0.004,
    latencyMs = 900,
    scores = [],
    votes = 0,
    negative = 0,
    model = "haiku",
    refusals = 0,
    guardrail = 0,
    judgeFailures = 0,
  } = options;
  const fold = emptyVariantFold();
  const pico = Math.round(usd * 1e12);
  Object.assign(fold.counts, { n, errors, refusals, guardrail, costPicoUsd: pico * (n - errors) });
  if (n > errors) {
    addTo(fold.cost, binOf(pico), n - errors);
    addTo(fold.latency, binOf(latencyMs), n - errors);
  }
  if (n > 0) fold.requestsByModel.set(model, n);
  if (errors > 0) fold.errorsByModel.set(model, errors);
  for (const score of scores) addTo(fold.quality, Math.round(100 * score));
  const moments = scores.reduce((sum, score) => observe(sum, score, 1), emptyMoments());
  if (scores.length > 0 || judgeFailures > 0)
    fold.metrics.set("quality", { moments, abstained: 0, failed: judgeFailures });
  fold.judge.finished = scores.length + judgeFailures;
  return Object.assign(fold, { votes, negative });
}

/** The bucket `index` × 5 minutes after `START`, from both arms. */
export const bucket = (index: number, stable?: ArmOptions, canary?: ArmOptions): BucketFold => ({
  start: START + index * BUCKET_MS,
  fold: new Map([
    ...(stable === undefined ? [] : [[NAMES.stable, arm(stable)] as const]),
    ...(canary === undefined ? [] : [[NAMES.canary, arm(canary)] as const]),
  ]),
});

export const POLICY = parseRollbackPolicy(`
rollback_policy:
  triggers:
    - { name: high_error_rate, metric: error_rate, threshold: 0.05, window: 5min, comparison: greater_than, severity: critical }
    - { name: quality_degradation, metric: avg_quality_score, threshold: 0.75, window: 15min, comparison: less_than, severity: high }
    - { name: max_cost_increase, metric: cost_per_request, relative: 0.2, window: 10min, comparison: greater_than, severity: high }
    - { name: latency_spike, metric: p95_latency, threshold: 5000, window: 5min, comparison: greater_than, severity: medium }
`);

/** What stable's day looked like: quality .85 ± .15, about $0.004, p95 of 1 s. */
export const BASELINE: Baseline = {
  from: START,
  quality: { mean: 0.85, sd: 0.15 },
  cost: { cap: 16e9, linear: { mean: 0.25, sd: 0.02 }, log: { mean: 0.85, sd: 0.01 } },
  p95LatencyMs: 1_000,
  p99LatencyMs: 2_000,
  errorRate: 0.01,
};

export const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

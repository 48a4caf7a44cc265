import { emptyMoments, type Moments, mergeMoments, observe } from "@bellwether/stats/moments";
import { addTo, type Histogram, mergeInto } from "./histogram.ts";
import {
  COUNT_FIELDS,
  type CorrectionItem,
  type Counts,
  type FeedbackItem,
  type ScoreItem,
  type WindowItem,
  zeroCounts,
} from "./items.ts";

/** Outcomes of one metric over judged requests. */
export interface MetricFold {
  moments: Moments;
  abstained: number;
  failed: number;
}

export interface WorstSample {
  readonly requestId: string;
  readonly score: number;
}

/** Everything known about one variant of an app in a span of event time. */
export interface VariantFold {
  counts: Counts;
  /** Users' last votes on requests of this span, and how many of them are negative. */
  votes: number;
  negative: number;
  latency: Histogram;
  cost: Histogram;
  requestsByModel: Map<string, number>;
  errorsByModel: Map<string, number>;
  /** Uniform-in-arm quality scores, counts by `round(100·score)`. */
  quality: Histogram;
  metrics: Map<string, MetricFold>;
  /** Lowest quality first, at most `WORST_KEPT`. */
  worst: WorstSample[];
}

export type Fold = Map<string, VariantFold>;

const WORST_KEPT = 3;

export const emptyVariantFold = (): VariantFold => ({
  counts: zeroCounts(),
  votes: 0,
  negative: 0,
  latency: new Map(),
  cost: new Map(),
  requestsByModel: new Map(),
  errorsByModel: new Map(),
  quality: new Map(),
  metrics: new Map(),
  worst: [],
});

function addCounts(target: Counts, other: Counts): void {
  for (const field of COUNT_FIELDS) target[field] += other[field];
}

function variantOf(fold: Fold, variant: string): VariantFold {
  let found = fold.get(variant);
  if (found === undefined) {
    found = emptyVariantFold();
    fold.set(variant, found);
  }
  return found;
}

const bump = (map: Map<string, number>, key: string, by: number): void => {
  if (by !== 0) map.set(key, (map.get(key) ?? 0) + by);
};

const worstFirst = (a: WorstSample, b: WorstSample): number =>
  a.score - b.score || (a.requestId < b.requestId ? -1 : 1);

function addScore(target: VariantFold, item: ScoreItem): void {
  for (const [metric, outcome] of Object.entries(item.outcomes)) {
    const entry = target.metrics.get(metric) ?? { moments: emptyMoments(), abstained: 0, failed: 0 };
    target.metrics.set(metric, entry);
    if (outcome.status === "scored") entry.moments = observe(entry.moments, outcome.score, item.pi);
    else entry[outcome.status] += 1;
  }
  const quality = item.outcomes.quality;
  if (quality?.status !== "scored") return;
  if (item.uniform) addTo(target.quality, Math.round(quality.score * 100));
  target.worst = [...target.worst, { requestId: item.requestId, score: quality.score }]
    .sort(worstFirst)
    .slice(0, WORST_KEPT);
}

/** The revision that counts of each judged request, in the order given. */
function latestScores(items: Iterable<WindowItem>): Iterable<ScoreItem> {
  const latest = new Map<string, ScoreItem>();
  for (const item of items) {
    if (item.kind !== "score") continue;
    const known = latest.get(item.requestId);
    if (known === undefined || item.rev >= known.rev) latest.set(item.requestId, item);
  }
  return latest.values();
}

const isLater = (a: FeedbackItem, b: FeedbackItem): boolean =>
  a.votedAt > b.votedAt || (a.votedAt === b.votedAt && a.feedbackId >= b.feedbackId);

/** The vote that counts of each user on each request. */
function lastVotes(items: Iterable<WindowItem>): Iterable<FeedbackItem> {
  const last = new Map<string, FeedbackItem>();
  for (const item of items) {
    if (item.kind !== "feedback") continue;
    const key = JSON.stringify([item.requestId, item.user]);
    const known = last.get(key);
    if (known === undefined || isLater(item, known)) last.set(key, item);
  }
  return last.values();
}

function correct(fold: Fold, item: CorrectionItem): void {
  for (const [variant, sign] of [
    [item.from, -1],
    [item.to, 1],
  ] as const) {
    const target = variantOf(fold, variant);
    target.counts.n += sign;
    bump(target.requestsByModel, item.model, sign);
    if (!item.error) continue;
    target.counts.errors += sign;
    bump(target.errorsByModel, item.model, sign);
  }
}

/** Folds the items of one bucket; pass them in key order so that floating-point sums are bit-identical. */
export function foldItems(items: readonly WindowItem[]): Fold {
  const fold: Fold = new Map();
  for (const item of items) {
    if (item.kind === "count") {
      const target = variantOf(fold, item.segment.variant);
      addCounts(target.counts, item.counts);
      mergeInto(target.latency, item.latency);
      mergeInto(target.cost, item.cost);
      bump(target.requestsByModel, item.segment.model, item.counts.n);
      bump(target.errorsByModel, item.segment.model, item.counts.errors);
    } else if (item.kind === "correction") correct(fold, item);
  }
  for (const item of lastVotes(items)) {
    const target = variantOf(fold, item.variant);
    target.votes += 1;
    if (item.negative) target.negative += 1;
  }
  for (const item of latestScores(items)) addScore(variantOf(fold, item.variant), item);
  return fold;
}

/** Adds `other` into `target`; spans must be disjoint and merged in time order. */
export function mergeVariantInto(target: VariantFold, other: VariantFold): void {
  addCounts(target.counts, other.counts);
  target.votes += other.votes;
  target.negative += other.negative;
  mergeInto(target.latency, other.latency);
  mergeInto(target.cost, other.cost);
  mergeInto(target.quality, other.quality);
  for (const [model, n] of other.requestsByModel) bump(target.requestsByModel, model, n);
  for (const [model, n] of other.errorsByModel) bump(target.errorsByModel, model, n);
  for (const [metric, b] of other.metrics) {
    const a = target.metrics.get(metric);
    target.metrics.set(
      metric,
      a === undefined
        ? { ...b }
        : {
            moments: mergeMoments(a.moments, b.moments),
            abstained: a.abstained + b.abstained,
            failed: a.failed + b.failed,
          },
    );
  }
  target.worst = [...target.worst, ...other.worst].sort(worstFirst).slice(0, WORST_KEPT);
}

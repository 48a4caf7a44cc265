import { addTo, mergeInto } from "./histogram.ts";
import {
  type CorrectionItem,
  type FeedbackItem,
  type RepricedItem,
  restOf,
  type ScoreItem,
  type Segment,
  segmentKey,
  type WindowItem,
} from "./items.ts";
import { addCounts, addScore, emptyTally, mergeTallyInto, type Tally } from "./tally.ts";

/** One segment of an app in a span of event time. */
interface SegmentTally {
  readonly segment: Segment;
  readonly tally: Tally;
}

/** The segments of an app in a span of event time, by `segmentKey`. */
export type Fold = Map<string, SegmentTally>;

/** Segments kept apart in one bucket; beyond it the smallest of each variant are counted together. */
const MAX_SEGMENTS = 40;

/** The tally of a segment, made when it is not there yet. */
export function tallyOf(fold: Fold, segment: Segment): Tally {
  const key = segmentKey(segment);
  let found = fold.get(key);
  if (found === undefined) {
    found = { segment, tally: emptyTally() };
    fold.set(key, found);
  }
  return found.tally;
}

/** The revision that counts of each judged request, in the order given. */
export function latestScores(items: Iterable<WindowItem>): Iterable<ScoreItem> {
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

function correct(fold: Fold, { segment, to, error }: CorrectionItem): void {
  for (const [variant, sign] of [
    [segment.variant, -1],
    [to, 1],
  ] as const) {
    const { counts } = tallyOf(fold, { ...segment, variant });
    counts.n += sign;
    if (error) counts.errors += sign;
  }
}

function reprice(fold: Fold, { segment, costPicoUsd, unpriced, cost }: RepricedItem): void {
  const target = tallyOf(fold, segment);
  target.counts.costPicoUsd += costPicoUsd;
  target.counts.unpriced += unpriced;
  for (const [bin, count] of cost) addTo(target.cost, bin, count);
}

/** An app that writes a new prompt version into every tag must not make a bucket too large to store. */
function capped(fold: Fold): Fold {
  if (fold.size <= MAX_SEGMENTS) return fold;
  const largestFirst = [...fold].sort(
    ([a, x], [b, y]) => y.tally.counts.n - x.tally.counts.n || (a < b ? -1 : 1),
  );
  const kept: Fold = new Map(largestFirst.slice(0, MAX_SEGMENTS));
  for (const [, { segment, tally }] of largestFirst.slice(MAX_SEGMENTS)) {
    mergeTallyInto(tallyOf(kept, restOf(segment)), tally);
  }
  return kept;
}

/** Folds the items of one bucket; pass them in key order so that floating-point sums are bit-identical. */
export function foldItems(items: readonly WindowItem[]): Fold {
  const fold: Fold = new Map();
  for (const item of items) {
    if (item.kind === "count") {
      const target = tallyOf(fold, item.segment);
      addCounts(target.counts, item.counts);
      mergeInto(target.latency, item.latency);
      mergeInto(target.cost, item.cost);
    } else if (item.kind === "correction") correct(fold, item);
    else if (item.kind === "repriced") reprice(fold, item);
  }
  for (const item of lastVotes(items)) {
    const target = tallyOf(fold, item.segment);
    target.votes += 1;
    if (item.negative) target.negative += 1;
  }
  for (const item of latestScores(items)) addScore(tallyOf(fold, item.segment), item);
  return capped(fold);
}

/** Adds `other` into `target`, segment by segment. */
export function mergeFoldInto(target: Fold, other: Fold): void {
  for (const { segment, tally } of other.values()) mergeTallyInto(tallyOf(target, segment), tally);
}

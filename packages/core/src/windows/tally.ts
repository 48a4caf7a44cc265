import { emptyMoments, type Moments, mergeMoments, observe } from "@bellwether/stats/moments";
import { addTo, type Histogram, mergeInto } from "./histogram.ts";
import { COUNT_FIELDS, type Counts, type ScoreItem, zeroCounts } from "./items.ts";

/** Outcomes of one metric over judged requests of the sample. */
export interface MetricFold {
  moments: Moments;
  abstained: number;
  failed: number;
}

export interface WorstSample {
  readonly requestId: string;
  readonly score: number;
}

/** What the judge was asked and what it cost. */
export interface JudgeUse {
  /** Requests judged, looks of people included. */
  judged: number;
  /** Of these, with a priced judge, and their spend in 1e-12 USD. */
  priced: number;
  picoUsd: number;
  /** Requests drawn because of feedback, judged or not. */
  raised: number;
  /** Requests of the sample that the judge is through with: scored, abstained or failed. */
  finished: number;
}

/** Everything known about the requests of a group in a span of event time; every part adds. */
export interface Tally {
  counts: Counts;
  /** Users' last votes on requests of this span, and how many of them are negative. */
  votes: number;
  negative: number;
  latency: Histogram;
  cost: Histogram;
  /** Uniform-in-arm quality scores, counts by `round(100·score)`. */
  quality: Histogram;
  metrics: Map<string, MetricFold>;
  judge: JudgeUse;
  /** Lowest quality first, at most `WORST_KEPT`. */
  worst: WorstSample[];
}

const WORST_KEPT = 3;
export const JUDGE_FIELDS = ["judged", "priced", "picoUsd", "raised", "finished"] as const;

export const emptyTally = (): Tally => ({
  counts: zeroCounts(),
  votes: 0,
  negative: 0,
  latency: new Map(),
  cost: new Map(),
  quality: new Map(),
  metrics: new Map(),
  judge: { judged: 0, priced: 0, picoUsd: 0, raised: 0, finished: 0 },
  worst: [],
});

export function addCounts(target: Counts, other: Counts): void {
  for (const field of COUNT_FIELDS) target[field] += other[field];
}

const worstFirst = (a: WorstSample, b: WorstSample): number =>
  a.score - b.score || (a.requestId < b.requestId ? -1 : 1);

/** Adds the revision of a judged request that counts. */
export function addScore(target: Tally, item: ScoreItem): void {
  const { judge } = target;
  const outcomes = Object.entries(item.outcomes);
  if (item.raised) judge.raised += 1;
  if (outcomes.length === 0) return;
  judge.judged += 1;
  if (item.judgePicoUsd !== null) {
    judge.priced += 1;
    judge.picoUsd += item.judgePicoUsd;
  }
  if (item.pi === null) return;
  judge.finished += 1;
  for (const [metric, outcome] of outcomes) {
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

/** Adds `other` into `target`; spans must be disjoint, and merged in a fixed order for bit-identical sums. */
export function mergeTallyInto(target: Tally, other: Tally): void {
  addCounts(target.counts, other.counts);
  target.votes += other.votes;
  target.negative += other.negative;
  mergeInto(target.latency, other.latency);
  mergeInto(target.cost, other.cost);
  mergeInto(target.quality, other.quality);
  for (const field of JUDGE_FIELDS) target.judge[field] += other.judge[field];
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

import type { Moments } from "@bellwether/stats/moments";
import type { Fold } from "./fold.ts";
import { tallyOf } from "./fold.ts";
import { decodeHistogram, encodeHistogram } from "./histogram.ts";
import { type Counts, NONE, type Segment, segmentFrom, segmentValues, zeroCounts } from "./items.ts";
import { JUDGE_FIELDS, type JudgeUse, type MetricFold, type Tally, type WorstSample } from "./tally.ts";

interface StoredTally {
  /** Values of the segment, in the order of `SEGMENT_KEYS`. */
  readonly s: readonly string[];
  readonly c: Partial<Counts>;
  readonly v: number;
  readonly g: number;
  readonly l: string;
  readonly k: string;
  readonly q: string;
  readonly j: readonly number[];
  readonly m: Readonly<Record<string, { readonly m: Moments; readonly a: number; readonly f: number }>>;
  readonly w: readonly WorstSample[];
}

/** JSON of a fold; the app is not in it. */
export type StoredFold = readonly StoredTally[];

const encodeTally = (segment: Segment, t: Tally): StoredTally => ({
  s: segmentValues(segment),
  c: t.counts,
  v: t.votes,
  g: t.negative,
  l: encodeHistogram(t.latency),
  k: encodeHistogram(t.cost),
  q: encodeHistogram(t.quality),
  j: JUDGE_FIELDS.map((field) => t.judge[field]),
  m: Object.fromEntries(
    [...t.metrics].map(([name, x]) => [name, { m: x.moments, a: x.abstained, f: x.failed }]),
  ),
  w: t.worst,
});

/** Segments in key order, so that equal folds are equal texts. */
export const encodeFold = (fold: Fold): StoredFold =>
  [...fold].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { segment, tally }]) => encodeTally(segment, tally));

const judgeUse = (values: readonly number[]): JudgeUse =>
  Object.fromEntries(JUDGE_FIELDS.map((field, i) => [field, values[i] ?? 0])) as Record<
    (typeof JUDGE_FIELDS)[number],
    number
  >;

export function decodeFold(app: string, stored: StoredFold): Fold {
  const fold: Fold = new Map();
  for (const s of stored) {
    const segment = segmentFrom(app, (_key, index) => s.s[index] ?? NONE);
    Object.assign(tallyOf(fold, segment), {
      counts: { ...zeroCounts(), ...s.c },
      votes: s.v,
      negative: s.g,
      latency: decodeHistogram(s.l),
      cost: decodeHistogram(s.k),
      quality: decodeHistogram(s.q),
      metrics: new Map(
        Object.entries(s.m).map(([name, x]): [string, MetricFold] => [
          name,
          { moments: x.m, abstained: x.a, failed: x.f },
        ]),
      ),
      judge: judgeUse(s.j),
      worst: [...s.w],
    } satisfies Tally);
  }
  return fold;
}

import { hajekEstimate } from "@bellwether/stats/hajek";
import { FEATURE_UNITS } from "../windows/embedding-sum.ts";
import { binValue, type Histogram } from "../windows/histogram.ts";
import type { Counts } from "../windows/items.ts";
import { distinctUsers } from "../windows/user-sketch.ts";
import type { CategoryPoint, EmbeddingPoint, ScalarPoint } from "./detect/points.ts";
import type { SeriesName } from "./series.ts";
import type { Slice } from "./slice.ts";

/** Quality by topic in one bucket: sum of weights, effective answers, mean and its variance. */
export interface TopicPoint {
  readonly at: number;
  readonly topics: Readonly<Record<string, Omit<ScalarPoint, "at"> & { readonly weight: number }>>;
}

export type Point =
  | { readonly type: "scalar"; readonly point: ScalarPoint }
  | { readonly type: "categorical"; readonly point: CategoryPoint }
  | { readonly type: "embedding"; readonly point: EmbeddingPoint }
  | { readonly type: "topics"; readonly point: TopicPoint };

type Measured = Omit<ScalarPoint, "at">;

const PICO_USD = 1e12;

/** Mean logarithm of a histogram's members over a unit; zeros have none. */
function meanLog(histogram: Histogram, unit = 1): Measured | undefined {
  let [n, sum, squares] = [0, 0, 0];
  for (const [bin, count] of [...histogram].sort(([a], [b]) => a - b)) {
    const value = binValue(bin);
    if (value <= 0) continue;
    const log = Math.log(value / unit);
    n += count;
    sum += count * log;
    squares += count * log * log;
  }
  if (n === 0) return undefined;
  const mean = sum / n;
  const spread = n > 1 ? Math.max(0, squares - n * mean * mean) / (n - 1) : 0;
  return { n, mean, variance: spread / n };
}

/** A share; its variance leaves room for what was not seen (Agresti & Coull 1998). */
function share(hits: number, n: number): Measured | undefined {
  if (n === 0) return undefined;
  const smoothed = (hits + 2) / (n + 4);
  return { n, mean: hits / n, variance: (smoothed * (1 - smoothed)) / n };
}

const tokensOf = (counts: Counts): number =>
  counts.inputTokens + counts.cacheReadTokens + counts.cacheWriteTokens + counts.outputTokens;

function tokensPerUser({ tally, profile }: Slice): Measured | undefined {
  const users = distinctUsers(profile.users);
  const tokens = tokensOf(tally.counts);
  if (users === 0 || tokens === 0) return undefined;
  // Between users: spread is learned as noise between buckets, so only its scale in users matters here.
  return { n: users, mean: Math.log(tokens / users), variance: 1 / users };
}

function quality({ tally }: Slice): Measured | undefined {
  const moments = tally.metrics.get("quality")?.moments;
  const estimate = moments && hajekEstimate(moments);
  return estimate && { n: estimate.nEff, mean: estimate.mean, variance: estimate.variance };
}

const SCALARS: Partial<Record<SeriesName, (slice: Slice) => Measured | undefined>> = {
  input_tokens: ({ profile }) => meanLog(profile.inputTokens),
  output_tokens: ({ profile }) => meanLog(profile.outputTokens),
  question_length: ({ profile }) => meanLog(profile.questionLength),
  quality,
  latency: ({ tally }) => meanLog(tally.latency),
  ttft: ({ profile }) => meanLog(profile.ttft),
  error_rate: ({ tally: { counts } }) => share(counts.errors, counts.n),
  // Nothing at all is a reading too: traffic that stops is the largest change there is.
  volume: ({ tally: { counts } }) => ({
    // Never thin enough to wait for the next bucket; what is chance varies alike by night and by day (Anscombe 1948).
    n: 5,
    mean: 2 * Math.sqrt(counts.n + 3 / 8),
    variance: 1,
  }),
  cost_per_request: ({ tally }) => meanLog(tally.cost, PICO_USD),
  spend: ({ tally: { counts } }) => {
    // A cent: below it a bucket that costs nothing is no change.
    const usd = counts.costPicoUsd / PICO_USD + 0.01;
    return { n: Math.max(5, counts.n), mean: Math.log(usd), variance: 1 / (counts.n + 1) };
  },
  new_user_share: ({ tally: { counts } }) => share(counts.newUsers, counts.eligible),
  tokens_per_user: tokensPerUser,
};

const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;

function topicPoint(at: number, { profile }: Slice): TopicPoint | undefined {
  const topics = [...profile.quality].flatMap(([topic, moments]) => {
    const estimate = hajekEstimate(moments);
    if (estimate === undefined) return [];
    const { nEff, mean, variance } = estimate;
    const measured = { n: rounded(nEff), mean: rounded(mean), variance: rounded(variance) };
    return [[topic, { ...measured, weight: rounded(moments.sw) }] as const];
  });
  return topics.length === 0 ? undefined : { at, topics: Object.fromEntries(topics.sort()) };
}

/** What a series reads in a slice of the bucket at `at`; undefined without anything to read. */
export function pointOf(name: SeriesName, slice: Slice, at: number): Point | undefined {
  const { profile } = slice;
  switch (name) {
    case "language":
    case "topic":
    case "stop_reason": {
      const category = name === "stop_reason" ? "stopReason" : name;
      const counts = Object.fromEntries([...profile.categories[category]].sort());
      return Object.keys(counts).length === 0 ? undefined : { type: "categorical", point: { at, counts } };
    }
    case "prompt_embedding": {
      const { n, sums } = profile.embedding;
      if (n === 0) return undefined;
      return {
        type: "embedding",
        point: { at, n, sums: sums.map((sum) => Math.round((sum / FEATURE_UNITS) * 1e3) / 1e3) },
      };
    }
    case "quality_within_topic": {
      const point = topicPoint(at, slice);
      return point && { type: "topics", point };
    }
    default: {
      const measured = SCALARS[name]?.(slice);
      if (measured === undefined) return undefined;
      const { n, mean, variance } = measured;
      return {
        type: "scalar",
        point: { at, n: rounded(n), mean: rounded(mean), variance: rounded(variance) },
      };
    }
  }
}

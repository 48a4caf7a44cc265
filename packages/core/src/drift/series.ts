/** Kinds of drift; an incident and a page belong to one of them. */
export const DRIFT_KINDS = ["data", "concept", "performance", "usage"] as const;
export type DriftKind = (typeof DRIFT_KINDS)[number] | "cost";

/** Series that are watched by one function in one rhythm. */
export interface Family {
  readonly name: "drift" | "cost";
  /** Width of a bucket that is looked at, ms. */
  readonly bucketMs: number;
  readonly kinds: readonly DriftKind[];
}

export const DRIFT: Family = { name: "drift", bucketMs: 15 * 60_000, kinds: DRIFT_KINDS };
export const COST: Family = { name: "cost", bucketMs: 5 * 60_000, kinds: ["cost"] };

export interface SeriesSpec {
  readonly kind: DriftKind;
  readonly type: "scalar" | "categorical" | "embedding" | "topics";
  /** `judged` series are looked at an hour later, when the judge is through. */
  readonly lane: "traffic" | "judged";
  /** Whose requests: the stable version's while a canary runs (the canary has its own detector), or everybody's. */
  readonly arm: "stable" | "all";
  /** Scale of the means: a difference of logarithms is a ratio, `root` is 2√(n + 3/8) of a count. */
  readonly scale: "log" | "linear" | "root";
  /** What a mean is about, for people. */
  readonly label: string;
  readonly unit: string;
  /** Also looked at per model and prompt version. */
  readonly segmented: boolean;
  /** Which way is drift worth a page. */
  readonly worse: "both" | "up" | "down";
  /** A new stable version changes what is normal. */
  readonly released: boolean;
}

const series = (
  kind: DriftKind,
  label: string,
  unit: string,
  rest: Partial<Omit<SeriesSpec, "kind" | "label" | "unit">> = {},
): SeriesSpec => ({
  kind,
  label,
  unit,
  type: "scalar",
  lane: "traffic",
  arm: "stable",
  scale: "log",
  segmented: false,
  worse: "both",
  released: true,
  ...rest,
});

/** Everything that detect-drift watches. */
export const SERIES = {
  input_tokens: series("data", "input tokens per request", "tokens", { segmented: true }),
  output_tokens: series("data", "output tokens per request", "tokens", { segmented: true }),
  question_length: series("data", "length of the question", "characters", { released: false }),
  language: series("data", "language of the question", "share", { type: "categorical", released: false }),
  topic: series("data", "topic of the question", "share", { type: "categorical", released: false }),
  prompt_embedding: series("data", "what is asked", "MMD² of the prompt embedding", {
    type: "embedding",
    scale: "linear",
    released: false,
  }),
  quality_within_topic: series("concept", "quality within topics", "", {
    type: "topics",
    lane: "judged",
    scale: "linear",
    worse: "down",
  }),
  quality: series("performance", "quality", "", {
    lane: "judged",
    scale: "linear",
    segmented: true,
    worse: "down",
  }),
  latency: series("performance", "latency", "ms", { segmented: true, worse: "up" }),
  ttft: series("performance", "time to first token", "ms", { worse: "up" }),
  error_rate: series("performance", "error rate", "share", {
    scale: "linear",
    segmented: true,
    worse: "up",
  }),
  stop_reason: series("performance", "how answers end", "share", { type: "categorical" }),
  volume: series("usage", "requests per 15 minutes", "requests", {
    arm: "all",
    scale: "root",
    released: false,
  }),
  new_user_share: series("usage", "share of requests by new users", "share", {
    arm: "all",
    scale: "linear",
    released: false,
  }),
  tokens_per_user: series("usage", "tokens per user", "tokens", { arm: "all" }),
  cost_per_request: series("cost", "cost per request", "USD", { arm: "all", worse: "up" }),
  spend: series("cost", "spend", "USD", { arm: "all", worse: "up", released: false }),
} as const satisfies Record<string, SeriesSpec>;

export type SeriesName = keyof typeof SERIES;
const SERIES_NAMES = Object.keys(SERIES) as readonly SeriesName[];

/** Series of a family, in the order of the table. */
export const seriesOf = ({ kinds }: Family): readonly SeriesName[] =>
  SERIES_NAMES.filter((name) => kinds.includes(SERIES[name].kind));

/** A series over all its requests, or over those of one model or prompt version. */
export interface SeriesKey {
  readonly series: SeriesName;
  /** `all`, `model=…` or `promptVersion=…`. */
  readonly segment: string;
}

export const ALL = "all";

export const keyText = ({ series: name, segment }: SeriesKey): string => `${name}|${segment}`;

/** Inverse of `keyText`; throws on a series that does not exist. */
export function keyOf(text: string): SeriesKey {
  const cut = text.indexOf("|");
  const name = SERIES_NAMES.find((candidate) => candidate === text.slice(0, cut));
  if (name === undefined) throw new Error(`no drift series is called ${text}`);
  return { series: name, segment: text.slice(cut + 1) };
}

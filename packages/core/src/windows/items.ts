import type { LakeRow } from "../lake/tables.ts";
import type { Histogram } from "./histogram.ts";
import type { Profile } from "./profile.ts";

/** Dimensions of a window beside the app, and the lake column of each; never user or session. */
export const SEGMENT_COLUMNS = {
  variant: "variant",
  promptVersion: "prompt_version",
  model: "model_id",
} as const;
export type SegmentKey = keyof typeof SEGMENT_COLUMNS;
export const SEGMENT_KEYS = Object.keys(SEGMENT_COLUMNS) as readonly SegmentKey[];

export type Segment = { readonly app: string } & { readonly [Key in SegmentKey]: string };

/** Variant of a failed call that carries no tag; counted for neither arm. */
export const UNATTRIBUTED = "unattributed";
/** Variant, prompt version or model that the record does not name. */
export const NONE = "none";
/** Prompt version and model of what is counted together because a bucket holds too many segments. */
export const OTHER = "other";

/** Whole numbers over the requests of one segment in one bucket; every field adds. */
export interface Counts {
  n: number;
  errors: number;
  /** Interventions of a guardrail. */
  guardrail: number;
  /** Calls whose log shows that a guardrail ran. */
  assessed: number;
  /** Answers that the model or Bedrock refused, by stop reason. */
  refusals: number;
  unpriced: number;
  /** Requests that have a text to judge. */
  eligible: number;
  /** Of these, matched a sampling rule that looks for trouble. */
  flagged: number;
  /** Of these, drawn before any feedback: U < first pi. */
  drawn: number;
  newUsers: number;
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  costPicoUsd: number;
}

export const COUNT_FIELDS = [
  "n",
  "errors",
  "guardrail",
  "assessed",
  "refusals",
  "unpriced",
  "eligible",
  "flagged",
  "drawn",
  "newUsers",
  "inputTokens",
  "outputTokens",
  "cacheReadTokens",
  "cacheWriteTokens",
  "costPicoUsd",
] as const satisfies readonly (keyof Counts)[];

export const zeroCounts = (): Counts => ({
  n: 0,
  errors: 0,
  guardrail: 0,
  assessed: 0,
  refusals: 0,
  unpriced: 0,
  eligible: 0,
  flagged: 0,
  drawn: 0,
  newUsers: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  costPicoUsd: 0,
});

/** One item per (bucket, segment, part of a source object), written by overwrite. */
export interface CountItem {
  readonly kind: "count";
  readonly bucket: number;
  readonly segment: Segment;
  readonly part: string;
  readonly counts: Counts;
  /** Bins of latency in ms, successful calls with a latency. */
  readonly latency: Histogram;
  /** Bins of cost in pico-dollars, successful priced calls. */
  readonly cost: Histogram;
  /** What was asked and answered; absent where only counts are known. */
  readonly profile?: Profile;
}

export type MetricOutcome =
  | { readonly status: "scored"; readonly score: number }
  | { readonly status: "abstained" | "failed" };

/** One item per request that was judged, or drawn because of feedback; of its revisions the highest counts. */
export interface ScoreItem {
  readonly kind: "score";
  readonly bucket: number;
  readonly segment: Segment;
  readonly requestId: string;
  /** Inclusion probability after all feedback so far; null when a person asked for the look. */
  readonly pi: number | null;
  /** Inside the uniform sample of its arm: the part that feeds the canary test. */
  readonly uniform: boolean;
  /** Drawn by feedback, after the request was counted. */
  readonly raised: boolean;
  readonly rev: number;
  /** Topic of its question; absent when its prompt was not read or the app's topics were not known yet. */
  readonly topic?: string;
  /** Judge spend over all attempts, 1e-12 USD; null when the judge is unpriced, 0 until it was judged. */
  readonly judgePicoUsd: number | null;
  /** Empty until it was judged. */
  readonly outcomes: Readonly<Record<string, MetricOutcome>>;
}

/** One item per (request, user, vote); of a user's votes on a request the last counts. */
export interface FeedbackItem {
  readonly kind: "feedback";
  readonly bucket: number;
  readonly segment: Segment;
  readonly requestId: string;
  readonly user: string;
  /** When the vote was cast, ms; ties go to the higher feedbackId. */
  readonly votedAt: number;
  readonly feedbackId: string;
  readonly negative: boolean;
}

/** Moves one request between variants when its own became known after it was counted. */
export interface CorrectionItem {
  readonly kind: "correction";
  readonly bucket: number;
  /** Where it was counted. */
  readonly segment: Segment;
  readonly requestId: string;
  readonly to: string;
  readonly error: boolean;
}

/** What repricing changed in a segment of a bucket since ingest counted it; the newest overwrites, so twice is once. */
export interface RepricedItem {
  readonly kind: "repriced";
  readonly bucket: number;
  readonly segment: Segment;
  /** To be added, 1e-12 USD; negative when calls became cheaper. */
  readonly costPicoUsd: number;
  /** To be added; negative when calls got a price. */
  readonly unpriced: number;
  /** To be added to the bins of cost in pico-dollars. */
  readonly cost: readonly (readonly [bin: number, count: number])[];
}

export type WindowItem = CountItem | ScoreItem | FeedbackItem | CorrectionItem | RepricedItem;

/** A segment from its app and the values of `SEGMENT_KEYS` in their order. */
export const segmentFrom = (app: string, value: (key: SegmentKey, index: number) => string): Segment =>
  ({
    app,
    ...Object.fromEntries(SEGMENT_KEYS.map((key, index) => [key, value(key, index)])),
  }) as Segment;

/** The values of a segment in the order of `SEGMENT_KEYS`. */
export const segmentValues = (segment: Segment): string[] => SEGMENT_KEYS.map((key) => segment[key]);

/** Key of a segment within its app. */
export const segmentKey = (segment: Segment): string => JSON.stringify(segmentValues(segment));

/** Where a segment is counted that a bucket has no room for: its variant stays. */
export const restOf = (segment: Segment): Segment =>
  segmentFrom(segment.app, (key) => (key === "variant" ? segment.variant : OTHER));

/** Segment of a `requests_log` row. */
export const segmentOf = (row: LakeRow): Segment => {
  const text = (value: unknown): string => (typeof value === "string" ? value : NONE);
  return segmentFrom(text(row.app), (key) => text(row[SEGMENT_COLUMNS[key]]));
};

import type { Histogram } from "./histogram.ts";

/** Dimensions of a window; never user or session. */
export interface Segment {
  readonly app: string;
  readonly variant: string;
  readonly promptVersion: string;
  readonly model: string;
}

/** Variant of a failed call that carries no tag; counted for neither arm. */
export const UNATTRIBUTED = "unattributed";
/** Variant, prompt version or model that the record does not name. */
export const NONE = "none";

/** Whole numbers over the requests of one segment in one bucket; every field adds. */
export interface Counts {
  n: number;
  errors: number;
  guardrail: number;
  unpriced: number;
  /** Requests that have a text to judge. */
  eligible: number;
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
  "unpriced",
  "eligible",
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
  unpriced: 0,
  eligible: 0,
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
}

export type MetricOutcome =
  | { readonly status: "scored"; readonly score: number }
  | { readonly status: "abstained" | "failed" };

/** One item per judged request in its bucket, rewritten when its revision is higher. */
export interface ScoreItem {
  readonly kind: "score";
  readonly bucket: number;
  readonly app: string;
  readonly variant: string;
  readonly requestId: string;
  /** Final inclusion probability. */
  readonly pi: number;
  /** Inside the uniform sample of its arm (U < matched rate): the part that feeds the canary test. */
  readonly uniform: boolean;
  readonly rev: number;
  readonly outcomes: Readonly<Record<string, MetricOutcome>>;
}

/** One item per (request, user, vote); of a user's votes on a request the last counts. */
export interface FeedbackItem {
  readonly kind: "feedback";
  readonly bucket: number;
  readonly app: string;
  readonly variant: string;
  readonly requestId: string;
  readonly user: string;
  /** When the vote was cast, ms; ties go to the higher feedbackId. */
  readonly votedAt: number;
  readonly feedbackId: string;
  readonly negative: boolean;
}

/** Moves one request between segments when its variant became known after it was counted. */
export interface CorrectionItem {
  readonly kind: "correction";
  readonly bucket: number;
  readonly app: string;
  readonly requestId: string;
  readonly from: string;
  readonly to: string;
  readonly model: string;
  readonly error: boolean;
}

export type WindowItem = CountItem | ScoreItem | FeedbackItem | CorrectionItem;

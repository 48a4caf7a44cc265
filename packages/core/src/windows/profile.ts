import { emptyMoments, type Moments, mergeMoments } from "@bellwether/stats/moments";
import { type EmbeddingSum, emptyEmbeddingSum, mergeEmbedding } from "./embedding-sum.ts";
import { type Histogram, mergeInto } from "./histogram.ts";
import { mergeSamples, type PromptSample } from "./prompt-samples.ts";
import { mergeUsers, type UserSketch } from "./user-sketch.ts";

/** What a profile counts by value. */
export const CATEGORIES = ["language", "topic", "stopReason", "guardrail"] as const;
type Category = (typeof CATEGORIES)[number];

/** Value of a category beyond the cap of its profile. */
const REST = "rest";
/** Values of one category kept apart in a profile. */
const MAX_VALUES = 40;

export const PROFILE_HISTOGRAMS = [
  "inputTokens",
  "outputTokens",
  "questionLength",
  "ttft",
  "perOutputToken",
  "guardrailLatency",
] as const;

/** What was asked and how it was answered, of one segment in a span of event time; every part merges in any order. */
export interface Profile {
  /** Successful calls with token counts; all input, cached or not. */
  readonly inputTokens: Histogram;
  readonly outputTokens: Histogram;
  /** Characters of the user's question, of the requests whose prompt was read. */
  readonly questionLength: Histogram;
  /** Time to first token, ms. */
  readonly ttft: Histogram;
  /** Time per output token after the first, ms. */
  readonly perOutputToken: Histogram;
  /** Guardrail processing, ms, of the calls whose trace has it. */
  readonly guardrailLatency: Histogram;
  /** Under `guardrail`: `input:`, `output:` or `detected:` and the policy. */
  readonly categories: Readonly<Record<Category, Map<string, number>>>;
  embedding: EmbeddingSum;
  users: UserSketch;
  samples: readonly PromptSample[];
  /** Quality of the judged answers by topic. */
  readonly quality: Map<string, Moments>;
}

export const emptyProfile = (): Profile => ({
  inputTokens: new Map(),
  outputTokens: new Map(),
  questionLength: new Map(),
  ttft: new Map(),
  perOutputToken: new Map(),
  guardrailLatency: new Map(),
  categories: { language: new Map(), topic: new Map(), stopReason: new Map(), guardrail: new Map() },
  embedding: emptyEmbeddingSum(),
  users: [],
  samples: [],
  quality: new Map(),
});

/** Counts a value of a category; an app that invents values cannot make a profile too large to store. */
export function countValue(counts: Map<string, number>, value: string, by = 1): void {
  const key = counts.has(value) || counts.size < MAX_VALUES ? value : REST;
  counts.set(key, (counts.get(key) ?? 0) + by);
}

/** Adds moments of quality under a topic. */
export function addQuality(target: Profile, topic: string, moments: Moments): void {
  target.quality.set(topic, mergeMoments(target.quality.get(topic) ?? emptyMoments(), moments));
}

/** Adds `other` into `target`; merge in a fixed order for bit-identical quality sums. */
export function mergeProfileInto(target: Profile, other: Profile): void {
  for (const name of PROFILE_HISTOGRAMS) mergeInto(target[name], other[name]);
  for (const name of CATEGORIES)
    for (const [value, count] of other.categories[name]) countValue(target.categories[name], value, count);
  target.embedding = mergeEmbedding(target.embedding, other.embedding);
  target.users = mergeUsers(target.users, other.users);
  target.samples = mergeSamples(target.samples, other.samples);
  for (const [topic, moments] of other.quality) addQuality(target, topic, moments);
}

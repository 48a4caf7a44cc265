import type { LakeRow } from "../lake/tables.ts";
import type { PromptFeatures } from "../prompts/features.ts";
import { isFlagged } from "../sampling/decide.ts";
import { bucketOf } from "./bucket.ts";
import { mergeEmbedding } from "./embedding-sum.ts";
import { addTo, binOf, type Histogram } from "./histogram.ts";
import type { Counts } from "./items.ts";
import { type CountItem, segmentOf, segmentValues, zeroCounts } from "./items.ts";
import { countValue, emptyProfile, type Profile } from "./profile.ts";
import { mergeSamples } from "./prompt-samples.ts";
import { userHash, withUser } from "./user-sketch.ts";

/** Count items of one part of a source object, by bucket and segment. */
export type CountItems = Map<string, CountItem>;

const number = (value: unknown): number => (typeof value === "number" ? value : 0);

/** Stop reasons of an answer that was refused (Converse `content_filtered`, Anthropic `refusal`). */
const REFUSALS: ReadonlySet<string> = new Set(["content_filtered", "refusal"]);

/** What sampling decided before any feedback: a retry that finds the feedback on the item must count the same. */
function countSampling(counts: Counts, row: LakeRow): void {
  const { first_pi: firstPi, u, rules } = row;
  if (typeof firstPi !== "number" || typeof u !== "number") return;
  const matched = typeof rules === "string" ? rules.split(",") : [];
  counts.eligible += 1;
  if (isFlagged(matched)) counts.flagged += 1;
  if (matched.includes("new_user")) counts.newUsers += 1;
  if (u < firstPi) counts.drawn += 1;
}

const orNull = (value: unknown): number | null => (typeof value === "number" ? value : null);

const addMeasured = (histogram: Histogram, value: number | null): void => {
  if (value !== null) addTo(histogram, binOf(value));
};

/** What a successful call tells about how it was answered. */
function profileAnswer(profile: Profile, row: LakeRow): void {
  const output = orNull(row.output_tokens);
  if (row.input_tokens !== undefined) {
    const cached = number(row.cache_read_tokens) + number(row.cache_write_tokens);
    addMeasured(profile.inputTokens, number(row.input_tokens) + cached);
  }
  addMeasured(profile.outputTokens, output);
  const ttft = orNull(row.ttft_ms);
  const latency = orNull(row.latency_ms);
  addMeasured(profile.ttft, ttft);
  if (ttft !== null && latency !== null && output !== null && output > 1 && latency >= ttft)
    addMeasured(profile.perOutputToken, (latency - ttft) / (output - 1));
  if (typeof row.stop_reason === "string") countValue(profile.categories.stopReason, row.stop_reason);
}

const GUARDRAIL_COLUMNS = [
  ["input", "guardrail_input"],
  ["output", "guardrail_output"],
  ["detected", "guardrail_detected"],
] as const;

/** What guardrails did with a call, which they may also have ended. */
function profileGuardrail(profile: Profile, row: LakeRow): void {
  for (const [where, column] of GUARDRAIL_COLUMNS) {
    const policies = row[column];
    if (typeof policies !== "string") continue;
    for (const policy of policies.split(",")) countValue(profile.categories.guardrail, `${where}:${policy}`);
  }
  addMeasured(profile.guardrailLatency, orNull(row.guardrail_ms));
}

/** What the prompt was about, for the uniform share of requests whose prompt was read for it. */
function profilePrompt(profile: Profile, row: LakeRow, prompt: PromptFeatures): void {
  const { language, length, features } = prompt;
  addTo(profile.questionLength, binOf(length));
  countValue(profile.categories.language, language);
  if (typeof row.topic === "string") countValue(profile.categories.topic, row.topic);
  if (features !== null) profile.embedding = mergeEmbedding(profile.embedding, { n: 1, sums: features });
  const sample = {
    requestId: String(row.request_id),
    u: number(row.u),
    features,
    language,
    inputTokens: orNull(row.input_tokens),
    outputTokens: orNull(row.output_tokens),
    questionLength: length,
    latencyMs: orNull(row.latency_ms),
  };
  profile.samples = mergeSamples(profile.samples, [sample]);
}

/** Adds one kept request to the items of its part; `prompt` where it belongs to the uniform share of prompts that were read. */
export function countRequest(
  items: CountItems,
  row: LakeRow,
  at: number,
  part: string,
  prompt?: PromptFeatures,
): void {
  const segment = segmentOf(row);
  const bucket = bucketOf(at);
  const key = JSON.stringify([bucket, segment.app, ...segmentValues(segment)]);
  let item = items.get(key);
  if (item === undefined) {
    item = {
      kind: "count",
      bucket,
      segment,
      part,
      counts: zeroCounts(),
      latency: new Map(),
      cost: new Map(),
      profile: emptyProfile(),
    };
    items.set(key, item);
  }
  const { counts, profile = emptyProfile() } = item;
  const failed = row.error_code !== undefined && row.error_code !== null;
  counts.n += 1;
  if (failed) counts.errors += 1;
  if (typeof row.guardrail === "string") counts.guardrail += 1;
  if (typeof row.guardrail_assessments === "number") {
    counts.assessed += 1;
    profileGuardrail(profile, row);
  }
  if (REFUSALS.has(String(row.stop_reason))) counts.refusals += 1;
  if (typeof row.unpriced_reason === "string") counts.unpriced += 1;
  countSampling(counts, row);
  if (typeof row.user_id === "string")
    profile.users = withUser(profile.users, userHash(String(row.app), row.user_id));
  if (prompt !== undefined) profilePrompt(profile, row, prompt);
  counts.inputTokens += number(row.input_tokens);
  counts.outputTokens += number(row.output_tokens);
  counts.cacheReadTokens += number(row.cache_read_tokens);
  counts.cacheWriteTokens += number(row.cache_write_tokens);
  counts.costPicoUsd += number(row.cost_pico_usd);
  if (failed) return;
  profileAnswer(profile, row);
  if (typeof row.latency_ms === "number") addTo(item.latency, binOf(row.latency_ms));
  if (typeof row.cost_pico_usd === "number") addTo(item.cost, binOf(row.cost_pico_usd));
}

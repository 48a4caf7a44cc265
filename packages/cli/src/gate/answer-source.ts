import type { SuiteItem } from "@bellwether/core/gate/suite";
import type { PriceBook } from "@bellwether/core/prices/price-book";
import * as z from "zod";
import { callUsd } from "./call-usd.ts";

const count = z.number().int().nonnegative().nullish();

/** An answer as files and commands give it. */
export const givenAnswerSchema = z.strictObject({
  answer: z.string(),
  model_id: z.string().min(1).nullish(),
  prompt_version: z.string().min(1).nullish(),
  cost_usd: z.number().nonnegative().nullish(),
  latency_ms: z.number().nonnegative().nullish(),
  input_tokens: count,
  output_tokens: count,
});
type GivenAnswer = z.infer<typeof givenAnswerSchema>;

/** An answer as it is kept; null is what nobody measured. */
export const answerSchema = z.object({
  text: z.string(),
  modelId: z.string().nullable(),
  promptVersion: z.string().nullable(),
  costUsd: z.number().nonnegative().nullable(),
  latencyMs: z.number().nonnegative().nullable(),
  inputTokens: z.number().int().nonnegative().nullable(),
  outputTokens: z.number().int().nonnegative().nullable(),
});
export type Answer = z.infer<typeof answerSchema>;

/** What asking for an answer came to; a problem is this item's alone, an outage is everybody's. */
export type Asked =
  | { readonly kind: "answered"; readonly answer: Answer }
  | { readonly kind: "problem"; readonly reason: string }
  | { readonly kind: "unavailable"; readonly reason: string; readonly final: boolean };

/** Where the answers of one side come from. */
export interface AnswerSource {
  readonly label: string;
  /** What tells its answers from those of another source. */
  readonly identity: unknown;
  /**
   * How long a paid answer may be used again: `always` when the identity settles it, `run` when what answers can change
   * behind it, `never` when it costs nothing.
   */
  readonly keep: "always" | "run" | "never";
  /** Ids of all answers there are, where that is known beforehand. */
  readonly ids?: ReadonlySet<string>;
  /** USD of one answer, roughly; null when unknown. */
  readonly estimateUsd: (item: SuiteItem) => number | null;
  readonly ask: (item: SuiteItem, signal: AbortSignal) => Promise<Asked>;
  readonly close: () => void;
}

/** The given answer, priced by its tokens where it names no price; `measuredMs` is what waiting for it took. */
export function answerOf(given: GivenAnswer, prices: PriceBook, measuredMs: number | null): Answer {
  const inputTokens = given.input_tokens ?? null;
  const outputTokens = given.output_tokens ?? null;
  const modelId = given.model_id ?? null;
  return {
    text: given.answer,
    modelId,
    promptVersion: given.prompt_version ?? null,
    costUsd: given.cost_usd ?? priceOf(modelId, inputTokens, outputTokens, prices),
    latencyMs: given.latency_ms ?? measuredMs,
    inputTokens,
    outputTokens,
  };
}

/** USD by the price book; null without a model, tokens or a price. */
export function priceOf(
  modelId: string | null,
  inputTokens: number | null,
  outputTokens: number | null,
  prices: PriceBook,
): number | null {
  if (modelId === null || inputTokens === null || outputTokens === null) return null;
  const usage = { inputTokens, outputTokens, cacheReadTokens: 0, cacheWriteTokens: 0, cacheWrite1hTokens: 0 };
  return callUsd(modelId, usage, prices);
}

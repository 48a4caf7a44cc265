import { randomFeatures } from "@bellwether/stats/random-features";
import { findQuestion } from "../records/context.ts";
import type { ContextOptions } from "../records/conversation.ts";
import type { Invocation } from "../records/invocation.ts";
import { readRequest } from "../records/request.ts";
import { unitsOf } from "../windows/embedding-sum.ts";
import { languageOf } from "./language.ts";
import { hashedNgrams, NGRAM_DIMENSIONS } from "./ngrams.ts";

/** What a prompt is about, without its words. */
export interface PromptFeatures {
  /** ISO 639-1 code, `und` when it cannot be told. */
  readonly language: string;
  /** Characters of the user's question, context left out. */
  readonly length: number;
  /** Random Fourier features of its embedding in 1/1,024, 128 whole numbers. */
  readonly features: readonly number[];
}

/** Embeddings of different kinds cannot be compared, so each has its own features. */
const SEED = 20_261_121;
/** About the median distance of two unrelated questions as hashed n-grams of length 1. */
const BANDWIDTH = 1.3;

const ngramFeatures = randomFeatures(SEED, NGRAM_DIMENSIONS, BANDWIDTH);

/** Features of the user's question of an invocation; undefined when its prompt is not in the record or has none. */
export function promptFeatures(invocation: Invocation, options: ContextOptions): PromptFeatures | undefined {
  const { input } = invocation;
  if (input.kind !== "inline") return undefined;
  const question = findQuestion(readRequest(input.json), options);
  if (question === undefined) return undefined;
  return {
    language: languageOf(question),
    length: question.length,
    features: unitsOf(ngramFeatures(hashedNgrams(question))),
  };
}

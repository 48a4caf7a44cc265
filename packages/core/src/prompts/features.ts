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
  /** Random Fourier features of its embedding in 1/1,024, 128 whole numbers; null when it could not be embedded. */
  readonly features: readonly number[] | null;
}

/** Gives a text's embedding, length 1, or undefined when the model could not be asked. */
export type EmbedText = (text: string) => Promise<readonly number[] | undefined>;

/** Numbers of an embedding by Amazon Titan Text Embeddings V2, the smallest it gives. */
export const TITAN_DIMENSIONS = 256;

/** Embeddings of different kinds cannot be compared, so each has its own features. */
const NGRAM_SEED = 20_261_121;
const TITAN_SEED = 20_261_122;
/** About the median distance of two unrelated questions as vectors of length 1. */
const BANDWIDTH = 1.3;

const ngramFeatures = randomFeatures(NGRAM_SEED, NGRAM_DIMENSIONS, BANDWIDTH);

const titanFeatures = randomFeatures(TITAN_SEED, TITAN_DIMENSIONS, BANDWIDTH);

async function featuresOf(
  question: string,
  embedText: EmbedText | undefined,
): Promise<readonly number[] | null> {
  if (embedText === undefined) return unitsOf(ngramFeatures(hashedNgrams(question)));
  const embedding = await embedText(question);
  return embedding === undefined
    ? null
    : unitsOf(titanFeatures(embedding.map((value, index) => [index, value])));
}

/**
 * Features of the user's question of an invocation, by hashed n-grams unless a model embeds it; undefined when its
 * prompt is not in the record or has none.
 */
export async function promptFeatures(
  invocation: Invocation,
  options: ContextOptions,
  embedText?: EmbedText,
): Promise<PromptFeatures | undefined> {
  const { input } = invocation;
  if (input.kind !== "inline") return undefined;
  const question = findQuestion(readRequest(input.json), options);
  if (question === undefined) return undefined;
  return {
    language: await languageOf(question),
    length: question.length,
    features: await featuresOf(question, embedText),
  };
}

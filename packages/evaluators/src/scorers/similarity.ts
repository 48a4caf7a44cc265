import { hashedNgrams } from "@bellwether/core/prompts/ngrams";

/**
 * Cosine in [0, 1] of two texts as hashed words, word pairs and letter trigrams (the first 2,000 characters of each):
 * likeness of wording, not of meaning, hence its metric's name `semantic_similarity_ngrams`. Undefined without words.
 */
export function ngramSimilarity(text: string, reference: string): number | undefined {
  const said = hashedNgrams(text);
  const wanted = new Map(hashedNgrams(reference));
  if (said.length === 0 || wanted.size === 0) return undefined;
  const dot = said.reduce((sum, [index, value]) => sum + value * (wanted.get(index) ?? 0), 0);
  return Math.min(1, Math.max(0, dot));
}

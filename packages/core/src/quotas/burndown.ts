/**
 * Tokens of the tokens-per-minute quota that one output token uses, by a part of the model id; the first match counts,
 * everything else is 1. From the table "How tokens are counted in Amazon Bedrock" (docs.aws.amazon.com/bedrock/latest/
 * userguide/quotas-token-burndown.html, as read in 2026-11); models of a listed generation that the table does not name
 * are taken for their generation's rate. Input and cache writes use 1, cache reads 0.
 */
export const OUTPUT_BURNDOWN: readonly (readonly [part: string, rate: number])[] = [
  ["claude-opus-4-8", 15],
  ["claude-opus-5", 10],
  ["claude-sonnet-5", 10],
  ["claude-haiku-5", 10],
  ["claude-fable-5", 10],
  ["gpt-5.6", 10],
  ["gpt-5-6", 10],
  ["claude-3-7", 5],
  ["claude-opus-4", 5],
  ["claude-sonnet-4", 5],
  ["claude-haiku-4", 5],
];

/** Quota tokens that one output token of a model uses. */
export const outputBurndown = (modelId: string): number =>
  OUTPUT_BURNDOWN.find(([part]) => modelId.includes(part))?.[1] ?? 1;

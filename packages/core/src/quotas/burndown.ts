/**
 * Tokens of the tokens-per-minute quota that one output token uses, by a part of the model id; the first match counts,
 * everything else is 1. Input and cache writes use 1, cache reads 0. 5 is AWS's own list ("How tokens are counted in
 * Amazon Bedrock", docs.aws.amazon.com/bedrock/latest/userguide/quotas-token-burndown.html); 10 and 15 are readings of
 * its later editions by others (2026), stretched over a generation, so the configuration may set `outputBurndown`.
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

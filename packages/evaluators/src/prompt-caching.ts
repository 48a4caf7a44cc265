import { parseModelId } from "@bellwether/core/records/model";

/** Whether a cache point is worth setting, and why not. */
export type CachePlan =
  | { readonly kind: "cached"; readonly minimumTokens: number }
  /** Shorter than the model's minimum, Bedrock ignores the cache point. */
  | { readonly kind: "prefix_too_short"; readonly minimumTokens: number; readonly prefixTokens: number }
  /** A model without caching refuses a request with a cache point, so an unknown one gets none. */
  | { readonly kind: "model_unknown" };

/** Smallest cacheable prefix in tokens by Claude model (Bedrock user guide, prompt-caching, autumn 2026). */
const MINIMUM_TOKENS: ReadonlyMap<string, number> = new Map([
  ...["opus-5", "opus-5-5", "sonnet-5-5", "fable-5", "fable-5-1"].map((name) => [name, 512] as const),
  ...["sonnet-4-5", "sonnet-4-6", "sonnet-5", "opus-4-8"].map((name) => [name, 1_024] as const),
  ...["haiku-4-5", "opus-4-5", "opus-4-6", "opus-4-7"].map((name) => [name, 4_096] as const),
]);
const CLAUDE = /^anthropic\.claude-([a-z]+-\d{1,2}(?:-\d{1,2})?)(?:-\d{8})?(?:-v\d+(?::\d+)?)?$/;

/** Cautious: English prose has about 4 characters a token, JSON fewer; too low a guess only leaves a cache point out. */
const CHARS_PER_TOKEN = 4.5;

/** Plans prompt caching for a constant prefix (tools and system) of this many UTF-16 code units. */
export function planCaching(modelId: string, prefixChars: number): CachePlan {
  const { id } = parseModelId(modelId);
  const minimumTokens = MINIMUM_TOKENS.get(CLAUDE.exec(id)?.[1] ?? "");
  if (minimumTokens === undefined) return { kind: "model_unknown" };
  const prefixTokens = Math.floor(prefixChars / CHARS_PER_TOKEN);
  return prefixTokens >= minimumTokens
    ? { kind: "cached", minimumTokens }
    : { kind: "prefix_too_short", minimumTokens, prefixTokens };
}

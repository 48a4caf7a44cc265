import { type ConditionalPrice, findProvider, type ModelInfo, type ModelPrice } from "@pydantic/genai-prices";
import { identify, type ModelIdentity, sameModel } from "./model-identity.ts";
import { EVERY_REQUEST, type RateBand, ratesOf, type TokenPrices } from "./rates.ts";

/** The two price lists of Bedrock: `global.` profiles, and everything bound to a Region or a geography. */
export type PriceTier = "global" | "regional";

interface ListedModel {
  readonly identity: ModelIdentity;
  readonly prices: ModelInfo["prices"];
}

const LIST_KEYS = {
  input_mtok: "input",
  output_mtok: "output",
  cache_read_mtok: "cacheRead",
  cache_write_mtok: "cacheWrite5m",
  cache_write_1h_mtok: "cacheWrite1h",
} as const satisfies Record<string, keyof TokenPrices>;

const LISTED = indexByTier(findProvider({ providerId: "aws" })?.models ?? []);

/**
 * Rate bands (ascending) of a model as `@pydantic/genai-prices` lists them on the UTC day of `at` (ms), undefined when
 * it lists no such model, tier or day. Models are matched by identity: the library's own substring rules would price
 * `titan-embed-text-v2` as v1 and any future `claude-sonnet-5-x` as Sonnet 5.
 */
export function listedBands(
  identity: ModelIdentity,
  tier: PriceTier,
  at: number,
): readonly RateBand[] | undefined {
  const found = (LISTED[tier].get(identity.family) ?? []).filter((m) => sameModel(m.identity, identity));
  const [model] = found;
  if (model === undefined || found.length > 1) return undefined;
  const prices = Array.isArray(model.prices) ? pricesAt(model.prices, at) : model.prices;
  return prices === undefined ? undefined : bandsOf(identity.family, prices);
}

function indexByTier(models: readonly ModelInfo[]): Record<PriceTier, Map<string, ListedModel[]>> {
  const index: Record<PriceTier, Map<string, ListedModel[]>> = { global: new Map(), regional: new Map() };
  for (const model of models) {
    const tier: PriceTier = model.id.startsWith("global.") ? "global" : "regional";
    const identity = identify(model.id.replace(/^(?:global|regional)\./, ""));
    const family = index[tier].get(identity.family) ?? [];
    family.push({ identity, prices: model.prices });
    index[tier].set(identity.family, family);
  }
  return index;
}

function pricesAt(conditions: readonly ConditionalPrice[], at: number): ModelPrice | undefined {
  return conditions.findLast(({ constraint }) => {
    if (constraint === undefined) return true;
    // A price by time of day cannot be memoised per day; Bedrock has none.
    return constraint.type === "start_date" && Date.parse(constraint.start_date) <= at;
  })?.prices;
}

function bandsOf(family: string, listed: ModelPrice): readonly RateBand[] | undefined {
  // A log has one count for text and audio tokens, so a model that bills them apart cannot be priced from it.
  if (Object.keys(listed).some((key) => !Object.hasOwn(LIST_KEYS, key))) return undefined;
  const starts = Object.values(listed).flatMap((price) =>
    typeof price === "object" ? price.tiers.map((tier) => tier.start) : [],
  );
  const bands: RateBand[] = [];
  for (const above of [...new Set([EVERY_REQUEST, ...starts])].sort((a, b) => a - b)) {
    const prices = pricesAbove(listed, above);
    if (prices === undefined) return undefined;
    bands.push({ above, rates: ratesOf(family, prices) });
  }
  return bands;
}

function pricesAbove(listed: ModelPrice, above: number): TokenPrices | undefined {
  const prices: { -readonly [K in keyof TokenPrices]?: TokenPrices[K] } = {};
  for (const [listKey, key] of Object.entries(LIST_KEYS)) {
    const price = listed[listKey];
    if (price === undefined) continue;
    prices[key] =
      typeof price === "number"
        ? price
        : (price.tiers.filter((tier) => tier.start <= above).at(-1)?.price ?? price.base);
  }
  const { input } = prices;
  return input === undefined ? undefined : { ...prices, input };
}

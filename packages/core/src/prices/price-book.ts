import * as z from "zod";
import type { ModelRef, Usage } from "../records/invocation.ts";
import { isPublished, parseModelId } from "../records/model.ts";
import { identify } from "./model-identity.ts";
import { findOverride } from "./override-lookup.ts";
import { BUILT_IN_OVERRIDES, type PriceOverride, priceOverrideSchema } from "./overrides.ts";
import type { Price, Pricing, Unpriced } from "./price.ts";
import { listedBands, type PriceTier } from "./price-list.ts";
import { PRICES_AS_OF, priceVersion } from "./price-version.ts";
import { EVERY_REQUEST, type RateBand, ratesOf } from "./rates.ts";
import { costOf, isCounted } from "./token-cost.ts";

/** Prices invocations; pure, offline, and never a guess. */
export interface PriceBook {
  /**
   * USD of one call at event time `at` (ms). A failed call is $0 (Bedrock bills none); a call without valid token
   * counts, an unresolved profile, or a token kind without a known price is `unpriced`.
   */
  price(
    model: ModelRef,
    usage: Usage | undefined,
    at: number,
    context: { readonly failed: boolean; readonly region: string },
  ): Pricing;
}

interface PriceBookOptions {
  /** Application inference profile id or ARN (or any other opaque model id) → model id. */
  readonly profiles?: Readonly<Record<string, string>>;
  /** Lines that go before the built-in ones and the price list. */
  readonly prices?: readonly PriceOverride[];
}

const DAY_MS = 86_400_000;
const MEMO_LIMIT = 4_096;

const FREE: Price = {
  kind: "priced",
  usd: 0,
  picoUsd: 0,
  parts: { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 },
  version: PRICES_AS_OF,
};

type UnitPrices =
  | {
      readonly kind: "rates";
      readonly model: ModelRef;
      readonly bands: readonly RateBand[];
      readonly version: string;
    }
  | Unpriced;

/** Creates a price book; unit prices are looked up once per model, Region and UTC day. Throws ZodError for an invalid override. */
export function createPriceBook(options: PriceBookOptions = {}): PriceBook {
  const overrides = z.array(priceOverrideSchema).parse(options.prices ?? []);
  const profiles = profileIndex(options.profiles ?? {});
  const memo = new Map<string, UnitPrices>();

  function unitPrices(model: ModelRef, at: number, region: string): UnitPrices {
    const day = Math.floor(at / DAY_MS);
    const key = `${day} ${region} ${model.raw}`;
    const known = memo.get(key);
    if (known !== undefined) return known;
    const found = lookUp(model, profiles, overrides, { region, at: day * DAY_MS });
    if (memo.size >= MEMO_LIMIT) memo.clear();
    memo.set(key, found);
    return found;
  }

  return {
    price(model, usage, at, { failed, region }) {
      if (failed) return FREE;
      if (usage === undefined || !isCounted(usage)) return unpriced("no_usage", model);
      const unit = unitPrices(model, at, region);
      if (unit.kind === "unpriced") return unit;
      return costOf(unit.bands, usage, unit.version) ?? unpriced("unknown_model", unit.model);
    },
  };
}

function lookUp(
  model: ModelRef,
  profiles: ReadonlyMap<string, string>,
  overrides: readonly PriceOverride[],
  day: { readonly region: string; readonly at: number },
): UnitPrices {
  const target = profiles.get(model.raw) ?? profiles.get(model.id);
  const resolved = target === undefined ? model : parseModelId(target);
  const tier: PriceTier = resolved.tier === "global" ? "global" : "regional";
  const identity = identify(resolved.id);
  const call = { ...day, tier };
  const mapped = target === undefined ? [] : [{ profile: model.raw, target }];
  const line = findOverride(overrides, resolved, call) ?? findOverride(BUILT_IN_OVERRIDES, resolved, call);
  if (line !== undefined) {
    const rates = ratesOf(identity.family, line);
    const version = priceVersion(...mapped, line);
    return { kind: "rates", model: resolved, bands: [{ above: EVERY_REQUEST, rates }], version };
  }
  if (resolved.kind === "application-inference-profile") return unpriced("unresolved_profile", model);
  const bands = isPublished(resolved) ? listedBands(identity, tier, day.at) : undefined;
  if (bands === undefined) return unpriced("unknown_model", resolved);
  return { kind: "rates", model: resolved, bands, version: priceVersion(...mapped) };
}

function profileIndex(profiles: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const entries = Object.entries(profiles);
  const byId = entries.map(([key, target]) => [key.slice(key.lastIndexOf("/") + 1), target] as const);
  return new Map([...byId, ...entries]);
}

function unpriced(reason: Unpriced["reason"], model: ModelRef): Unpriced {
  return { kind: "unpriced", reason, model: model.raw };
}

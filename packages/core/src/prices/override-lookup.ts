import type { ModelRef } from "../records/invocation.ts";
import { isPublished } from "../records/model.ts";
import { identify, sameModel } from "./model-identity.ts";
import type { PriceOverride } from "./overrides.ts";
import type { PriceTier } from "./price-list.ts";

/**
 * The override line in force for a call at `at` (ms): a line for the Region goes before one for all, then the latest
 * `validFrom`, then the last written.
 */
export function findOverride(
  overrides: readonly PriceOverride[],
  model: ModelRef,
  call: { readonly tier: PriceTier; readonly region: string; readonly at: number },
): PriceOverride | undefined {
  let best: PriceOverride | undefined;
  for (const line of overrides) {
    if (line.tier !== call.tier || !inForce(line, call.at)) continue;
    if (line.region !== undefined && line.region !== call.region) continue;
    if (names(line.model, model) && !(best !== undefined && goesBefore(best, line))) best = line;
  }
  return best;
}

const DAY_MS = 86_400_000;

const inForce = ({ validFrom, validUntil }: PriceOverride, at: number): boolean =>
  Date.parse(validFrom) <= at && (validUntil === undefined || at < Date.parse(validUntil) + DAY_MS);

function names(id: string, model: ModelRef): boolean {
  if (id === model.id || id === model.raw) return true;
  return isPublished(model) && sameModel(identify(id), identify(model.id));
}

function goesBefore(a: PriceOverride, b: PriceOverride): boolean {
  if ((a.region === undefined) !== (b.region === undefined)) return a.region !== undefined;
  return a.validFrom > b.validFrom;
}

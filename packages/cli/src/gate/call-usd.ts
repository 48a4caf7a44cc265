import type { PriceBook } from "@bellwether/core/prices/price-book";
import { parseModelId } from "@bellwether/core/records/model";

/** USD of one call by today's price book; null when its model or a kind of its tokens is unpriced. */
export function callUsd(
  modelId: string,
  usage: Parameters<PriceBook["price"]>[1],
  prices: PriceBook,
): number | null {
  const price = prices.price(parseModelId(modelId), usage, Date.now(), { failed: false, region: "" });
  return price.kind === "priced" ? price.usd : null;
}

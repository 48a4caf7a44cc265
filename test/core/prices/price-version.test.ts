import type { PriceOverride } from "@bellwether/core/prices/overrides";
import { createPriceBook } from "@bellwether/core/prices/price-book";
import { PRICES_AS_OF, priceVersion } from "@bellwether/core/prices/price-version";
import { parseModelId } from "@bellwether/core/records/model";
import { describe, expect, it } from "vitest";
import { NOVEMBER, OK, ref, usage } from "./calls.ts";

const NOVA = "amazon.nova-lite-v1:0";
const discount: PriceOverride = {
  model: NOVA,
  tier: "regional",
  input: 0.05,
  output: 0.2,
  validFrom: "2026-01-01",
  source: "contract 4711",
};
const PROFILE = "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/a1b2c3d4e5f6";

function versionOf(id: string, options: Parameters<typeof createPriceBook>[0] = {}): string {
  const pricing = createPriceBook(options).price(parseModelId(id), usage({ inputTokens: 1 }), NOVEMBER, OK);
  if (pricing.kind === "unpriced") throw new Error(`${id}: ${pricing.reason}`);
  return pricing.version;
}

describe("a price version", () => {
  it("is the day of the list for a listed price, whatever is configured for other models", () => {
    expect(PRICES_AS_OF).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(versionOf(NOVA)).toBe(PRICES_AS_OF);
    expect(versionOf("amazon.nova-pro-v1:0", { prices: [discount] })).toBe(PRICES_AS_OF);
  });

  it("names the line that priced the call: another amount is another version, the order of its fields is not", () => {
    const version = versionOf(NOVA, { prices: [discount] });
    expect(version).toMatch(new RegExp(`^${PRICES_AS_OF}\\+[0-9a-f]{8}$`));
    expect(versionOf(NOVA, { prices: [{ ...discount, input: 0.051 }] })).not.toBe(version);
    const { source, validFrom, ...rest } = discount;
    expect(versionOf(NOVA, { prices: [{ source, validFrom, ...rest }] })).toBe(version);
    expect(priceVersion({ a: 1, b: undefined })).toBe(priceVersion({ a: 1 }));
  });

  it("tells built-in lines from the list, and a mapped profile from its model", () => {
    expect(versionOf("amazon.titan-embed-text-v2:0")).not.toBe(PRICES_AS_OF);
    const mapped = versionOf(PROFILE, { profiles: { [PROFILE]: NOVA } });
    expect(mapped).not.toBe(PRICES_AS_OF);
    expect(versionOf(PROFILE, { profiles: { [PROFILE]: "amazon.nova-pro-v1:0" } })).not.toBe(mapped);
  });

  it("stands on a free failed call too", () => {
    const failed = { failed: true, region: "us-east-1" };
    expect(createPriceBook().price(ref(NOVA), undefined, NOVEMBER, failed)).toMatchObject({
      picoUsd: 0,
      version: PRICES_AS_OF,
    });
  });
});

import {
  BUILT_IN_OVERRIDES,
  type PriceOverride,
  priceOverrideSchema,
} from "@bellwether/core/prices/overrides";
import { createPriceBook } from "@bellwether/core/prices/price-book";
import { parseModelId } from "@bellwether/core/records/model";
import { describe, expect, it } from "vitest";
import { NOVEMBER, OK, ref, usage } from "./calls.ts";

const MILLION = usage({ inputTokens: 1_000_000 });

function line(fields: Partial<PriceOverride>): PriceOverride {
  return {
    model: "amazon.nova-lite-v1:0",
    tier: "regional",
    input: 0.05,
    output: 0.2,
    validFrom: "2026-01-01",
    source: "contract",
    ...fields,
  };
}

describe("price overrides", () => {
  it("are valid as shipped", () => {
    for (const built of BUILT_IN_OVERRIDES) expect(priceOverrideSchema.parse(built)).toEqual(built);
  });

  it.each([
    { input: Number.NaN },
    { input: -0.01 },
    { output: Number.POSITIVE_INFINITY },
    { cacheRead: -1 },
    { validFrom: "2026-02-30" },
    { validFrom: "January" },
    { model: "" },
    { model: "us.amazon.nova-lite-v1:0" },
    { model: "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0" },
    { model: "arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.amazon.nova-lite-v1:0" },
    { validUntil: "2025-12-31" },
    { validUntil: "later" },
    { source: "" },
    { inputs: 1 },
  ])("refuse %o", (fields) => {
    expect(() => createPriceBook({ prices: [line(fields)] })).toThrow();
  });

  it("go before the price list and before the built-in lines, for their tier only", () => {
    const book = createPriceBook({
      prices: [line({}), line({ model: "amazon.titan-embed-text-v2:0", input: 0.01 })],
    });
    expect(book.price(ref("amazon.nova-lite-v1:0"), MILLION, NOVEMBER, OK)).toMatchObject({ usd: 0.05 });
    expect(book.price(ref("amazon.titan-embed-text-v2:0"), MILLION, NOVEMBER, OK)).toMatchObject({
      usd: 0.01,
    });
    expect(book.price(ref("amazon.nova-lite-v1:0", "global"), MILLION, NOVEMBER, OK).kind).toBe("unpriced");
  });

  it("apply from their first UTC day, the latest one wins in any order", () => {
    const dated = [line({ input: 0.04, validFrom: "2026-06-01" }), line({ input: 0.05 })];
    for (const overrides of [dated, dated.toReversed()]) {
      const book = createPriceBook({ prices: overrides });
      const priceOn = (at: number) => book.price(ref("amazon.nova-lite-v1:0"), MILLION, at, OK);
      expect(priceOn(Date.UTC(2026, 0, 1) - 1)).toMatchObject({ usd: 0.06 });
      expect(priceOn(Date.UTC(2026, 0, 1))).toMatchObject({ usd: 0.05 });
      expect(priceOn(Date.UTC(2026, 5, 1) - 1)).toMatchObject({ usd: 0.05 });
      expect(priceOn(Date.UTC(2026, 5, 1))).toMatchObject({ usd: 0.04 });
    }
  });

  it("end with their last UTC day: before it and after it another line or the list holds", () => {
    const book = createPriceBook({
      prices: [
        line({ input: 0.02, validFrom: "2026-06-01", validUntil: "2026-06-30" }),
        line({ input: 0.05 }),
      ],
    });
    const priceOn = (at: number) => book.price(ref("amazon.nova-lite-v1:0"), MILLION, at, OK);
    expect(priceOn(Date.UTC(2026, 5, 1) - 1)).toMatchObject({ usd: 0.05 });
    expect(priceOn(Date.UTC(2026, 6, 1) - 1)).toMatchObject({ usd: 0.02 });
    expect(priceOn(Date.UTC(2026, 6, 1))).toMatchObject({ usd: 0.05 });
  });

  it("for one Region go before lines for all, in that Region only", () => {
    const regional = [line({ region: "eu-west-2", input: 0.08 }), line({ validFrom: "2026-03-01" })];
    for (const overrides of [regional, regional.toReversed()]) {
      const book = createPriceBook({ prices: overrides });
      const priceIn = (region: string) =>
        book.price(ref("amazon.nova-lite-v1:0"), MILLION, NOVEMBER, { failed: false, region });
      expect(priceIn("eu-west-2")).toMatchObject({ usd: 0.08 });
      expect(priceIn("us-east-1")).toMatchObject({ usd: 0.05 });
    }
  });

  it("price a custom model by id or ARN, and no other one", () => {
    const raw = "arn:aws:bedrock:us-east-1:111122223333:imported-model/abc123def456";
    for (const model of [raw, "abc123def456"]) {
      const book = createPriceBook({ prices: [line({ model, input: 1.5 })] });
      expect(book.price(parseModelId(raw), MILLION, NOVEMBER, OK)).toMatchObject({ usd: 1.5 });
      expect(book.price(parseModelId(`${raw}7`), MILLION, NOVEMBER, OK).kind).toBe("unpriced");
    }
  });

  it("may leave out date and version of the model, not its name", () => {
    const book = createPriceBook({ prices: [line({ model: "anthropic.claude-haiku-4-5", input: 0.9 })] });
    const haiku = ref("anthropic.claude-haiku-4-5-20251001-v1:0", "geo");
    expect(book.price(haiku, MILLION, NOVEMBER, OK)).toMatchObject({ usd: 0.9 });
    expect(book.price(ref("anthropic.claude-haiku-4-5-1"), MILLION, NOVEMBER, OK).kind).toBe("unpriced");
  });

  it("leave cached tokens unpriced when they state no cache price", () => {
    const book = createPriceBook({ prices: [line({ model: "vendor.new-model" })] });
    const cached = usage({ inputTokens: 1, cacheWriteTokens: 1 });
    expect(book.price(ref("vendor.new-model"), cached, NOVEMBER, OK)).toMatchObject({
      reason: "unknown_model",
    });
  });
});

import { identify, sameModel } from "@bellwether/core/prices/model-identity";
import { BUILT_IN_OVERRIDES } from "@bellwether/core/prices/overrides";
import { createPriceBook } from "@bellwether/core/prices/price-book";
import { calcPrice, findProvider, type ModelInfo } from "@pydantic/genai-prices";
import { describe, expect, it } from "vitest";
import { NOVEMBER, OK, ref, usage } from "./calls.ts";

const models = findProvider({ providerId: "aws" })?.models ?? [];
const book = createPriceBook();

function refOf(model: ModelInfo) {
  const id = model.id.replace(/^(?:global|regional)\./, "");
  return ref(id, model.id.startsWith("global.") ? "global" : "regional");
}

/** Kinds that the library lists, with token counts that are all different. */
function countsFor(model: ModelInfo, timestamp: Date, scale: number) {
  const prices = calcPrice({ input_tokens: 0 }, model.id.replace("regional.", "us."), {
    providerId: "aws",
    timestamp,
  })?.model_price;
  if (prices === undefined) throw new Error(`the library does not match its own id ${model.id}`);
  return usage({
    inputTokens: 7_001 * scale,
    outputTokens: prices.output_mtok === undefined ? 0 : 903 * scale,
    cacheReadTokens: prices.cache_read_mtok === undefined ? 0 : 5_003 * scale,
    cacheWriteTokens: prices.cache_write_mtok === undefined ? 0 : 2_011 * scale,
  });
}

describe("agreement with the price library", () => {
  // Speech models bill audio tokens apart, which a log does not; the rest must agree wherever the library has a price.
  const text = models.filter((model) => !model.id.includes("sonic"));

  it("has models to compare", () => {
    expect(text.length).toBeGreaterThan(80);
  });

  describe.each([NOVEMBER, Date.UTC(2026, 6, 20), Date.UTC(2026, 7, 20)])("on day %d", (at) => {
    // 30 × brings the input over 272,000 tokens, where GPT-5.6 has a second price.
    it.each([1, 30])("prices every listed text model as the library does, tokens × %d", (scale) => {
      for (const model of text) {
        const counts = countsFor(model, new Date(at), scale);
        const priced = book.price(refOf(model), counts, at, OK);
        const expected = calcPrice(
          {
            input_tokens: counts.inputTokens + counts.cacheReadTokens + counts.cacheWriteTokens,
            output_tokens: counts.outputTokens,
            cache_read_tokens: counts.cacheReadTokens,
            cache_write_tokens: counts.cacheWriteTokens,
          },
          model.id.replace("regional.", "us."),
          { providerId: "aws", timestamp: new Date(at) },
        );
        expect(priced.kind, model.id).toBe("priced");
        if (priced.kind === "priced")
          expect(priced.usd, model.id).toBeCloseTo(expected?.total_price ?? -1, 11);
      }
    });
  });

  it("does not price speech models from a count that mixes text and audio", () => {
    const sonic = models.filter((model) => model.id.includes("sonic"));
    expect(sonic.length).toBeGreaterThan(0);
    for (const model of sonic) {
      expect(book.price(refOf(model), usage({ inputTokens: 1 }), NOVEMBER, OK).kind).toBe("unpriced");
    }
  });

  it("overrides only what the library lacks or prices as another model", () => {
    for (const line of BUILT_IN_OVERRIDES) {
      const id = line.tier === "global" ? `global.${line.model}` : line.model;
      const listed = calcPrice({ input_tokens: 0 }, id, { providerId: "aws" })?.model.id;
      const known = identify((listed ?? "none").replace(/^(?:global|regional)\./, ""));
      expect(sameModel(known, identify(line.model)), `${id} is listed as ${listed}`).toBe(false);
    }
  });
});

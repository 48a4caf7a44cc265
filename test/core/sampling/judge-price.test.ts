import { parseConfig } from "@bellwether/core/config/config";
import { createPriceBook } from "@bellwether/core/prices/price-book";
import { judgePrice } from "@bellwether/core/sampling/judge-price";
import { describe, expect, it } from "vitest";

const AT = Date.UTC(2026, 5, 1);
const HAIKU = "us.anthropic.claude-haiku-4-5-20251001-v1:0";
const LITE = "amazon.nova-lite-v1:0";
function usd(judge: object): number | undefined {
  const config = parseConfig({ judge });
  return judgePrice([], AT, config, createPriceBook(config))?.usd;
}

describe("the list price of a judgement", () => {
  it("counts every draw of every judge of the panel", () => {
    const [haiku, lite] = [usd({ modelId: HAIKU }) ?? Number.NaN, usd({ modelId: LITE }) ?? Number.NaN];
    expect(usd({ modelId: HAIKU, draws: 3 })).toBeCloseTo(3 * haiku, 12);
    expect(usd({ modelId: HAIKU, panel: [LITE, HAIKU], draws: 2 })).toBeCloseTo(2 * (haiku + lite), 12);
  });

  it("is unknown when one judge of the panel has no price", () => {
    expect(usd({ panel: [HAIKU, "acme.unknown-v1:0"] })).toBeUndefined();
  });
});

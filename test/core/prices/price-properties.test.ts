import { createPriceBook } from "@bellwether/core/prices/price-book";
import type { Usage } from "@bellwether/core/records/invocation";
import { findProvider } from "@pydantic/genai-prices";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NOVEMBER, OK, ref } from "./calls.ts";

const book = createPriceBook();

/** Listed models that price cache reads and both cache writes; without OpenAI, whose price jumps with the input. */
const cachingModels = (findProvider({ providerId: "aws" })?.models ?? [])
  .map(({ id }) =>
    ref(id.replace(/^(?:global|regional)\./, ""), id.startsWith("global.") ? "global" : "regional"),
  )
  .filter((model) => {
    const every = {
      inputTokens: 1,
      outputTokens: 1,
      cacheReadTokens: 1,
      cacheWriteTokens: 2,
      cacheWrite1hTokens: 1,
    };
    return !model.id.startsWith("openai.") && book.price(model, every, NOVEMBER, OK).kind === "priced";
  });

const model = fc.constantFrom(...cachingModels);
const tokens = fc.nat({ max: 400_000 });
const usages: fc.Arbitrary<Usage> = fc
  .record({
    inputTokens: tokens,
    outputTokens: tokens,
    cacheReadTokens: tokens,
    write5m: tokens,
    write1h: tokens,
  })
  .map(({ write5m, write1h, ...counts }) => ({
    ...counts,
    cacheWriteTokens: write5m + write1h,
    cacheWrite1hTokens: write1h,
  }));

function priced(...[of, usage]: [(typeof cachingModels)[number], Usage]) {
  const pricing = book.price(of, usage, NOVEMBER, OK);
  if (pricing.kind === "unpriced") throw new Error(`${of.raw}: ${pricing.reason}`);
  return pricing;
}

function plus(a: Usage, b: Usage): Usage {
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
    cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
    cacheWrite1hTokens: a.cacheWrite1hTokens + b.cacheWrite1hTokens,
  };
}

describe("prices of all models with a cache", () => {
  it("covers Claude and Nova", () => {
    expect(cachingModels.length).toBeGreaterThan(25);
  });

  it("are whole, never negative, and the sum of their parts", () => {
    fc.assert(
      fc.property(model, usages, (of, usage) => {
        const { usd, picoUsd, parts } = priced(of, usage);
        expect(Number.isSafeInteger(picoUsd)).toBe(true);
        expect(Math.min(picoUsd, ...Object.values(parts))).toBeGreaterThanOrEqual(0);
        const sum = parts.input + parts.output + parts.cacheRead + parts.cacheWrite5m + parts.cacheWrite1h;
        expect(sum).toBe(picoUsd);
        expect(usd).toBe(picoUsd / 1e12);
      }),
    );
  });

  it("add up exactly over calls, in any order", () => {
    fc.assert(
      fc.property(model, usages, usages, (of, a, b) => {
        expect(priced(of, a).picoUsd + priced(of, b).picoUsd).toBe(priced(of, plus(a, b)).picoUsd);
      }),
    );
  });

  it("never rise when input tokens become cache reads, and fall by exactly the difference of the two prices", () => {
    fc.assert(
      fc.property(model, usages, fc.nat({ max: 400_000 }), (of, usage, wanted) => {
        const moved = Math.min(wanted, usage.inputTokens);
        const cached = {
          ...usage,
          inputTokens: usage.inputTokens - moved,
          cacheReadTokens: usage.cacheReadTokens + moved,
        };
        const none = {
          inputTokens: 0,
          outputTokens: 0,
          cacheReadTokens: 0,
          cacheWriteTokens: 0,
          cacheWrite1hTokens: 0,
        };
        const saved =
          priced(of, { ...none, inputTokens: moved }).picoUsd -
          priced(of, { ...none, cacheReadTokens: moved }).picoUsd;
        expect(saved).toBeGreaterThanOrEqual(0);
        expect(priced(of, usage).picoUsd - priced(of, cached).picoUsd).toBe(saved);
      }),
    );
  });
});

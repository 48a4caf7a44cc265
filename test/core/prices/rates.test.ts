import { picoPerToken, ratesOf } from "@bellwether/core/prices/rates";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

describe("picoPerToken", () => {
  it.each([
    [0.00875, 8_750],
    [0.0825, 82_500],
    [3.4375, 3_437_500],
    [1.005, 1_005_000],
    [75, 75_000_000],
    [0, 0],
  ])("$%d per million tokens is %d pico-dollars a token", (usd, pico) => {
    expect(picoPerToken(usd)).toBe(pico);
  });

  it("is whole for every price with up to six decimals", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000_000 }), (micro) => {
        expect(picoPerToken(micro / 1e6)).toBe(micro);
      }),
    );
  });

  it("rounds finer prices to a pico-dollar per 1,000 tokens", () => {
    expect(picoPerToken(0.000_000_123_4)).toBe(0.123);
    expect(picoPerToken(0.000_000_123_6)).toBe(0.124);
  });

  it.each([Number.NaN, -0.01, Number.POSITIVE_INFINITY])("refuses %d", (usd) => {
    expect(() => picoPerToken(usd)).toThrow(RangeError);
  });
});

describe("ratesOf", () => {
  it("fills in only the cache-write prices that a vendor's rule gives", () => {
    expect(ratesOf("anthropic.claude-x", { input: 1.1, cacheRead: 0.11, cacheWrite5m: 1.375 })).toEqual({
      input: 1_100_000,
      output: undefined,
      cacheRead: 110_000,
      cacheWrite5m: 1_375_000,
      cacheWrite1h: 2_200_000,
    });
    expect(ratesOf("amazon.nova-x", { input: 0.06, cacheRead: 0.015 })).toMatchObject({
      cacheWrite5m: 60_000,
      cacheWrite1h: 60_000,
    });
  });

  it("keeps listed prices and invents none for models without caching or of other vendors", () => {
    const listed = { input: 1, cacheRead: 0.1, cacheWrite5m: 1.25, cacheWrite1h: 1.9 };
    expect(ratesOf("anthropic.claude-x", listed)).toMatchObject({ cacheWrite1h: 1_900_000 });
    for (const family of ["anthropic.claude-x", "amazon.nova-x", "amazon.titan-x", "meta.llama"]) {
      expect(ratesOf(family, { input: 1, output: 5 })).toEqual({
        input: 1_000_000,
        output: 5_000_000,
        cacheRead: undefined,
        cacheWrite5m: undefined,
        cacheWrite1h: undefined,
      });
    }
    expect(
      ratesOf("openai.gpt-x", { input: 1, cacheRead: 0.1, cacheWrite5m: 1.25 }).cacheWrite1h,
    ).toBeUndefined();
  });
});

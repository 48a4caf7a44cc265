import { createPriceBook } from "@bellwether/core/prices/price-book";
import { PRICES_AS_OF } from "@bellwether/core/prices/price-version";
import { parseModelId } from "@bellwether/core/records/model";
import { describe, expect, it } from "vitest";
import { NOVEMBER, OK, ref, usage } from "./calls.ts";

const HAIKU = "anthropic.claude-haiku-4-5-20251001-v1:0";
const PROFILE_ARN = "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/a1b2c3d4e5f6";

const book = createPriceBook();

describe("createPriceBook", () => {
  it("bills each token kind at its own price, cached tokens once", () => {
    // Haiku 4.5 in the US: 1200 × 1.1 + 350 × 5.5 + 9000 × 0.11 + (5000 − 2000) × 1.375 + 2000 × 2.2 = 12,760 per million
    const priced = book.price(
      ref(HAIKU, "geo"),
      usage({
        inputTokens: 1_200,
        outputTokens: 350,
        cacheReadTokens: 9_000,
        cacheWriteTokens: 5_000,
        cacheWrite1hTokens: 2_000,
      }),
      NOVEMBER,
      OK,
    );
    expect(priced).toEqual({
      kind: "priced",
      usd: 0.01276,
      picoUsd: 12_760_000_000,
      parts: {
        input: 1_320_000_000,
        output: 1_925_000_000,
        cacheRead: 990_000_000,
        cacheWrite5m: 4_125_000_000,
        cacheWrite1h: 4_400_000_000,
      },
      version: PRICES_AS_OF,
    });
  });

  it("charges the regional price 10 % above the global one", () => {
    const counts = usage({ inputTokens: 1_000, outputTokens: 1_000 });
    expect(book.price(ref(HAIKU, "global"), counts, NOVEMBER, OK)).toMatchObject({ usd: 0.006 });
    expect(book.price(ref(HAIKU, "geo"), counts, NOVEMBER, OK)).toMatchObject({ usd: 0.0066 });
    expect(book.price(ref(HAIKU, "regional"), counts, NOVEMBER, OK)).toMatchObject({ usd: 0.0066 });
  });

  it.each([
    ["us.anthropic.claude-sonnet-4-5-20250929-v1:0", 3.3],
    ["in.anthropic.claude-sonnet-4-5-20250929-v1:0", 3.3],
    ["arn:aws:bedrock:us-west-2:111122223333:inference-profile/us.anthropic.claude-sonnet-4-6", 3.3],
    ["arn:aws:bedrock:us-west-2:111122223333:inference-profile/global.anthropic.claude-opus-4-7", 5],
    ["arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0", 0.06],
    ["amazon.nova-lite-v1:0:300k", 0.06],
    ["apac.amazon.nova-2-lite-v1:0", 0.33],
    ["amazon.nova-2-lite-v1:0", 0.33],
    ["us.anthropic.claude-fable-5-1", 11],
  ])("prices the id form %s", (raw, usd) => {
    const priced = book.price(parseModelId(raw), usage({ inputTokens: 1_000_000 }), NOVEMBER, OK);
    expect(priced).toMatchObject({ kind: "priced", usd });
  });

  it("prices a failed call at $0, whatever its model and usage", () => {
    const failed = { failed: true, region: "us-east-1" };
    for (const model of [ref(HAIKU), ref("vendor.never-heard-of"), parseModelId(PROFILE_ARN)]) {
      for (const counts of [undefined, usage({ inputTokens: 500 })]) {
        expect(book.price(model, counts, NOVEMBER, failed)).toMatchObject({
          kind: "priced",
          usd: 0,
          picoUsd: 0,
        });
      }
    }
  });

  it("prices a successful call with zero tokens at $0, one without counts not at all", () => {
    expect(book.price(ref(HAIKU), usage({}), NOVEMBER, OK)).toMatchObject({ kind: "priced", usd: 0 });
    expect(book.price(ref(HAIKU), undefined, NOVEMBER, OK)).toEqual({
      kind: "unpriced",
      reason: "no_usage",
      model: HAIKU,
    });
  });

  it.each([
    { inputTokens: Number.NaN },
    { outputTokens: -1 },
    { cacheReadTokens: 0.5 },
    { inputTokens: Number.POSITIVE_INFINITY },
    { cacheWriteTokens: 10, cacheWrite1hTokens: 11 },
  ])("refuses the impossible counts %o", (counts) => {
    expect(book.price(ref(HAIKU), usage(counts), NOVEMBER, OK)).toMatchObject({ reason: "no_usage" });
  });

  it.each([
    "vendor.never-heard-of-v1:0",
    "anthropic.claude-sonnet-5-9",
    "anthropic.claude-opus-4-50",
    "anthropic.claude-3-5-sonnet",
    "amazon.titan-embed-text-v3:0",
    "amazon.nova-2-pro-v1:0",
    "anthropic.claude-mythos-5",
    "constructor",
    "__proto__",
    "",
  ])("does not guess a price for %j", (id) => {
    expect(book.price(ref(id), usage({ inputTokens: 1 }), NOVEMBER, OK)).toEqual({
      kind: "unpriced",
      reason: "unknown_model",
      model: id,
    });
  });

  it("does not price a cached call of a model without a cache price", () => {
    const llama = ref("meta.llama3-3-70b-instruct-v1:0");
    expect(book.price(llama, usage({ inputTokens: 10 }), NOVEMBER, OK).kind).toBe("priced");
    expect(book.price(llama, usage({ inputTokens: 10, cacheReadTokens: 1 }), NOVEMBER, OK)).toEqual({
      kind: "unpriced",
      reason: "unknown_model",
      model: "meta.llama3-3-70b-instruct-v1:0",
    });
  });

  it.each([
    "arn:aws:bedrock:us-east-1:111122223333:provisioned-model/abc123def456",
    "arn:aws:bedrock:us-east-1:111122223333:imported-model/abc123def456",
    "arn:aws:bedrock:us-east-1:111122223333:custom-model/amazon.nova-lite-v1:0:300k/abc123def456",
    "arn:aws:bedrock:us-east-1:111122223333:imported-model/amazon.nova-lite-v1:0",
  ])("knows no token price for %s", (raw) => {
    expect(book.price(parseModelId(raw), usage({ inputTokens: 1 }), NOVEMBER, OK)).toEqual({
      kind: "unpriced",
      reason: "unknown_model",
      model: raw,
    });
  });

  it("follows a dated price change on its day", () => {
    // GPT-5.6 Luna in-Region: $1.10 at launch, $0.22 from 2026-07-30.
    const luna = ref("openai.gpt-5.6-luna");
    const before = Date.UTC(2026, 6, 30) - 1;
    expect(book.price(luna, usage({ inputTokens: 100_000 }), before, OK)).toMatchObject({ usd: 0.11 });
    expect(book.price(luna, usage({ inputTokens: 100_000 }), before + 1, OK)).toMatchObject({ usd: 0.022 });
  });

  it("chooses the long-context price by the whole input, cached tokens included", () => {
    // GPT-5.6 Sol global: $4 up to 272,000 input tokens, then $8; cache reads $0.40, then $0.80.
    const sol = ref("openai.gpt-5.6-sol", "global");
    const below = usage({ inputTokens: 1_000, cacheReadTokens: 270_999 });
    const above = usage({ inputTokens: 1_000, cacheReadTokens: 271_000 });
    expect(book.price(sol, below, NOVEMBER, OK)).toMatchObject({ picoUsd: 1_000 * 4e6 + 270_999 * 4e5 });
    expect(book.price(sol, above, NOVEMBER, OK)).toMatchObject({ picoUsd: 1_000 * 8e6 + 271_000 * 8e5 });
  });
});

describe("application inference profiles", () => {
  const call = usage({ inputTokens: 1_000_000 });
  const profile = parseModelId(PROFILE_ARN);

  it("stay unpriced under their whole ARN while unresolved", () => {
    const unresolved = { kind: "unpriced", reason: "unresolved_profile", model: PROFILE_ARN };
    expect(book.price(profile, call, NOVEMBER, OK)).toEqual(unresolved);
    const chained = createPriceBook({ profiles: { [PROFILE_ARN]: `${PROFILE_ARN}0` } });
    expect(chained.price(profile, call, NOVEMBER, OK)).toEqual(unresolved);
  });

  it.each([
    [PROFILE_ARN, `us.${HAIKU}`, 1.1],
    ["a1b2c3d4e5f6", `us.${HAIKU}`, 1.1],
    ["a1b2c3d4e5f6", `global.${HAIKU}`, 1],
    [PROFILE_ARN, `arn:aws:bedrock:us-east-1::foundation-model/${HAIKU}`, 1.1],
  ])("resolve by %s to %s", (key, target, usd) => {
    const resolving = createPriceBook({ profiles: { [key]: target } });
    expect(resolving.price(profile, call, NOVEMBER, OK)).toMatchObject({ kind: "priced", usd });
  });

  it("name the resolved model when that one has no price", () => {
    const resolving = createPriceBook({ profiles: { a1b2c3d4e5f6: "vendor.never-heard-of" } });
    expect(resolving.price(profile, call, NOVEMBER, OK)).toEqual({
      kind: "unpriced",
      reason: "unknown_model",
      model: "vendor.never-heard-of",
    });
  });

  it("resolve through the same map as provisioned and custom models", () => {
    const raw = "arn:aws:bedrock:us-east-1:111122223333:provisioned-model/abc123def456";
    const resolving = createPriceBook({ profiles: { [raw]: "amazon.nova-lite-v1:0" } });
    expect(resolving.price(parseModelId(raw), call, NOVEMBER, OK)).toMatchObject({ usd: 0.06 });
  });
});

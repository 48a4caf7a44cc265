import { parseConfig } from "@bellwether/core/config/config";
import { outputBurndown } from "@bellwether/core/quotas/burndown";
import { type BucketLoad, bucketLoad, quotaGauges, quotaUsed } from "@bellwether/core/quotas/quota-use";
import { foldItems } from "@bellwether/core/windows/fold";
import { describe, expect, it } from "vitest";
import { answeredItems, START, segment } from "../rollup/folds.ts";

const HAIKU = "anthropic.claude-haiku-4-5-20251001-v1:0";
const NOVA = "amazon.nova-lite-v1:0";
const load = (model: string, requests: number, inputTokens = 0, outputTokens = 0, start = 0): BucketLoad => ({
  start,
  models: [{ model, requests, inputTokens, outputTokens }],
});

describe("outputBurndown", () => {
  // docs.aws.amazon.com/bedrock/latest/userguide/quotas-token-burndown.html
  it.each([
    ["anthropic.claude-3-7-sonnet-20250219-v1:0", 5],
    ["anthropic.claude-sonnet-4-20250514-v1:0", 5],
    ["anthropic.claude-opus-4-1-20250805-v1:0", 5],
    [HAIKU, 5],
    ["anthropic.claude-opus-4-8", 15],
    ["anthropic.claude-opus-5", 10],
    ["anthropic.claude-sonnet-5", 10],
    ["anthropic.claude-3-5-sonnet-20240620-v1:0", 1],
    ["anthropic.claude-3-haiku-20240307-v1:0", 1],
    [NOVA, 1],
    ["meta.llama3-1-8b-instruct-v1:0", 1],
  ])("%s: %d", (model, rate) => {
    expect(outputBurndown(model)).toBe(rate);
  });
});

describe("quotaUsed", () => {
  it("is the highest share of any quota in any bucket, a minute being a fifth of it", () => {
    const loads = [load(NOVA, 100, 50_000, 0, 0), load(NOVA, 300, 20_000, 0, 1)];
    expect(quotaUsed(loads, { [NOVA]: { requestsPerMinute: 100 } })).toBeCloseTo(60, 10);
    expect(quotaUsed(loads, { [NOVA]: { tokensPerMinute: 10_000 } })).toBeCloseTo(100, 10);
    expect(quotaUsed(loads, { [NOVA]: { requestsPerMinute: 100, tokensPerMinute: 40_000 } })).toBeCloseTo(
      60,
      10,
    );
  });

  it("adds up apps that call a model in the same bucket, and never two models or two buckets", () => {
    const quotas = { [NOVA]: { requestsPerMinute: 10 } };
    expect(quotaUsed([load(NOVA, 10), load(NOVA, 15)], quotas)).toBeCloseTo(50, 10);
    expect(quotaUsed([load(NOVA, 10, 0, 0, 0), load(NOVA, 15, 0, 0, 1)], quotas)).toBeCloseTo(30, 10);
    expect(quotaUsed([load(NOVA, 10), load(HAIKU, 15)], quotas)).toBeCloseTo(20, 10);
  });

  it("counts output tokens at the model's rate, or the configured one", () => {
    const loads = [load(HAIKU, 1, 1_000, 800)];
    expect(quotaUsed(loads, { [HAIKU]: { tokensPerMinute: 10_000 } })).toBeCloseTo(10, 10);
    expect(quotaUsed(loads, { [HAIKU]: { tokensPerMinute: 10_000, outputBurndown: 1 } })).toBeCloseTo(
      3.6,
      10,
    );
  });

  it("is nothing without quotas and 0 without calls", () => {
    expect(quotaUsed([load(NOVA, 100)], {})).toBeUndefined();
    expect(quotaUsed([], { [NOVA]: { requestsPerMinute: 1 } })).toBe(0);
  });

  it("takes input outside the cache and cache writes from the fold", () => {
    const { items } = answeredItems(0, segment("v1", "p1", NOVA), [{ latencyMs: 1 }, { latencyMs: 2 }]);
    expect(bucketLoad(START, foldItems(items)).models).toEqual([
      { model: NOVA, requests: 2, inputTokens: 200, outputTokens: 22 },
    ]);
  });
});

describe("the gauge", () => {
  const { quotas } = parseConfig({ quotas: { [NOVA]: { requestsPerMinute: 10 } } });

  it("is one per stage", () => {
    expect(quotaGauges([[load(NOVA, 10)], []], quotas)).toEqual([
      { metric: "QuotaUsed", dimensions: {}, value: 20 },
    ]);
  });

  it("is not published when an app's load is not known, or without quotas", () => {
    expect(quotaGauges([[load(NOVA, 10)], undefined], quotas)).toEqual([]);
    expect(quotaGauges([[load(NOVA, 10)]], {})).toEqual([]);
  });
});

describe("quotas in the configuration", () => {
  it.each([
    [{ m: {} }, /names neither/],
    [{ m: { requestsPerMinute: 0 } }, /quotas.m.requestsPerMinute/],
    [{ m: { tokensPerMinutes: 5 } }, /quotas.m/],
  ])("%j is refused", (quotas, message) => {
    expect(() => parseConfig({ quotas })).toThrow(message);
  });
});

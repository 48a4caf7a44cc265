import { identify, sameModel } from "@bellwether/core/prices/model-identity";
import { describe, expect, it } from "vitest";

describe("identify", () => {
  it.each([
    ["anthropic.claude-3-5-sonnet-20241022-v2:0", "anthropic.claude-3-5-sonnet", "20241022", "2"],
    ["anthropic.claude-opus-4-6-v1", "anthropic.claude-opus-4-6", undefined, "1"],
    ["anthropic.claude-opus-5-5", "anthropic.claude-opus-5-5", undefined, undefined],
    ["anthropic.claude-v2:1", "anthropic.claude", undefined, "2"],
    ["amazon.nova-lite-v1:0:300k", "amazon.nova-lite", undefined, "1"],
    ["openai.gpt-oss-120b-1:0", "openai.gpt-oss-120b-1", undefined, undefined],
    ["mistral.mistral-large-2407-v1:0", "mistral.mistral-large-2407", undefined, "1"],
    ["a1b2c3d4e5f6", "a1b2c3d4e5f6", undefined, undefined],
    ["a\nb", "a\nb", undefined, undefined],
    ["", "", undefined, undefined],
  ])("splits %j", (id, family, date, version) => {
    expect(identify(id)).toEqual({ family, date, version });
  });
});

describe("sameModel", () => {
  it.each([
    ["anthropic.claude-opus-4-5-v1:0", "anthropic.claude-opus-4-5-20251101-v1:0", true],
    ["anthropic.claude-sonnet-5-v1:0", "anthropic.claude-sonnet-5", true],
    ["anthropic.claude-sonnet-5-v1:0", "anthropic.claude-sonnet-5-5", false],
    ["anthropic.claude-opus-4-20250514-v1:0", "anthropic.claude-opus-4-1-20250805-v1:0", false],
    ["amazon.titan-embed-text-v1", "amazon.titan-embed-text-v2:0", false],
    ["anthropic.claude-3-5-sonnet-20240620-v1:0", "anthropic.claude-3-5-sonnet-20241022-v1:0", false],
    ["mistral.mistral-large-2402-v1:0", "mistral.mistral-large-2407-v1:0", false],
  ])("%s and %s: %s", (a, b, same) => {
    expect(sameModel(identify(a), identify(b))).toBe(same);
    expect(sameModel(identify(b), identify(a))).toBe(same);
  });
});

import { planCaching } from "@bellwether/evaluators/prompt-caching";
import { describe, expect, it } from "vitest";

describe("planCaching", () => {
  // Minimum prefix tokens: Bedrock user guide, prompt-caching.
  it.each([
    ["anthropic.claude-opus-5-5-v1:0", 512],
    ["global.anthropic.claude-fable-5-1", 512],
    ["us.anthropic.claude-sonnet-4-5-20250929-v1:0", 1_024],
    ["anthropic.claude-sonnet-5", 1_024],
    ["anthropic.claude-opus-4-8-v1", 1_024],
    ["us.anthropic.claude-haiku-4-5-20251001-v1:0", 4_096],
    ["arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-4-6-v1", 4_096],
  ])("knows the minimum of %s: %d tokens", (modelId, minimumTokens) => {
    expect(planCaching(modelId, minimumTokens * 4.5)).toStrictEqual({ kind: "cached", minimumTokens });
    expect(planCaching(modelId, minimumTokens * 4.5 - 1)).toStrictEqual({
      kind: "prefix_too_short",
      minimumTokens,
      prefixTokens: minimumTokens - 1,
    });
  });

  it.each([
    "amazon.nova-lite-v1:0",
    "anthropic.claude-haiku-4-20250101-v1:0",
    "anthropic.claude-3-haiku-20240307-v1:0",
    "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123",
  ])("does not risk a refusal by %s", (modelId) => {
    expect(planCaching(modelId, 1e6)).toStrictEqual({ kind: "model_unknown" });
  });
});

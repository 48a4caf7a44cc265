import type { ModelKind, ModelRef, RegionTier, Usage } from "@bellwether/core/records/invocation";

export const NOVEMBER = Date.UTC(2026, 10, 21, 12);
export const OK = { failed: false, region: "us-east-1" } as const;

/** A model reference written by hand, so that these tests do not lean on the id parser. */
export function ref(id: string, tier: RegionTier = "regional", overrides: Partial<ModelRef> = {}): ModelRef {
  const prefix = { global: "global.", geo: "us.", regional: "" }[tier];
  const kind: ModelKind = tier === "regional" ? "foundation" : "inference-profile";
  return { raw: `${prefix}${id}`, id, tier, kind, ...overrides };
}

export function usage(counts: Partial<Usage>): Usage {
  return {
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    cacheWrite1hTokens: 0,
    ...counts,
  };
}

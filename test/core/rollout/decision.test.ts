import { decideRollback } from "@bellwether/core/rollout/decision";
import type { Finding, FindingStatus } from "@bellwether/core/rollout/finding";
import { findCanary } from "@bellwether/core/rollout/finding";
import { describe, expect, it } from "vitest";
import { EPOCH, POLICY, START } from "./arms.ts";
import { rollout } from "./rollouts.ts";

const blank = findCanary({
  app: "bot",
  epoch: EPOCH,
  buckets: [],
  baseline: undefined,
  policy: POLICY,
  watermark: START,
  at: START,
  folds: null,
});
const finding = (status: FindingStatus, rest: Partial<Finding> = {}): Finding => ({
  ...blank,
  generation: 1,
  status,
  rule: "high_error_rate",
  reason: "because",
  ...rest,
});

describe("decideRollback", () => {
  it.each([
    ["breach", "rollback", "high_error_rate"],
    ["shared_breach", "page_and_hold", "shared_breach"],
    ["suspect", "hold", "suspect"],
    ["not_enough_data", "hold", "not_enough_data"],
    ["healthy", "hold", "healthy"],
  ] as const)("answers %s with %s by the rule %s", (status, action, rule) => {
    expect(decideRollback(rollout(), finding(status))).toEqual({ action, rule, reason: "because" });
  });

  it.each([
    ["no canary is running", { canary: null }, finding("breach"), "no_canary"],
    ["no finding is stored", {}, undefined, "no_finding"],
    ["the finding is older than the pointer", { generation: 2 }, finding("breach"), "stale_finding"],
    ["the finding is newer than the pointer", {}, finding("breach", { generation: 2 }), "stale_finding"],
    ["neither canary nor finding", { canary: null }, undefined, "no_canary"],
  ] as const)("holds when %s", (_what, change, found, rule) => {
    const decision = decideRollback({ ...rollout(), ...change }, found);
    expect(decision).toMatchObject({ action: "hold", rule });
    expect(decision.reason.length).toBeGreaterThan(10);
  });

  it("names the rule breach when the finding names none", () => {
    expect(decideRollback(rollout(), finding("breach", { rule: null }))).toMatchObject({
      action: "rollback",
      rule: "breach",
    });
  });
});

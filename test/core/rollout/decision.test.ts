import { decideCanary } from "@bellwether/core/rollout/decision";
import type { Rollout } from "@bellwether/core/rollout/document";
import type { Finding, FindingStatus } from "@bellwether/core/rollout/finding";
import { findCanary } from "@bellwether/core/rollout/finding";
import { heldNotice } from "@bellwether/core/rollout/notice";
import { rampSchema } from "@bellwether/core/rollout/ramp";
import { describe, expect, it } from "vitest";
import { POLICY, RUN, START } from "./arms.ts";
import { rollout } from "./rollouts.ts";

const HOUR = 3_600_000;
const blank = findCanary({
  app: "bot",
  run: RUN,
  unit: "user",
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
const decide = (current: Rollout, found: Finding | undefined) => decideCanary(current, found, POLICY);
/** One step that asks for nothing but an hour. */
const ramped = rollout({
  ramp: rampSchema.parse({
    steps: [
      { share: 0.2, minJudged: 0, minEvidence: 0 },
      { share: 0.5, minJudged: 0, minEvidence: 0 },
    ],
    maxHours: 24,
  }),
});

describe("decideCanary", () => {
  it.each([
    ["breach", "rollback", "high_error_rate"],
    ["shared_breach", "page_and_hold", "shared_breach"],
    ["split_mismatch", "page_and_hold", "split_mismatch"],
    ["suspect", "hold", "suspect"],
    ["not_enough_data", "hold", "not_enough_data"],
    ["healthy", "hold", "healthy"],
  ] as const)("answers %s with %s by the rule %s", (status, action, rule) => {
    expect(decide(rollout(), finding(status))).toEqual({ action, rule, reason: "because" });
  });

  it.each([
    ["no canary is running", rollout({ canary: null, action: "abort" }), finding("breach"), "no_canary"],
    ["no finding is stored", rollout(), undefined, "no_finding"],
    [
      "the finding is older than the pointer",
      { ...rollout(), generation: 2 },
      finding("breach"),
      "stale_finding",
    ],
    [
      "the finding is newer than the pointer",
      rollout(),
      finding("breach", { generation: 2 }),
      "stale_finding",
    ],
    ["neither canary nor finding", rollout({ canary: null, action: "abort" }), undefined, "no_canary"],
  ] as const)("holds when %s", (_what, current, found, rule) => {
    const decision = decide(current, found);
    expect(decision).toMatchObject({ action: "hold", rule });
    expect(decision.reason.length).toBeGreaterThan(10);
  });

  it("names the rule breach when the finding names none", () => {
    expect(decide(rollout(), finding("breach", { rule: null }))).toMatchObject({
      action: "rollback",
      rule: "breach",
    });
  });
});

describe("of several rules the first decides", () => {
  const late = START + 24 * HOUR + 1;

  it.each([
    // A finding about another pointer says nothing, however bad or late it is.
    ["stale_finding", "hold", finding("breach", { generation: 2, watermark: late })],
    ["split_mismatch", "page_and_hold", finding("split_mismatch", { watermark: late })],
    ["high_error_rate", "rollback", finding("breach", { watermark: late })],
    ["shared_breach", "page_and_hold", finding("shared_breach", { watermark: late })],
    ["overdue", "page_and_hold", finding("not_enough_data", { watermark: late })],
    ["overdue", "page_and_hold", finding("suspect", { watermark: late })],
    ["overdue", "page_and_hold", finding("healthy", { watermark: late })],
    ["not_enough_data", "hold", finding("not_enough_data", { watermark: START + HOUR })],
    ["suspect", "hold", finding("suspect", { watermark: START + HOUR })],
    ["step_done", "advance", finding("healthy", { watermark: START + HOUR })],
    ["step_time", "hold", finding("healthy", { watermark: START + HOUR - 1 })],
  ] as const)("%s: %s", (rule, action, found) => {
    expect(decide(ramped, found)).toMatchObject({ rule, action });
  });

  it("and without a ramp nobody's patience ends and nothing moves by itself", () => {
    for (const status of ["healthy", "suspect", "not_enough_data"] as const)
      expect(decide(rollout(), finding(status, { watermark: late }))).toMatchObject({ action: "hold" });
  });
});

describe("the page of an overdue canary", () => {
  it("goes out once, whatever the canary is suspected of meanwhile", () => {
    const keyOf = (found: Finding) => {
      const decision = decide(ramped, found);
      expect(decision.rule).toBe("overdue");
      return heldNotice({ app: "bot", generation: 1 }, found.at, decision, found, POLICY.alpha).dedupeKey;
    };
    const late = { watermark: START + 25 * HOUR };
    const keys = [
      finding("healthy", { ...late, rule: null }),
      finding("suspect", late),
      finding("suspect", { ...late, rule: "latency_spike" }),
      finding("not_enough_data", { ...late, rule: null, watermark: START + 30 * HOUR }),
    ].map(keyOf);
    expect(new Set(keys).size).toBe(1);
  });
});

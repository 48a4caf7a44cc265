import { parseConfig } from "@bellwether/core/config/config";
import { decide, type SamplingFacts } from "@bellwether/core/sampling/decide";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const { sampling } = parseConfig({});
const plain: SamplingFacts = {
  negativeFeedback: false,
  newUser: false,
  costUsd: undefined,
  latencyMs: undefined,
  matchedShare: undefined,
};

describe("the preset fixed", () => {
  it.each([
    ["nothing special", {}, 0.02, "random_sample", 4],
    ["negative feedback", { negativeFeedback: true }, 1, "negative_feedback", 1],
    ["a new user", { newUser: true }, 1, "new_user", 2],
    ["cost of exactly the limit", { costUsd: 0.05 }, 0.02, "random_sample", 4],
    ["cost above it", { costUsd: 0.0500001 }, 1, "high_cost", 2],
    ["an unpriced request", { costUsd: undefined }, 0.02, "random_sample", 4],
    ["latency of exactly the limit", { latencyMs: 3_000 }, 0.02, "random_sample", 4],
    ["latency above it", { latencyMs: 3_001 }, 1, "high_latency", 3],
    ["a matched arm", { matchedShare: 0.25 }, 0.25, "canary_matched", 2],
    ["a matched rate below the base rate", { matchedShare: 0.01 }, 0.02, "random_sample", 4],
    ["a matched rate equal to the base rate", { matchedShare: 0.02 }, 0.02, "canary_matched", 2],
    ["a slow new user", { newUser: true, latencyMs: 9_000 }, 1, "new_user", 2],
    [
      "everything",
      { negativeFeedback: true, newUser: true, costUsd: 1, latencyMs: 9e9, matchedShare: 1 },
      1,
      "negative_feedback",
      1,
    ],
  ] as const)("decides on %s", (_what, facts, pi, decidingRule, priority) => {
    expect(decide({ ...plain, ...facts }, sampling, undefined)).toMatchObject({ pi, decidingRule, priority });
  });

  it("names every matched rule in the order of the table", () => {
    const facts = { ...plain, newUser: true, latencyMs: 4_000, matchedShare: 0.5 };
    expect(decide(facts, sampling, undefined).rules).toEqual([
      "new_user",
      "canary_matched",
      "high_latency",
      "random_sample",
    ]);
  });

  it("takes limits and base rate from the configuration", () => {
    const own = parseConfig({ sampling: { baseRate: 0.3, costUsd: 1, latencyMs: 100 } }).sampling;
    expect(decide({ ...plain, costUsd: 0.5 }, own, undefined)).toMatchObject({
      pi: 0.3,
      rules: ["random_sample"],
    });
    expect(decide({ ...plain, latencyMs: 101 }, own, undefined)).toMatchObject({
      pi: 1,
      decidingRule: "high_latency",
    });
  });
});

const facts = fc.record({
  negativeFeedback: fc.boolean(),
  newUser: fc.boolean(),
  costUsd: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
  latencyMs: fc.option(fc.double({ min: 0, max: 10_000, noNaN: true }), { nil: undefined }),
  matchedShare: fc.option(fc.double({ min: 0.01, max: 1, noNaN: true }), { nil: undefined }),
});

describe("any decision", () => {
  it("has the largest probability of the matched rules, from the base rate to 1", () => {
    fc.assert(
      fc.property(facts, (f) => {
        const { pi, rules, decidingRule } = decide(f, sampling, undefined);
        expect(pi).toBeGreaterThanOrEqual(sampling.baseRate);
        expect(pi).toBeLessThanOrEqual(1);
        expect(rules).toContain(decidingRule);
        const each: readonly (number | undefined)[] = [
          f.negativeFeedback ? 1 : undefined,
          f.newUser ? 1 : undefined,
          f.costUsd !== undefined && f.costUsd > 0.05 ? 1 : undefined,
          f.latencyMs !== undefined && f.latencyMs > 3_000 ? 1 : undefined,
          f.matchedShare,
          0.02,
        ];
        const matched = each.filter((p) => p !== undefined);
        expect(pi).toBe(Math.max(...matched));
        expect(rules).toHaveLength(matched.length);
      }),
    );
  });

  it("never falls when one more fact becomes known, so that samples are nested under one U", () => {
    fc.assert(
      fc.property(facts, (f) => {
        const more = decide({ ...f, negativeFeedback: true }, sampling, undefined);
        expect(more.pi).toBeGreaterThanOrEqual(decide(f, sampling, undefined).pi);
        expect(decide(f, sampling, undefined).pi).toBeGreaterThanOrEqual(
          decide({ ...f, matchedShare: undefined }, sampling, undefined).pi,
        );
      }),
    );
  });
});

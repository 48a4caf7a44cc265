import { canaryEpochAt, nextGeneration } from "@bellwether/core/rollout/document";
import { matchedShareOf } from "@bellwether/core/sampling/arm";
import { MATCHED_Q, matchedRates } from "@bellwether/core/sampling/matched-rates";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

describe("matchedRates", () => {
  it.each([
    [0.2, 1, { canary: 1, stable: 0.25 }],
    [0.1, 1, { canary: 1, stable: 1 / 9 }],
    [0.5, 0.5, { canary: 0.5, stable: 0.5 }],
    [0.8, 1, { canary: 0.25, stable: 1 }],
  ])("at a share of %d and a rate of %d", (share, rate, expected) => {
    const rates = matchedRates(share, rate);
    expect(rates.canary).toBeCloseTo(expected.canary, 12);
    expect(rates.stable).toBeCloseTo(expected.stable, 12);
  });

  it("gives both arms the same expected number of judged requests, each in (0, 1]", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        fc.double({ min: 0.5, max: 1, noNaN: true }),
        (share, rate) => {
          const { canary, stable } = matchedRates(share, rate);
          const judged = share * canary;
          expect(judged / (judged + (1 - share) * stable)).toBeCloseTo(MATCHED_Q, 9);
          expect(Math.max(canary, stable)).toBe(rate);
          expect(Math.min(canary, stable)).toBeGreaterThan(0);
        },
      ),
    );
  });
});

describe("matchedShareOf", () => {
  const started = nextGeneration(undefined, "bot", {
    at: 1_000,
    action: "start",
    stable: "v1",
    canary: "v2",
    share: 0.2,
    by: "me",
    reason: "new prompt",
  });
  const rollout = nextGeneration(started, "bot", {
    at: 2_000,
    action: "abort",
    stable: "v1",
    canary: null,
    share: 0,
    by: "me",
    reason: "enough",
  });

  it.each([
    ["the canary while it runs", "v2", 1_500, 1],
    ["stable while it runs", "v1", 1_500, 0.25],
    ["a third variant", "v3", 1_500, undefined],
    ["no variant", undefined, 1_500, undefined],
    ["the instant of the start", "v2", 1_000, 1],
    ["before the start", "v2", 999, undefined],
    ["the instant of the end", "v2", 2_000, undefined],
  ])("%s", (_what, variant, at, expected) => {
    expect(matchedShareOf(rollout, variant, at)).toBe(expected);
  });

  it("is undefined without a rollout, and where all or no traffic is the canary's", () => {
    expect(matchedShareOf(undefined, "v2", 1_500)).toBeUndefined();
    for (const share of [0, 1]) {
      const whole = { ...started, epochs: started.epochs.map((epoch) => ({ ...epoch, share })) };
      expect(canaryEpochAt(whole, 1_500)).toBeDefined();
      expect(matchedShareOf(whole, "v2", 1_500)).toBeUndefined();
    }
  });
});

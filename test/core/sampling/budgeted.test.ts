import { parseConfig } from "@bellwether/core/config/config";
import { decide, type SamplingFacts } from "@bellwether/core/sampling/decide";
import { type Kappa, kappaAt, startKappa } from "@bellwether/core/sampling/kappa";
import { MATCHED_Q, matchedRates } from "@bellwether/core/sampling/matched-rates";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const { sampling } = parseConfig({ sampling: { preset: "budgeted", piMin: 0.0025 } });
const KAPPA: Kappa = { estimation: 0.04, triage: 0.03, canaryRate: 0.6 };
const plain: SamplingFacts = {
  negativeFeedback: false,
  newUser: false,
  costUsd: undefined,
  latencyMs: undefined,
  matchedShare: undefined,
};

describe("the preset budgeted", () => {
  it.each([
    ["nothing special: kappa of estimates", {}, KAPPA, 0.04, "random_sample"],
    ["negative feedback: 20 times triage", { negativeFeedback: true }, KAPPA, 0.6, "negative_feedback"],
    ["a new user: 3 times triage", { newUser: true }, KAPPA, 0.09, "new_user"],
    ["a high cost: 3 times triage", { costUsd: 1 }, KAPPA, 0.09, "high_cost"],
    ["a high latency: 3 times triage", { latencyMs: 9_000 }, KAPPA, 0.09, "high_latency"],
    ["an arm: its share of the canary rate", { matchedShare: 0.25 }, KAPPA, 0.15, "canary_matched"],
    ["two flags: the larger, not the sum", { newUser: true, costUsd: 1 }, KAPPA, 0.09, "new_user"],
    ["a triage line below the estimates", { newUser: true }, { ...KAPPA, triage: 0 }, 0.04, "random_sample"],
    ["at most 1", { negativeFeedback: true }, { ...KAPPA, triage: 0.3 }, 1, "negative_feedback"],
    ["at least piMin", {}, { ...KAPPA, estimation: 0 }, 0.0025, "random_sample"],
  ] as const)("%s", (_what, facts, kappa, pi, decidingRule) => {
    const decision = decide({ ...plain, ...facts }, sampling, kappa);
    expect(decision.pi).toBeCloseTo(pi, 12);
    expect(decision.decidingRule).toBe(decidingRule);
  });

  const facts = fc.record({
    negativeFeedback: fc.boolean(),
    newUser: fc.boolean(),
    costUsd: fc.constantFrom(undefined, 0.01, 0.2),
    latencyMs: fc.constantFrom(undefined, 900, 9_000),
    matchedShare: fc.constantFrom(undefined, 0.25, 1),
  });
  const rate = fc.double({ min: 0, max: 2, noNaN: true });
  const kappas = fc.record({
    estimation: rate,
    triage: rate,
    canaryRate: fc.double({ min: 0.01, max: 1, noNaN: true }),
  });

  it("stays within [piMin, 1], and never wants less than it may have", () => {
    fc.assert(
      fc.property(facts, kappas, (f, kappa) => {
        const { pi, wanted } = decide(f, sampling, kappa);
        expect(pi).toBeGreaterThanOrEqual(sampling.piMin);
        expect(pi).toBeLessThanOrEqual(1);
        expect(wanted).toBeGreaterThanOrEqual(pi);
        expect(wanted).toBeGreaterThanOrEqual(decide(f, sampling, undefined).pi);
      }),
    );
  });

  it("never falls when the budget grows or one more fact becomes known", () => {
    fc.assert(
      fc.property(facts, kappas, fc.double({ min: 1, max: 3, noNaN: true }), (f, kappa, more) => {
        const { pi } = decide(f, sampling, kappa);
        const richer = { ...kappa, estimation: kappa.estimation * more, triage: kappa.triage * more };
        expect(decide(f, sampling, richer).pi).toBeGreaterThanOrEqual(pi);
        expect(decide({ ...f, negativeFeedback: true }, sampling, kappa).pi).toBeGreaterThanOrEqual(pi);
      }),
    );
  });

  it("matches the same rules as fixed, so that only pi depends on the budget", () => {
    fc.assert(
      fc.property(facts, kappas, (f, kappa) => {
        expect(decide(f, sampling, kappa).rules).toEqual(decide(f, sampling, undefined).rules);
      }),
    );
  });

  it("keeps q = 1/2 between the arms of a canary at any rate the budget allows", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (share, canaryRate) => {
          const arms = matchedRates(share, 1);
          const rateOf = (matchedShare: number): number =>
            decide({ ...plain, matchedShare }, sampling, { ...KAPPA, canaryRate }).matchedRate ?? 0;
          const judged = share * rateOf(arms.canary);
          expect(judged / (judged + (1 - share) * rateOf(arms.stable))).toBeCloseTo(MATCHED_Q, 9);
          expect(Math.max(rateOf(arms.canary), rateOf(arms.stable))).toBeCloseTo(canaryRate, 12);
        },
      ),
    );
  });

  it("has no matched sample outside a canary", () => {
    expect(decide(plain, sampling, KAPPA).matchedRate).toBeUndefined();
    expect(decide(plain, sampling, undefined).matchedRate).toBeUndefined();
  });
});

describe("kappaAt", () => {
  const rows = [
    { from: 60_000, ...KAPPA },
    { from: 120_000, ...KAPPA, estimation: 0.5 },
  ];

  it.each([
    ["before the first row: the start", 59_999, startKappa(sampling)],
    ["from its first millisecond", 60_000, rows[0]],
    ["until the next row", 119_999, rows[0]],
    ["the last row for ever", 9e12, rows[1]],
  ])("%s", (_what, at, expected) => {
    expect(kappaAt(rows, at, sampling)).toEqual(expected);
  });

  it("is nothing under fixed, whatever rows there are", () => {
    expect(kappaAt(rows, 60_000, parseConfig({}).sampling)).toBeUndefined();
  });

  it("starts with the base rate of the configuration", () => {
    const own = parseConfig({ sampling: { baseRate: 0.3, canaryRate: 0.7 } }).sampling;
    expect(startKappa(own)).toMatchObject({ estimation: 0.3, canaryRate: 0.7 });
    expect(decide({ ...plain, negativeFeedback: true }, own, startKappa(own)).pi).toBe(1);
  });
});

import { parseConfig } from "@bellwether/core/config/config";
import { decide } from "@bellwether/core/sampling/decide";
import { matchedRates } from "@bellwether/core/sampling/matched-rates";
import { drawnShare, kappaFor, largestWithin, type RequestMix } from "@bellwether/core/sampling/pace-mix";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const share = fc.double({ min: 0, max: 1, noNaN: true });
const canaryShare = fc.double({ min: 0.01, max: 0.99, noNaN: true });
const kappas = fc.record({
  estimation: share,
  triage: fc.double({ min: 0, max: 0.4, noNaN: true }),
  canaryRate: share,
});
const { sampling } = parseConfig({ sampling: { preset: "budgeted" } });

describe("drawnShare", () => {
  it("is the mean pi that decide gives over requests of the mix", () => {
    fc.assert(
      fc.property(kappas, share, share, canaryShare, (kappa, flagged, negative, canary) => {
        const mix: RequestMix = { flagged, negative, matched: 2 * Math.min(canary, 1 - canary) };
        const arms = matchedRates(canary, 1);
        let mean = 0;
        for (const [part, matchedShare] of [
          [canary, arms.canary],
          [1 - canary, arms.stable],
        ] as const)
          for (const newUser of [false, true])
            for (const negativeFeedback of [false, true]) {
              const facts = {
                negativeFeedback,
                newUser,
                costUsd: undefined,
                latencyMs: undefined,
                matchedShare,
              };
              const weight =
                part * (newUser ? flagged : 1 - flagged) * (negativeFeedback ? negative : 1 - negative);
              mean += weight * decide(facts, sampling, kappa).pi;
            }
        expect(drawnShare(kappa, mix, sampling.piMin)).toBeCloseTo(mean, 12);
      }),
    );
  });
});

const mixes = fc.record({
  flagged: share,
  negative: share,
  matched: fc.constantFrom(0, 1e-3, 0.2, 0.9, 1),
});

describe("kappaFor", () => {
  it("spends what it is given, unless the floor costs more", () => {
    fc.assert(
      fc.property(share, mixes, (perRequest, mix) => {
        const kappa = kappaFor(perRequest, mix, sampling, 1);
        const drawn = drawnShare(kappa, mix, sampling.piMin);
        const floor = drawnShare(kappaFor(0, mix, sampling, 1), mix, sampling.piMin);
        if (perRequest >= floor * 2) expect(drawn).toBeCloseTo(perRequest, 9);
        else expect(drawn).toBeLessThanOrEqual(Math.max(perRequest * (1 + 1e-9), 2 * floor));
      }),
    );
  });

  it("judges everything and the whole canary when that is paid for", () => {
    fc.assert(
      fc.property(mixes, (mix) => {
        expect(kappaFor(1, mix, sampling, 1)).toMatchObject({ estimation: 1, canaryRate: 1 });
      }),
    );
  });

  it("never lowers a rate when it is given more", () => {
    fc.assert(
      fc.property(share, share, mixes, (a, b, mix) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)].map((x) => kappaFor(x, mix, sampling, 1));
        if (less === undefined || more === undefined) throw new Error("two kappas");
        expect(more.estimation).toBeGreaterThanOrEqual(less.estimation - 1e-9);
        expect(more.canaryRate).toBeGreaterThanOrEqual(less.canaryRate - 1e-9);
      }),
    );
  });

  it("keeps q = 1/2 with and without money for the whole canary", () => {
    fc.assert(
      fc.property(share, canaryShare, (perRequest, canary) => {
        const mix = { flagged: 0.1, negative: 0.03, matched: 2 * Math.min(canary, 1 - canary) };
        const { canaryRate } = kappaFor(perRequest, mix, sampling, 1);
        const arms = matchedRates(canary, 1);
        expect(canaryRate).toBeGreaterThan(0);
        expect(canary * canaryRate * arms.canary).toBeCloseTo((1 - canary) * canaryRate * arms.stable, 12);
      }),
    );
  });

  it("bounds the triage rate and gives the rest to the estimates", () => {
    const mix = { flagged: 0.01, negative: 0.001, matched: 0 };
    const bounded = kappaFor(0.1, mix, sampling, 0.05);
    expect(bounded.triage).toBe(0.05);
    expect(bounded.estimation).toBeGreaterThan(kappaFor(0.1, mix, sampling, 1).estimation);
    expect(drawnShare(bounded, mix, sampling.piMin)).toBeCloseTo(0.1, 9);
  });
});

describe("largestWithin", () => {
  it.each([
    [2, 1],
    [0.25, 0.5],
    [0, 0],
  ])("finds where x² reaches %d on [0, 1]", (allowed, x) => {
    expect(largestWithin([0, 1], allowed, (y) => y * y)).toBeCloseTo(x, 6);
  });
});

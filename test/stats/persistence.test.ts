import { autocorrelations } from "@bellwether/stats/autocorrelation";
import { longRunVariance } from "@bellwether/stats/long-run-variance";
import { fitPersistence, INDEPENDENT, persistence, predictionErrors } from "@bellwether/stats/persistence";
import { seededUniform as seeded } from "@bellwether/stats/uniform";
import { describe, expect, it } from "vitest";

function series(seed: number, n: number, phi: number, share: number): number[] {
  const uniform = seeded(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  let level = Math.sqrt(share) * normal();
  return Array.from({ length: n }, () => {
    const x = level + Math.sqrt(1 - share) * normal();
    level = phi * level + Math.sqrt(share * (1 - phi * phi)) * normal();
    return x;
  });
}

describe("autocorrelation and long-run variance", () => {
  it("of a small series, by hand", () => {
    // mean 2.5, deviations −1.5 −.5 .5 1.5, squares 5, lag-1 products .75 − .25 + .75
    expect([...autocorrelations([1, 2, 3, 4], 2)]).toEqual([0.25, -0.3]);
    // One lag of weight ½ gives 1.25, which four members cannot tell from 1; sixteen in a row can.
    expect(longRunVariance([1, 2, 3, 4])).toEqual({ lrv: 1, rho1: 0.25 });
    const ramp = Array.from({ length: 16 }, (_, i) => i);
    expect(longRunVariance(ramp).lrv).toBeCloseTo(1 + (autocorrelations(ramp, 1)[0] ?? 0), 12);
  });
  it("of a constant series is that of independent noise", () => {
    expect(longRunVariance([2, 2, 2, 2])).toEqual({ lrv: 1, rho1: 0 });
    expect(longRunVariance([])).toEqual({ lrv: 1, rho1: 0 });
  });
  it("comes near (1 + φ)/(1 − φ) for AR(1), and never below 1", () => {
    const { lrv, rho1 } = longRunVariance(series(1, 20_000, 0.6, 1));
    expect(Math.abs(rho1 - 0.6)).toBeLessThan(0.02);
    expect(lrv).toBeGreaterThan(3.4);
    expect(lrv).toBeLessThan(4.2);
    expect(longRunVariance([1, -1, 1, -1, 1, -1]).lrv).toBe(1);
  });
});

describe("persistent noise", () => {
  it("has the steady state of its filter", () => {
    const { phi, share, gain, sd } = persistence(0.9, 0.5);
    // The Riccati equation: next prediction variance from this one.
    const variance = sd * sd - (1 - share);
    expect(phi * phi * variance * (1 - gain) + share * (1 - phi * phi)).toBeCloseTo(variance, 12);
    expect(gain).toBeCloseTo(variance / (sd * sd), 12);
  });
  it("is found where it is, and nowhere else", () => {
    const found = fitPersistence(series(2, 8000, 0.9, 0.4));
    expect(found.phi).toBeGreaterThanOrEqual(0.85);
    expect(found.phi).toBeLessThanOrEqual(0.95);
    expect(Math.abs(found.share - 0.4)).toBeLessThan(0.1);
    expect(fitPersistence(series(3, 2688, 0, 0))).toBe(INDEPENDENT);
    expect(fitPersistence([1])).toBe(INDEPENDENT);
  });
  it("leaves prediction errors that are independent and of variance 1", () => {
    const errors = predictionErrors(persistence(0.9, 0.4), series(4, 20_000, 0.9, 0.4));
    const { lrv, rho1 } = longRunVariance(errors);
    const mean = errors.reduce((sum, e) => sum + e, 0) / errors.length;
    expect(errors.reduce((sum, e) => sum + (e - mean) ** 2, 0) / errors.length).toBeCloseTo(1, 1);
    expect(Math.abs(rho1)).toBeLessThan(0.025);
    expect(lrv).toBeLessThan(1.15);
  });
  it("counts a step in full when it comes", () => {
    const of = persistence(0.95, 0.5);
    const [first = 0, second = 0] = predictionErrors(of, [3, 3]);
    expect(first).toBeCloseTo(3 / of.sd, 12);
    expect(second).toBeCloseTo((3 - of.phi * of.gain * 3) / of.sd, 12);
  });
});

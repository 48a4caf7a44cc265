import { describe, expect, it } from "vitest";
import { budgetedRepetition } from "../../bench/sampling-budgeted.ts";
import { fixedRepetition, lateFeedbackRepetition } from "../../bench/sampling-fixed.ts";
import { ppiRepetition } from "../../bench/sampling-ppi.ts";

/** A few repetitions of what `bench:sampling` repeats a thousand times. */
describe("a simulated day under the controller", () => {
  it.each([1, 2, 3, 4])("spends its target through a burst of an hour, seed %d", (seed) => {
    const { extra, error, judged } = budgetedRepetition(seed, 0);
    expect(Math.abs(extra.spendOverTarget ?? 1)).toBeLessThan(0.03);
    expect(extra.worstHour).toBeLessThan(1.1);
    expect(judged).toBeGreaterThan(5_000);
    expect(Math.abs(error)).toBeLessThan(0.015);
    // What was judged is not a fair sample; only the weights make it one.
    expect(extra.naive).toBeLessThan(-0.03);
  });

  it("gives the same day for the same seed", () => {
    expect(budgetedRepetition(9, 3)).toEqual(budgetedRepetition(9, 3));
  });
});

describe("the other experiments", () => {
  const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;
  const reps = Array.from({ length: 20 }, (_, rep) => rep);

  it("reproduces the seed's rules: how many are judged, and what a plain mean of them shows", () => {
    const done = reps.map((rep) => fixedRepetition(3, rep));
    // .1515 of requests match a rule, 2 % of the others are drawn: 1,685 of 10,000, n_eff 235, plain mean -.0755.
    expect(mean(done.map(({ judged }) => judged)) / 1_685).toBeCloseTo(1, 1.5);
    expect(mean(done.map(({ extra }) => extra.nEff ?? 0)) / 235).toBeCloseTo(1, 1);
    expect(mean(done.map(({ extra }) => extra.naive ?? 0))).toBeCloseTo(-0.0755, 2.3);
    expect(Math.abs(mean(done.map(({ error }) => error)))).toBeLessThan(4 * (0.012 / Math.sqrt(20)));
  });

  it("is as right with votes of two days later as without", () => {
    const done = reps.map((rep) => lateFeedbackRepetition(3, rep));
    expect(Math.abs(mean(done.map(({ error }) => error)))).toBeLessThan(4 * (0.012 / Math.sqrt(20)));
    expect(done.filter(({ covered }) => covered).length).toBeGreaterThanOrEqual(16);
  });

  it("narrows the interval of human labels with the judge", () => {
    const done = reps.map((rep) => ppiRepetition(3, rep));
    const ratios = done.map(({ halfWidth, extra }) => halfWidth / (extra.humanHalfWidth ?? 0));
    expect(mean(ratios)).toBeLessThan(0.77);
    expect(done.filter(({ covered }) => covered).length).toBeGreaterThanOrEqual(16);
  });
});

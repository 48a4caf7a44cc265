import { describe, expect, it } from "vitest";
import { type Simulation, simulateVerdict } from "../../support/simulate-canary.ts";

const RUNS = 20;
const NULL_RUNS = 40;
const BAD_FROM = 24;

/** Runs of seeds `from`, `from` + 1, … that breached within 24 hours of turning bad, and not before. */
function caught(simulation: Omit<Simulation, "seed">, from: number): number {
  let count = 0;
  for (let seed = from; seed < from + RUNS; seed++) {
    const hours = BAD_FROM + 24;
    const { breachHour } = simulateVerdict({
      seed,
      hours,
      badFromHour: BAD_FROM,
      lookEvery: 2,
      ...simulation,
    });
    if (breachHour !== undefined && breachHour > BAD_FROM) count += 1;
  }
  return count;
}

describe("a canary of 12 requests an hour at a share of 20 %, users who stick to their arm", () => {
  it("is not rolled back while it is as good as stable: at most 1 % and two standard errors of 4-day runs", () => {
    let rolledBack = 0;
    for (let seed = 1; seed <= NULL_RUNS; seed++) {
      const costs = seed % 2 === 0 ? "support" : "heavy";
      const { breachHour } = simulateVerdict({ seed, regression: "none", costs, lookEvery: 6 });
      if (breachHour !== undefined) rolledBack += 1;
    }
    expect(rolledBack / NULL_RUNS).toBeLessThanOrEqual(0.01 + 2 * Math.sqrt((0.01 * 0.99) / NULL_RUNS));
  });

  it.each([
    ["errors from .4 to 15 %", { regression: "errors" }],
    ["quality down by .3", { regression: "quality" }],
    ["cost times three", { regression: "cost" }],
    ["cost times three under prices of 1 : 10 : 60", { regression: "cost", costs: "heavy" }],
  ] as const)("%s is caught within a day in at least 19 of 20 runs", (_name, simulation) => {
    expect(caught(simulation, 1)).toBeGreaterThanOrEqual(0.95 * RUNS);
  });

  it("names the metric that got worse", () => {
    const rules = (["errors", "cost", "quality"] as const).map(
      (regression) => simulateVerdict({ seed: 7, regression, hours: 48 }).finding.rule,
    );
    expect(rules).toEqual(["high_error_rate", "max_cost_increase", "avg_quality_score"]);
  });

  it("gives the same verdict for the same seed", () => {
    const simulation = { seed: 3, regression: "cost", hours: 40, lookEvery: 2 } as const;
    expect(simulateVerdict(simulation)).toEqual(simulateVerdict(simulation));
  });
});

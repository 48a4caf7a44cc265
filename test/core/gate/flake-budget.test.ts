import { decideGate } from "@bellwether/core/gate/decide";
import { detectableLine, planGate } from "@bellwether/core/gate/detectable";
import type { PipelineConfig } from "@bellwether/core/gate/pipeline-config";
import { expect, it } from "vitest";
import { GATE_CONFIG, simulateSides } from "../../support/simulate-gate.ts";

const STRICT: PipelineConfig = {
  ...GATE_CONFIG,
  regression: { maxDegradation: 0, metrics: GATE_CONFIG.regression?.metrics ?? [] },
};

it("a noisy judge fails an unchanged version in at most 5 of 100 runs, and finds a loss of .15 in nearly all", () => {
  const failed = { same: 0, worse: 0 };
  for (let run = 0; run < 100; run++) {
    const fails = (drop: number): boolean => {
      const { head, base } = simulateSides({ seed: 7, run, items: 40, drop, repeats: 1 });
      return decideGate(head, base, STRICT, { seed: run, bootstraps: 1 }).verdict === "failed";
    };
    if (fails(0)) failed.same += 1;
    if (run < 20 && fails(0.15)) failed.worse += 1;
  }
  expect(failed.same).toBeLessThanOrEqual(5);
  expect(failed.worse).toBeGreaterThanOrEqual(18);
});

it("says before a run what it will be able to show", () => {
  const assumed = planGate(GATE_CONFIG, 60);
  expect(assumed.map(({ metric, sdFrom }) => [metric, sdFrom])).toEqual([
    ["faithfulness", "assumed"],
    ["answer_relevancy", "assumed"],
    ["context_precision", "assumed"],
    ["safety", "assumed"],
  ]);
  const { base } = simulateSides({ seed: 7, run: 0, items: 60, drop: 0, repeats: 1 });
  const known = planGate(GATE_CONFIG, 60, base);
  expect(known.map(({ metric }) => metric)).toEqual([
    "faithfulness",
    "answer_relevancy",
    "context_precision",
    "safety",
    "cost",
    "latency",
  ]);
  for (const { difference, more } of known) {
    const differences = [difference, ...more.map((one) => one.difference)];
    expect(differences).toEqual(differences.toSorted((a, b) => b - a));
  }
  expect(detectableLine(assumed[0] ?? (known[0] as (typeof known)[0]))).toBe(
    "faithfulness: 60 items fail a loss of 0.136 with a chance of 80 % (0.107 with 120, 0.088 with 240, 0.071 with 600); an unchanged version is surely within max_degradation from 139 items on; differences spread by 0.2, assumed",
  );
  expect(planGate(GATE_CONFIG, 1)).toEqual([]);
});

it("keeps its word on what it can show: 8 of 10 losses of that size fail", () => {
  const [planned] = planGate(GATE_CONFIG, 60);
  let [failed, sd] = [0, 0];
  const runs = 30;
  for (let run = 0; run < runs; run++) {
    const { head, base } = simulateSides({ seed: 11, run, items: 60, drop: 0.12, repeats: 1 });
    const report = decideGate(head, base, GATE_CONFIG, { seed: run, bootstraps: 1 });
    const regression = report.checks.find(
      ({ stage, metric }) => stage === "regression_tests" && metric === "faithfulness",
    );
    if (regression?.status === "failed") failed += 1;
    sd += (report.comparisons[0]?.sd ?? 0) / runs;
  }
  // Spread of .19 instead of the .2 assumed.
  expect(sd).toBeLessThan(planned?.sd ?? 0);
  expect(failed / runs).toBeGreaterThan(0.5);
  expect(failed / runs).toBeLessThan(0.95);
});

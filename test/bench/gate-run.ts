import { decideGate } from "@bellwether/core/gate/decide";
import type { PipelineConfig } from "@bellwether/core/gate/pipeline-config";
import type { GateReport } from "@bellwether/core/gate/report";
import { GATE_CONFIG, simulateSides } from "../support/simulate-gate.ts";

/** A kind of comparison, and how many runs of it there are for a hundred asked for. */
export interface Scenario {
  readonly name: string;
  readonly items: number;
  readonly drop: number;
  readonly repeats: number;
  readonly perHundred: number;
  /** Also decided at the allowance. */
  readonly twice: boolean;
}

/** Resamples of every interval: the gate takes fewer than in production, as only rates are of interest. */
export const RESAMPLES = 1_499;

export const DROPS = { d03: 0.03, d05: 0.05, d10: 0.1 } as const;

export const SCENARIOS: readonly Scenario[] = [
  { name: "same", items: 200, drop: 0, repeats: 1, perHundred: 100, twice: true },
  ...Object.entries(DROPS).map(([name, drop]) => ({
    name,
    items: 200,
    drop,
    repeats: 1,
    perHundred: 30,
    twice: true,
  })),
  { name: "same, 60 items", items: 60, drop: 0, repeats: 1, perHundred: 60, twice: true },
  { name: "d05, 60 items", items: 60, drop: 0.05, repeats: 1, perHundred: 60, twice: false },
  { name: "same, 3 draws", items: 200, drop: 0, repeats: 3, perHundred: 30, twice: false },
  { name: "d03, 3 draws", items: 200, drop: 0.03, repeats: 3, perHundred: 30, twice: false },
];

/** Scores by which a rule on means alone would decide. */
export const SCORES = ["faithfulness", "answer_relevancy", "context_precision", "safety"] as const;

/** What came of one run. */
export interface Outcome {
  /** Verdict when any real loss fails, and when only one surely beyond 5 % does. */
  readonly anyLoss: GateReport["verdict"];
  readonly allowance: GateReport["verdict"] | undefined;
  /** Means of the scores, head and base. */
  readonly head: readonly number[];
  readonly base: readonly number[];
  /** The true loss of faithfulness lies in its interval. */
  readonly covered: boolean;
  readonly width: number;
}

const withAllowance = (maxDegradation: number): PipelineConfig => ({
  ...GATE_CONFIG,
  regression: { metrics: GATE_CONFIG.regression?.metrics ?? [], maxDegradation },
});
const ANY_LOSS = withAllowance(0);
const ALLOWANCE = withAllowance(0.05);

/** One suite answered by both versions, and what the gate makes of it. */
export function simulateRun(scenario: Scenario, seed: number, run: number): Outcome {
  const { name, items, drop, repeats, twice } = scenario;
  // Every scenario has suites of its own.
  const worlds = SCENARIOS.findIndex((one) => one.name === name);
  const { head, base } = simulateSides({ seed: seed + 1_000 * worlds, run, items, drop, repeats });
  const options = { seed: seed + run, bootstraps: RESAMPLES };
  const strict = decideGate(head, base, ANY_LOSS, options);
  const allowance = twice ? decideGate(head, base, ALLOWANCE, options).verdict : undefined;
  const found = SCORES.map((metric) => strict.comparisons.find((one) => one.metric === metric));
  const [faithfulness] = found;
  const low = faithfulness?.low ?? Number.NEGATIVE_INFINITY;
  const high = faithfulness?.high ?? Number.POSITIVE_INFINITY;
  return {
    anyLoss: strict.verdict,
    allowance,
    head: found.map((one) => one?.head ?? Number.NaN),
    base: found.map((one) => one?.base ?? Number.NaN),
    covered: low <= -drop && -drop <= high,
    width: high - low,
  };
}

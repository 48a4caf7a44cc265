import { parentPort, workerData } from "node:worker_threads";
import type { Repetition } from "../support/simulate-sampling.ts";
import { budgetedRepetition } from "./sampling-budgeted.ts";
import { fixedRepetition, lateFeedbackRepetition } from "./sampling-fixed.ts";
import { ppiRepetition } from "./sampling-ppi.ts";

const EXPERIMENTS = {
  fixed: fixedRepetition,
  budgeted: budgetedRepetition,
  lateFeedback: lateFeedbackRepetition,
  ppi: ppiRepetition,
} as const;

/** The repetitions of one experiment. */
export type Results = { readonly [Name in keyof typeof EXPERIMENTS]: readonly Repetition[] };

/** Which repetitions a worker runs: `first`, `first + step`, … below `reps`. */
export interface Slice {
  readonly seed: number;
  readonly reps: number;
  readonly first: number;
  readonly step: number;
}

function runSlice({ seed, reps, first, step }: Slice): Results {
  const run = (experiment: (seed: number, rep: number) => Repetition): Repetition[] => {
    const done: Repetition[] = [];
    for (let rep = first; rep < reps; rep += step) done.push(experiment(seed, rep));
    return done;
  };
  return {
    fixed: run(EXPERIMENTS.fixed),
    budgeted: run(EXPERIMENTS.budgeted),
    lateFeedback: run(EXPERIMENTS.lateFeedback),
    ppi: run(EXPERIMENTS.ppi),
  };
}

parentPort?.postMessage(runSlice(workerData as Slice));

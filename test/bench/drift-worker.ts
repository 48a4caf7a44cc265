import { parentPort } from "node:worker_threads";
import { EXPERIMENTS } from "./drift-plan.ts";
import { randomOf } from "./drift-random.ts";

/** Repetitions [from, to) of one experiment. */
export interface Job {
  readonly experiment: string;
  readonly seed: number;
  readonly from: number;
  readonly to: number;
}

parentPort?.on("message", ({ experiment, seed, from, to }: Job) => {
  const found = EXPERIMENTS.find(({ name }) => name === experiment);
  if (found === undefined) throw new Error(`there is no experiment ${experiment}`);
  parentPort?.postMessage(
    Array.from({ length: to - from }, (_, i) => found.run(randomOf(seed, experiment, from + i), from + i)),
  );
});

import { parentPort } from "node:worker_threads";
import { SCENARIOS, simulateRun } from "./gate-run.ts";

/** Runs [from, to) of one scenario. */
export interface Job {
  readonly scenario: string;
  readonly seed: number;
  readonly from: number;
  readonly to: number;
}

parentPort?.on("message", ({ scenario: name, seed, from, to }: Job) => {
  const scenario = SCENARIOS.find((one) => one.name === name);
  if (scenario === undefined) throw new Error(`there is no scenario ${name}`);
  parentPort?.postMessage(
    Array.from({ length: to - from }, (_, index) => simulateRun(scenario, seed, from + index)),
  );
});

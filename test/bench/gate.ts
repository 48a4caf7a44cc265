import { parseArgs } from "node:util";
import { ANSWER_SD, GATE_CONFIG, ITEM_SCORES, JUDGE_SD } from "../support/simulate-gate.ts";
import { type Outcomes, reportOf, TEAM_MARGIN } from "./gate-report.ts";
import { RESAMPLES, SCENARIOS } from "./gate-run.ts";
import { tableOf } from "./gate-table.ts";
import type { Job } from "./gate-worker.ts";
import { runJobs } from "./run-jobs.ts";

const USAGE = "usage: npm run -s bench:gate -- [--json] [--seed N] [--runs N]";
const CHUNK = 10;
const LEAST_RUNS = 20;
const MOST_WORKERS = 4;

interface Args {
  readonly json: boolean;
  readonly seed: number;
  readonly runs: number;
}

/** The arguments, or what is wrong with them. */
function readArgs(): Args | string {
  try {
    const { values } = parseArgs({
      options: { json: { type: "boolean" }, seed: { type: "string" }, runs: { type: "string" } },
    });
    const { json = false, seed = "7", runs = "300" } = values;
    const args = { json, seed: Number(seed), runs: Number(runs) };
    if (!Number.isSafeInteger(args.seed)) return "--seed is a whole number";
    if (!Number.isSafeInteger(args.runs) || args.runs < LEAST_RUNS)
      return `--runs is a whole number ≥ ${LEAST_RUNS}`;
    return args;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function jobsOf(seed: number, runs: number): Job[] {
  return SCENARIOS.flatMap(({ name, perHundred }) => {
    const count = Math.ceil((runs * perHundred) / 100);
    return Array.from({ length: Math.ceil(count / CHUNK) }, (_, chunk) => ({
      scenario: name,
      seed,
      from: chunk * CHUNK,
      to: Math.min(count, (chunk + 1) * CHUNK),
    }));
  });
}

const runAll = (jobs: readonly Job[]): Promise<Outcomes> =>
  runJobs(new URL("./gate-worker.ts", import.meta.url), jobs, {
    mostWorkers: MOST_WORKERS,
    keyOf: ({ scenario }) => scenario,
  });

const settings = {
  items: 200,
  suite: "every run draws a suite of its own; both versions answer it",
  scores: { distribution: "beta", items: ITEM_SCORES, answerSd: ANSWER_SD, judgeSd: JUDGE_SD },
  drop: "mean loss of faithfulness; every second item loses twice as much",
  gate: { ...GATE_CONFIG, resamples: RESAMPLES },
  meaning: {
    "falseFail, power": "the verdict of the whole gate at max_degradation 0: any real loss fails",
    maxDegradation5:
      "the same runs at the max_degradation of the README's pipeline: only a loss surely beyond 5 % fails",
    fixedThreshold: `a mean of head ≥ base's long-run mean − ${TEAM_MARGIN}, for each of four scores; equalFalseFail and atFlakeBudget put the margin where so many unchanged versions fail`,
    fixedMargin: `a mean of head ≥ that of base on the same suite − ${TEAM_MARGIN}`,
    "intervals.coverage":
      "of the interval of faithfulness, which is to hold for six metrics at once: at least .9917",
  },
} as const;

async function main(): Promise<void> {
  const args = readArgs();
  if (typeof args === "string") {
    console.error(`${args}\n${USAGE}`);
    process.exitCode = 2;
    return;
  }
  const { json, seed, runs } = args;
  const started = performance.now();
  const report = reportOf(await runAll(jobsOf(seed, runs)));
  const wallMs = Math.round(performance.now() - started);
  console.log(json ? JSON.stringify({ ...report, seed, settings, wallMs }, null, 2) : tableOf(report));
}

await main();

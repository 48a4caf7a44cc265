import { parseArgs } from "node:util";
import { alarmLimit } from "@bellwether/core/drift/detect/detector";
import { FALSE_WEEKS, RATE_WEEKS, TARGET_PER_WEEK } from "./drift-experiments.ts";
import { EXPERIMENTS } from "./drift-plan.ts";
import { RATES } from "./drift-rates.ts";
import { type Outcomes, reportOf } from "./drift-report.ts";
import { SPEND, SPEND_SHIFTS } from "./drift-spend.ts";
import { tableOf } from "./drift-table.ts";
import { TOPICS } from "./drift-topics.ts";
import { FIT_DAYS } from "./drift-watch.ts";
import type { Job } from "./drift-worker.ts";
import { FIVE_MS, METRICS, NOISE, QUARTER_MS } from "./drift-worlds.ts";
import { runJobs } from "./run-jobs.ts";

const USAGE = "usage: npm run -s bench:drift -- [--json] [--seed N]";
const CHUNK = 5;
const MOST_WORKERS = 2;

interface Args {
  readonly json: boolean;
  readonly seed: number;
}

/** The arguments, or what is wrong with them. */
function readArgs(): Args | string {
  try {
    const { values } = parseArgs({ options: { json: { type: "boolean" }, seed: { type: "string" } } });
    const args = { json: values.json ?? false, seed: Number(values.seed ?? "7") };
    return Number.isSafeInteger(args.seed) ? args : "--seed is a whole number";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const jobsOf = (seed: number): Job[] =>
  EXPERIMENTS.flatMap(({ name, repetitions }) =>
    Array.from({ length: Math.ceil(repetitions / CHUNK) }, (_, chunk) => ({
      experiment: name,
      seed,
      from: chunk * CHUNK,
      to: Math.min(repetitions, (chunk + 1) * CHUNK),
    })),
  );

const runAll = (jobs: readonly Job[]): Promise<Outcomes> =>
  runJobs(new URL("./drift-worker.ts", import.meta.url), jobs, {
    mostWorkers: MOST_WORKERS,
    keyOf: ({ experiment }) => experiment,
  });

const settings = {
  targetPerWeek: TARGET_PER_WEEK,
  limits: {
    quarterHour: alarmLimit(TARGET_PER_WEEK, QUARTER_MS),
    eachOfThePairPerFiveMinutes: alarmLimit(TARGET_PER_WEEK / 2, FIVE_MS),
  },
  baseline: { trailingDays: FIT_DAYS, fitted: "every midnight; frozenBaseline: once, after the warm-up" },
  weeks: { false: FALSE_WEEKS, rates: RATE_WEEKS },
  metrics: METRICS,
  values: { tokens: "log of tokens, normal", quality: "left-skewed exponential" },
  noise: { lag1: NOISE, delays: "ar" },
  topics: TOPICS,
  spend: SPEND,
  spendShifts: SPEND_SHIFTS,
  rates: RATES,
  delays: "from the change to the end of the bucket that rings; a detector has watched 3 to 4 days before",
  peers:
    "static after the warm-up; a false alarm is a beginning, however long it rings; those that look at every value are run twice, those on embeddings ten times; our own implementations",
} as const;

async function main(): Promise<void> {
  const args = readArgs();
  if (typeof args === "string") {
    console.error(`${args}\n${USAGE}`);
    process.exitCode = 2;
    return;
  }
  const started = performance.now();
  const report = reportOf(await runAll(jobsOf(args.seed)));
  const seconds = Number(((performance.now() - started) / 1000).toFixed(1));
  const document = { ...report, seed: args.seed, settings, seconds };
  console.log(args.json ? JSON.stringify(document, null, 2) : tableOf(report));
}

await main();

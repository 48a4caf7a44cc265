import { parseArgs } from "node:util";
import { ALPHA_PROMOTE, ALPHA_ROLLBACK } from "./canary-evidence.ts";
import { CLOUDWATCH, MANN_WHITNEY } from "./canary-peers.ts";
import { compareOrders } from "./canary-permutation.ts";
import { type Outcomes, reportOf } from "./canary-report.ts";
import * as setup from "./canary-scenarios.ts";
import { tableOf } from "./canary-table.ts";
import type { Job } from "./canary-worker.ts";
import { runJobs } from "./run-jobs.ts";

const USAGE = "usage: npm run -s bench:canary -- [--json] [--seed N] [--runs N]";
const CHUNK = 50;
const LEAST_RUNS = 8;
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
    const { json = false, seed = "7", runs = "2000" } = values;
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
  return setup.SCENARIOS.flatMap(({ name, perThousand }) => {
    const count = Math.ceil((runs * perThousand) / 1_000);
    return Array.from({ length: Math.ceil(count / CHUNK) }, (_, chunk) => ({
      scenario: name,
      seed,
      from: chunk * CHUNK,
      to: Math.min(count, (chunk + 1) * CHUNK),
    }));
  });
}

const runAll = (jobs: readonly Job[]): Promise<Outcomes> =>
  runJobs(new URL("./canary-worker.ts", import.meta.url), jobs, {
    mostWorkers: MOST_WORKERS,
    keyOf: ({ scenario }) => scenario,
  });

const settings = {
  requestsPerMinute: setup.REQUESTS_PER_MINUTE,
  share: setup.SHARE,
  looks: setup.LOOKS,
  lookEveryMinutes: 1,
  scores: { distribution: "beta, rounded to .01", mean: setup.MEAN, sd: setup.SD },
  baseline: "stable's true mean and sd when the canary starts",
  alpha: { rollback: ALPHA_ROLLBACK, promotion: ALPHA_PROMOTE },
  margin: {
    "falseRollback A-D, ramp, diurnal; delayMinutes; fromStartMinutes; judgedItems; lateOnset": 0,
    "sticky500WithMargin, asShippedMinutes": 0.02,
    "falsePromotion, promotionMinutes": setup.PROMOTION_MARGIN,
  },
  evidence: {
    "falseRollback, delayMinutes, judgedItems, lateOnset": "quality, mixed over hour cells, against 1/alpha",
    fromStartMinutes: "quality from the first cell only, what the goals of delayMinutes were simulated with",
    asShippedMinutes: "quality at the product's margin and weight, the other four metrics silent",
    "falsePromotion, promotionMinutes": "from the first cell only, against 1/alpha",
  },
  schemes: {
    A: "2 % of both arms",
    B: "the same spend, half of it on the canary",
    C: "the whole canary, 2 % of stable",
    D: "the whole canary and as much of stable; also every scenario that is not named after a scheme",
  },
  oracle: "mean of Wald's test with known effect and normal scores",
  users: setup.USERS,
  cloudwatch3of3: { ...CLOUDWATCH, falseRollback: "scheme A", delayMinutes: "scheme D" },
  mannWhitney: { ...MANN_WHITNEY, falseRollback: "scheme A, two-sided p < .05 and the canary worse" },
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
  const outcomes = await runAll(jobsOf(seed, runs));
  const report = reportOf(outcomes, compareOrders(seed));
  const wallMs = Math.round(performance.now() - started);
  const document = { ...report, seed, settings, wallMs };
  console.log(json ? JSON.stringify(document, null, 2) : tableOf(report));
}

await main();

import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { POPULATION, type Repetition, SCORE_PARAMETERS, SHARES } from "../support/simulate-sampling.ts";
import { HOUR_CEILING, USD_PER_DAY } from "./sampling-budgeted.ts";
import { FIXED_REQUESTS, LATEST_VOTE_H } from "./sampling-fixed.ts";
import { JUDGE, LABELS, PPI_JUDGED } from "./sampling-ppi.ts";
import type { Results, Slice } from "./sampling-worker.ts";
import { DAY } from "./sampling-world.ts";

const USAGE = "usage: npm run -s bench:sampling -- [--json] [--seed N] [--reps N]";

function readArgs() {
  const { values } = parseArgs({
    options: { json: { type: "boolean" }, seed: { type: "string" }, reps: { type: "string" } },
  });
  const whole = (name: "seed" | "reps", fallback: number, least: number): number => {
    const value = Number(values[name] ?? fallback);
    if (!Number.isSafeInteger(value) || value < least)
      throw new Error(`--${name} is a whole number ≥ ${least}`);
    return value;
  };
  return { json: values.json === true, seed: whole("seed", 7, 0), reps: whole("reps", 1_000, 2) };
}

const runWorker = (slice: Slice): Promise<Results> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./sampling-worker.ts", import.meta.url), { workerData: slice });
    worker.once("message", resolve);
    worker.once("error", reject);
  });

/** In the order of the repetitions, so that sums do not depend on how many workers ran them. */
async function runAll(seed: number, reps: number): Promise<Results> {
  const step = Math.max(1, Math.min(4, availableParallelism()));
  const slices = Array.from({ length: step }, (_, first) => ({ seed, reps, first, step }));
  const parts = await Promise.all(slices.map(runWorker));
  const inOrder = (name: keyof Results): Repetition[] =>
    Array.from({ length: reps }, (_, rep) => {
      const one = parts[rep % step]?.[name][Math.floor(rep / step)];
      if (one === undefined) throw new Error(`repetition ${rep} of ${name} is missing`);
      return one;
    });
  return {
    fixed: inOrder("fixed"),
    budgeted: inOrder("budgeted"),
    lateFeedback: inOrder("lateFeedback"),
    ppi: inOrder("ppi"),
  };
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;
const rounded = (value: number, digits = 4): number => Number(value.toFixed(digits));

function summaryOf(repetitions: readonly Repetition[]) {
  const mean = (value: (one: Repetition) => number): number => meanOf(repetitions.map(value));
  const extra = (name: string): number[] => repetitions.map((one) => one.extra[name] ?? Number.NaN);
  const bias = mean(({ error }) => error);
  const judged = mean((one) => one.judged);
  const variance = mean(({ error }) => (error - bias) ** 2);
  return {
    bias: rounded(bias, 5),
    coverage: rounded(mean(({ covered }) => (covered ? 1 : 0))),
    /** σ² of a request over the variance of the estimator: labels of a uniform sample that would be worth the same. */
    effectivePerJudged: rounded(POPULATION.variance / variance / judged),
    judged: rounded(judged, 1),
    halfWidth: rounded(
      mean((one) => one.halfWidth),
      5,
    ),
    extra,
  };
}

/** The value farthest from 0. */
const farthest = (values: readonly number[]): number =>
  values.reduce((worst, x) => (Math.abs(x) > Math.abs(worst) ? x : worst), 0);

function report(results: Results, seed: number, wallMs: number) {
  const fixed = summaryOf(results.fixed);
  const budgeted = summaryOf(results.budgeted);
  const late = summaryOf(results.lateFeedback);
  const ppi = summaryOf(results.ppi);
  const ratio = ppi.halfWidth / meanOf(ppi.extra("humanHalfWidth"));
  const spend = budgeted.extra("spendOverTarget");
  const part = ({ extra: _, ...known }: ReturnType<typeof summaryOf>) => known;
  return {
    fixed: {
      ...part(fixed),
      naiveBias: rounded(meanOf(fixed.extra("naive")), 5),
      naiveCoverage: rounded(meanOf(fixed.extra("naiveCovered"))),
      nEff: rounded(meanOf(fixed.extra("nEff")), 1),
    },
    budgeted: {
      ...part(budgeted),
      spendOverTarget: rounded(farthest(spend)),
      meanSpendOverTarget: rounded(meanOf(spend)),
      worstHourOverTarget: rounded(Math.max(...budgeted.extra("worstHour"))),
      worstHourByArrivalOverTarget: rounded(Math.max(...budgeted.extra("worstHourByArrival"))),
      meanWorstHourOverTarget: rounded(meanOf(budgeted.extra("worstHour"))),
      naiveBias: rounded(meanOf(budgeted.extra("naive")), 5),
      requests: Math.round(meanOf(budgeted.extra("requests"))),
    },
    lateFeedback: {
      bias: late.bias,
      coverage: late.coverage,
      halfwayBias: rounded(meanOf(late.extra("halfwayError")), 5),
      halfwayCoverage: rounded(meanOf(late.extra("halfwayCovered"))),
      frozenWeightBias: rounded(meanOf(late.extra("frozen")), 5),
    },
    ppi: {
      labels: LABELS,
      coverage: ppi.coverage,
      widthOverHumanOnly: rounded(ratio),
      bias: ppi.bias,
      humanOnlyCoverage: rounded(meanOf(ppi.extra("humanCovered"))),
      correlation: rounded(meanOf(ppi.extra("correlation"))),
      judgeOnlyBias: rounded(meanOf(ppi.extra("judgeOnly")), 5),
    },
    settings: {
      seed,
      reps: results.fixed.length,
      population: {
        shares: SHARES,
        betaParameters: SCORE_PARAMETERS,
        mean: rounded(POPULATION.mean),
        variance: rounded(POPULATION.variance, 5),
      },
      fixed: { requests: FIXED_REQUESTS, latestVoteHours: LATEST_VOTE_H },
      budgeted: { ...DAY, usdPerDay: USD_PER_DAY, usdPerHour: HOUR_CEILING * DAY.usdPerJudgement },
      ppi: { judged: PPI_JUDGED, ...JUDGE },
    },
    wallMs,
  };
}

type Report = ReturnType<typeof report>;

function table({ fixed, budgeted, lateFeedback, ppi, settings, wallMs }: Report): string {
  const row = (...cells: readonly (string | number)[]): string =>
    cells.map((cell, index) => (index === 0 ? String(cell).padEnd(34) : String(cell).padStart(12))).join("");
  const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
  return [
    `${settings.reps} repetitions, seed ${settings.seed}, ${(wallMs / 1_000).toFixed(1)} s`,
    row("", "bias", "coverage", "effective*", "judged"),
    row("plain mean, seed's rules", fixed.naiveBias, percent(fixed.naiveCoverage), "", fixed.judged),
    row(
      "weighted mean, seed's rules",
      fixed.bias,
      percent(fixed.coverage),
      fixed.effectivePerJudged,
      fixed.judged,
    ),
    row(
      "weighted mean, budgeted",
      budgeted.bias,
      percent(budgeted.coverage),
      budgeted.effectivePerJudged,
      budgeted.judged,
    ),
    row("votes up to 48 h late", lateFeedback.bias, percent(lateFeedback.coverage)),
    row("  the same, half of them in", lateFeedback.halfwayBias, percent(lateFeedback.halfwayCoverage)),
    row("  weights frozen at ingest", lateFeedback.frozenWeightBias),
    row(`${ppi.labels} labels and the judge`, ppi.bias, percent(ppi.coverage)),
    "* labels of a uniform sample worth one judgement",
    `budgeted: day's spend at most ${percent(Math.abs(budgeted.spendOverTarget))} off target, worst hour ${budgeted.worstHourOverTarget} of its ceiling`,
    `labels and judge: ${ppi.widthOverHumanOnly} of the width of labels alone (r = ${ppi.correlation})`,
    "",
  ].join("\n");
}

let args: ReturnType<typeof readArgs>;
try {
  args = readArgs();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n${USAGE}\n`);
  process.exit(2);
}
const started = performance.now();
const results = await runAll(args.seed, args.reps);
const document = report(results, args.seed, Math.round(performance.now() - started));
process.stdout.write(args.json ? `${JSON.stringify(document)}\n` : table(document));

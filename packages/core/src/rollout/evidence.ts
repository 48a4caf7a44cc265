import { bettingIncrement, qualityGrid } from "@bellwether/stats/betting";
import { countIncrement } from "@bellwether/stats/count-evidence";
import { logEvidence } from "@bellwether/stats/start-mixture";
import { MATCHED_Q } from "../sampling/matched-rates.ts";
import { CELL_MS, cellOf } from "../windows/bucket.ts";
import { countAbove, total } from "../windows/histogram.ts";
import type { Baseline } from "./baseline.ts";
import { armValues, weighCost } from "./cost-evidence.ts";
import { type Arms, type BucketFold, exclusiveModels, mergeArms } from "./span.ts";

/** What the combined evidence is made of. */
export type EvidenceName =
  | "avg_quality_score"
  | "error_rate"
  | "negative_feedback_rate"
  | "p95_latency"
  | "cost_per_request";

/** Weights of the combined e-value (stats C7); the set is the same at every look. */
export const EVIDENCE_WEIGHTS: Readonly<Record<EvidenceName, number>> = {
  avg_quality_score: 0.4,
  error_rate: 0.2,
  negative_feedback_rate: 0.1,
  p95_latency: 0.15,
  cost_per_request: 0.15,
};

/** Tolerated drop of quality; 0.02 because traffic is split by user and a user's requests resemble each other (C7). */
const QUALITY_MARGIN = 0.02;
/** Tolerated ratios of event rates. */
const ERROR_RATIO = 1.1;
const USER_CLUSTERED_RATIO = 1.25;
/** Tolerated rise of cost when the policy names none. */
const COST_MARGIN = 0.05;
/** Above this share of failed calls without an arm, errors prove nothing. */
const MAX_UNATTRIBUTED = 0.1;

export interface Evidence {
  readonly parts: readonly { readonly name: EvidenceName; readonly weight: number; readonly logE: number }[];
  /** Parts that were not counted, with the reason. */
  readonly held: readonly string[];
}

interface Test {
  readonly name: EvidenceName;
  readonly increment: (cell: Arms) => number[];
}

function qualityTest({ quality }: Baseline): Test {
  const grid = qualityGrid({ q: MATCHED_Q, baseline: quality.mean, sd: quality.sd, delta: QUALITY_MARGIN });
  const score = (bin: number): number => bin / 100;
  return {
    name: "avg_quality_score",
    increment: ({ canary, stable }) =>
      bettingIncrement(grid, [
        ...armValues("canary", canary.quality, score),
        ...armValues("stable", stable.quality, score),
      ]),
  };
}

const errorTest: Test = {
  name: "error_rate",
  increment: ({ canary, stable }) =>
    countIncrement({
      canaryEvents: canary.counts.errors,
      events: canary.counts.errors + stable.counts.errors,
      canaryExposure: canary.counts.n,
      exposure: canary.counts.n + stable.counts.n,
      R0: ERROR_RATIO,
    }),
};

const feedbackTest: Test = {
  name: "negative_feedback_rate",
  increment: ({ canary, stable }) =>
    countIncrement({
      canaryEvents: canary.negative,
      events: canary.negative + stable.negative,
      canaryExposure: Math.max(canary.counts.n, canary.negative),
      exposure: Math.max(canary.counts.n, canary.negative) + Math.max(stable.counts.n, stable.negative),
      R0: USER_CLUSTERED_RATIO,
    }),
};

function latencyTest({ p95LatencyMs }: Baseline): Test | undefined {
  if (p95LatencyMs === undefined) return undefined;
  return {
    name: "p95_latency",
    increment: ({ canary, stable }) => {
      const slow = countAbove(canary.latency, p95LatencyMs);
      return countIncrement({
        canaryEvents: slow,
        events: slow + countAbove(stable.latency, p95LatencyMs),
        canaryExposure: total(canary.latency),
        exposure: total(canary.latency) + total(stable.latency),
        R0: USER_CLUSTERED_RATIO,
      });
    },
  };
}

/** Hour cells from the first bucket on, quiet hours included: the start of a regression is an event-time cell. */
function cells(buckets: readonly BucketFold[], from: number): BucketFold[][] {
  const byCell: BucketFold[][] = [];
  for (const bucket of buckets) {
    const index = (cellOf(bucket.start) - cellOf(from)) / CELL_MS;
    while (byCell.length <= index) byCell.push([]);
    byCell[index]?.push(bucket);
  }
  return byCell;
}

/**
 * Evidence that the canary is worse than stable, one natural-log e-value per metric, from every bucket at or after
 * the baseline's start; recomputed from the folds, so any order of delivery gives the same value.
 */
export function weighEvidence(
  buckets: readonly BucketFold[],
  names: { readonly stable: string; readonly canary: string },
  baseline: Baseline,
  settings: { readonly share: number; readonly costMargin: number | undefined },
): Evidence {
  const exclusive = exclusiveModels(buckets, names.stable, names.canary);
  const counted = buckets.filter(({ start }) => start >= baseline.from);
  const arms = cells(counted, baseline.from).map((cell) => mergeArms(cell, names, exclusive));
  const held: string[] = [];

  const lost = arms.reduce((sum, cell) => sum + cell.unattributedErrors, 0);
  const known = arms.reduce(
    (sum, { canary, stable }) => sum + canary.counts.errors + stable.counts.errors,
    0,
  );
  const errorsHeld = lost > MAX_UNATTRIBUTED * (lost + known);
  if (errorsHeld) held.push(`error_rate: ${lost} of ${lost + known} failed calls carry no variant`);
  const { share } = settings;
  // Without a split of traffic there is nothing to weigh one arm's bill against.
  const split = share > 0 && share < 1;
  const cost = split ? baseline.cost : undefined;
  if (!split) held.push(`cost_per_request: a share of ${share} leaves one arm without traffic`);
  else if (cost === undefined) held.push("cost_per_request: stable has no priced requests in its baseline");
  const latency = latencyTest(baseline);
  if (latency === undefined) held.push("p95_latency: too few latencies in the log");

  const tests = new Map(
    [qualityTest(baseline), errorsHeld ? undefined : errorTest, feedbackTest, latency]
      .filter((test) => test !== undefined)
      .map((test) => [test.name, test]),
  );
  const costLogE = cost === undefined ? 0 : weighCost(arms, cost, share, settings.costMargin ?? COST_MARGIN);
  const parts = (Object.keys(EVIDENCE_WEIGHTS) as EvidenceName[]).map((name) => {
    const test = tests.get(name);
    const logE = test === undefined ? 0 : logEvidence(arms.map((cell) => test.increment(cell)));
    return { name, weight: EVIDENCE_WEIGHTS[name], logE: name === "cost_per_request" ? costLogE : logE };
  });
  return { parts, held };
}

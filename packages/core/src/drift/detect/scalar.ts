import { type Calibration, calibrate, type Rank, rank, roundedZ } from "./calibration.ts";
import { DAY_MS, SEASONAL_CELLS, seasonalCell } from "./cell.ts";
import type { ScalarPoint } from "./points.ts";
import { daysLeft, trailing } from "./trailing.ts";

/** A span of time, ms; `until` is not part of it. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/** A baseline, or how many more days with data it takes to have one. */
export type Fitted<B> =
  | { readonly status: "ready"; readonly baseline: B }
  | { readonly status: "learning"; readonly daysLeft: number };

export interface FitOptions {
  /** only points before this instant (ms) less 6 h are used */
  readonly until: number;
  /** trailing days that are used; default 28 */
  readonly days?: number;
  /** UTC days with data it takes; default 14 */
  readonly minDays?: number;
  /** incidents: what happened then is not normal */
  readonly excluded: readonly Span[];
  /** accepted level shifts: points before `at` are moved by `by` */
  readonly shifts?: readonly { readonly at: number; readonly by: number }[];
  readonly bucketMs: number;
}

/** What is normal for one metric: plain JSON, frozen until the next fit. */
export interface ScalarBaseline extends Calibration {
  /** mean per seasonal cell; `null` where fewer than two days are known */
  readonly cells: readonly (number | null)[];
  /** variance between buckets that sampling does not explain */
  readonly tau2: number;
  /** variance of one observation, pooled over all buckets */
  readonly itemVariance: number;
}

/** What a baseline thinks of one bucket. */
export interface Look extends Rank {
  readonly z: number;
  /** difference from `expected`, in its units */
  readonly residual: number;
  readonly expected: number;
}

/** Observations' worth of pooled variance in a bucket's own, which of a few equal scores would be 0. */
const POOLED_WEIGHT = 200;
/** A constant metric has no spread to measure by; then any difference is a large one. */
const LEAST_SCALE = 1e-9;

/** Variance of the mean of a bucket, its own shrunk to the pooled one. */
function samplingVariance({ n, variance }: ScalarPoint, itemVariance: number): number {
  const own = Math.max(0, n - 1);
  return (own * n * variance + POOLED_WEIGHT * itemVariance) / ((own + POOLED_WEIGHT) * n);
}

function zOf(point: ScalarPoint, residual: number, itemVariance: number, tau2: number): number {
  const scale = Math.sqrt(samplingVariance(point, itemVariance) + tau2);
  return residual / Math.max(scale, LEAST_SCALE * (1 + Math.abs(point.mean)));
}

const usable = ({ n, mean, variance }: ScalarPoint): boolean =>
  n > 0 && Number.isFinite(mean) && Number.isFinite(variance) && variance >= 0;

/** The point with every accepted level shift after it applied. */
const moved = (point: ScalarPoint, shifts: FitOptions["shifts"] = []): ScalarPoint => ({
  ...point,
  mean: shifts.reduce((mean, { at, by }) => (point.at < at ? mean + by : mean), point.mean),
});

/**
 * Seasonal means and calibration from the trailing days.
 *
 * The residual that a point contributes to the calibration is taken against the other days of its cell, so that it is
 * exchangeable with the residual of a day to come also when neighbouring buckets resemble each other.
 */
export function fitScalar(points: readonly ScalarPoint[], options: FitOptions): Fitted<ScalarBaseline> {
  const used = trailing(points.filter(usable), options).map((point) => moved(point, options.shifts));
  const left = daysLeft(used, options);
  if (left > 0) return { status: "learning", daysLeft: left };

  const cellN = new Float64Array(SEASONAL_CELLS);
  const cellSum = new Float64Array(SEASONAL_CELLS);
  const firstDay = Math.floor((used[0]?.at ?? 0) / DAY_MS);
  const slotOf = (at: number): number =>
    (Math.floor(at / DAY_MS) - firstDay) * SEASONAL_CELLS + seasonalCell(at);
  const slots = slotOf(used.at(-1)?.at ?? 0) + SEASONAL_CELLS;
  const slotN = new Float64Array(slots);
  const slotSum = new Float64Array(slots);
  let pooled = 0;
  let degrees = 0;
  for (const point of used) {
    const cell = seasonalCell(point.at);
    const slot = slotOf(point.at);
    const sum = point.n * point.mean;
    cellN[cell] = (cellN[cell] as number) + point.n;
    cellSum[cell] = (cellSum[cell] as number) + sum;
    slotN[slot] = (slotN[slot] as number) + point.n;
    slotSum[slot] = (slotSum[slot] as number) + sum;
    const own = Math.max(0, point.n - 1);
    pooled += own * point.n * point.variance;
    degrees += own;
  }
  const itemVariance = degrees > 0 ? pooled / degrees : 0;

  const known: { readonly point: ScalarPoint; readonly residual: number }[] = [];
  const cells = new Array<number | null>(SEASONAL_CELLS).fill(null);
  let excess = 0;
  for (const point of used) {
    const cell = seasonalCell(point.at);
    const slot = slotOf(point.at);
    const otherN = (cellN[cell] as number) - (slotN[slot] as number);
    if (!(otherN > 0)) continue;
    cells[cell] ??= (cellSum[cell] as number) / (cellN[cell] as number);
    const residual = point.mean - ((cellSum[cell] as number) - (slotSum[slot] as number)) / otherN;
    excess += residual * residual - samplingVariance(point, itemVariance);
    known.push({ point, residual });
  }
  const tau2 = known.length > 0 ? Math.max(0, excess / known.length) : 0;
  const z = known.map(({ point, residual }) => zOf(point, residual, itemVariance, tau2));
  return { status: "ready", baseline: { cells, tau2, itemVariance, ...calibrate(z) } };
}

/**
 * What a new bucket looks like, ties split by u in [0, 1), `levels` from the detector's state.
 *
 * `undefined` when nothing is known about its cell.
 */
export function lookScalar(
  baseline: ScalarBaseline,
  point: ScalarPoint,
  u: number,
  levels: readonly number[],
): Look | undefined {
  const expected = baseline.cells[seasonalCell(point.at)] ?? null;
  if (expected === null || !usable(point)) return undefined;
  const residual = point.mean - expected;
  const z = zOf(point, residual, baseline.itemVariance, baseline.tau2);
  return { ...rank(baseline, z, u, levels[0] ?? 0), z: roundedZ(z), residual, expected };
}

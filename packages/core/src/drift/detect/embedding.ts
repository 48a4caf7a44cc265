import { scaledMmd } from "@bellwether/stats/mmd";
import { type Calibration, calibrate, rank, roundedZ } from "./calibration.ts";
import { DAY_MS, SEASONAL_CELLS, seasonalCell } from "./cell.ts";
import type { EmbeddingPoint } from "./points.ts";
import type { FitOptions, Fitted, Look } from "./scalar.ts";
import { daysLeft, trailing } from "./trailing.ts";

/** Window lengths in buckets: 15 min, 2 h and 8 h of 15-minute buckets. */
export const SCALES = [1, 8, 32] as const;

/** Which mean embedding is normal: plain JSON, frozen until the next fit. */
export interface EmbeddingBaseline {
  readonly bucketMs: number;
  /** mean embedding per seasonal cell; `null` where fewer than two days are known */
  readonly cells: readonly (readonly number[] | null)[];
  /** in the order of `SCALES` */
  readonly scales: readonly Calibration[];
  /** of the shortest scale */
  readonly rho1: number;
}

/** Mean embeddings are kept to this many digits: far below what 10⁶ requests could tell. */
const DIGITS = 1e5;

/** Sum over requests, by cell and by day. */
interface Sum {
  n: number;
  readonly sums: Float64Array;
}

const emptySum = (length: number): Sum => ({ n: 0, sums: new Float64Array(length) });

function addTo(target: Sum, n: number, sums: ArrayLike<number>, factor = 1): void {
  target.n += factor * n;
  for (let i = 0; i < target.sums.length; i++)
    target.sums[i] = (target.sums[i] as number) + factor * (sums[i] as number);
}

const usable = ({ n, sums }: EmbeddingPoint): boolean => n > 0 && sums.length > 0;

const bucketOf = (at: number, bucketMs: number): number => Math.floor(at / bucketMs);

/** What the seasonal means expect of a bucket, per request. */
type MeanOf = (point: EmbeddingPoint) => ArrayLike<number> | undefined;

/** n × MMD² of a window against what the means expect of its buckets; `undefined` below two requests or without a mean. */
function distances(
  length: number,
): (window: readonly EmbeddingPoint[], meanOf: MeanOf) => number | undefined {
  const observed = emptySum(length);
  const expected = emptySum(length);
  return (window, meanOf) => {
    for (const sum of [observed, expected]) {
      sum.n = 0;
      sum.sums.fill(0);
    }
    for (const point of window) {
      const mean = meanOf(point);
      if (mean === undefined) return undefined;
      addTo(observed, point.n, point.sums);
      addTo(expected, point.n, mean, point.n);
    }
    return observed.n >= 2 ? scaledMmd(observed.n, observed.sums, expected.sums) : undefined;
  };
}

/** Points by the aligned window of `scale` buckets they fall into, oldest first; windows less than half full are left out. */
function windowsOf(points: readonly EmbeddingPoint[], scale: number, bucketMs: number): EmbeddingPoint[][] {
  const windows = new Map<number, EmbeddingPoint[]>();
  for (const point of points) {
    const id = Math.floor(bucketOf(point.at, bucketMs) / scale);
    const window = windows.get(id);
    if (window === undefined) windows.set(id, [point]);
    else window.push(point);
  }
  return [...windows.values()].filter((window) => window.length >= scale / 2);
}

/**
 * Seasonal mean embeddings and one calibration per scale from the trailing days.
 *
 * The windows of the calibration are compared with the other days only: leaving out less than the whole window makes
 * calibration look calmer than what comes after it.
 */
export function fitEmbedding(
  points: readonly EmbeddingPoint[],
  options: FitOptions,
): Fitted<EmbeddingBaseline> {
  const used = trailing(points.filter(usable), options).map(({ at, n, sums }) => ({
    at,
    n,
    sums: Float64Array.from(sums),
  }));
  const left = daysLeft(used, options);
  if (left > 0) return { status: "learning", daysLeft: left };
  const length = used[0]?.sums.length ?? 0;
  const totals = Array.from({ length: SEASONAL_CELLS }, () => emptySum(length));
  const slots = new Map<number, Sum>();
  const slotOf = (at: number): number => Math.floor(at / DAY_MS) * SEASONAL_CELLS + seasonalCell(at);
  for (const { at, n, sums } of used) {
    addTo(totals[seasonalCell(at)] as Sum, n, sums);
    const slot = slots.get(slotOf(at)) ?? emptySum(length);
    slots.set(slotOf(at), slot);
    addTo(slot, n, sums);
  }
  const cells = new Array<readonly number[] | null>(SEASONAL_CELLS).fill(null);
  const others = new Map<number, Float64Array>();
  for (const [slot, { n, sums }] of slots) {
    const cell = slot % SEASONAL_CELLS;
    const total = totals[cell] as Sum;
    const otherN = total.n - n;
    if (!(otherN > 0)) continue;
    others.set(
      slot,
      sums.map((sum, i) => ((total.sums[i] as number) - sum) / otherN),
    );
    cells[cell] ??= Array.from(total.sums, (sum) => Math.round((sum / total.n) * DIGITS) / DIGITS);
  }
  const distance = distances(length);
  const scales = SCALES.map((scale) =>
    calibrate(
      windowsOf(used, scale, options.bucketMs).flatMap(
        (window) => distance(window, ({ at }) => others.get(slotOf(at))) ?? [],
      ),
    ),
  );
  const rho1 = scales[0]?.rho1 ?? 0;
  return { status: "ready", baseline: { bucketMs: options.bucketMs, cells, scales, rho1 } };
}

/**
 * One look per scale at the windows that the last of `recent` completes, ties split by one u in [0, 1) per scale,
 * `levels` from the detector's state.
 *
 * `recent` are the buckets of the last 8 h, oldest first; a new bucket without requests is passed with n = 0. A look is
 * `undefined` when its window is not over yet, less than half full, or in a cell about which nothing is known.
 * `residual` is MMD² per request, usually 0.
 */
export function lookEmbedding(
  baseline: EmbeddingBaseline,
  recent: readonly EmbeddingPoint[],
  u: readonly number[],
  levels: readonly number[],
): readonly (Look | undefined)[] {
  const last = recent.at(-1);
  if (last === undefined) return SCALES.map(() => undefined);
  const bucket = bucketOf(last.at, baseline.bucketMs);
  const distance = distances(recent.find(usable)?.sums.length ?? 0);
  return SCALES.map((scale, i) => {
    const calibration = baseline.scales[i];
    if (calibration === undefined || (bucket + 1) % scale !== 0) return undefined;
    const window = recent.filter(
      (point) => usable(point) && bucketOf(point.at, baseline.bucketMs) > bucket - scale,
    );
    if (window.length < scale / 2) return undefined;
    const t = distance(window, ({ at }) => baseline.cells[seasonalCell(at)] ?? undefined);
    if (t === undefined) return undefined;
    const n = window.reduce((sum, point) => sum + point.n, 0);
    return {
      ...rank(calibration, t, u[i] ?? 0, levels[i] ?? 0),
      z: roundedZ(t),
      residual: t / n,
      expected: 0,
    };
  });
}

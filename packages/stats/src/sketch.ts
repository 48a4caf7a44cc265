import { DDSketch } from "@datadog/sketches-js";

/** Guaranteed relative error of every quantile. */
export const SKETCH_RELATIVE_ERROR = 0.01;

const { mapping } = new DDSketch({ relativeAccuracy: SKETCH_RELATIVE_ERROR });

/**
 * A quantile sketch as plain JSON: counts per logarithmic bucket of 1 % relative error (DDSketch; Masson, Rim & Lee
 * 2019). Buckets and mapping are the library's; the merge is ours because that of its version 2.1.1 drops the counts
 * of negative values.
 */
export interface Sketch {
  readonly positive: Readonly<Record<string, number>>;
  readonly negative: Readonly<Record<string, number>>;
  readonly zero: number;
  readonly count: number;
  /** Smallest and largest value; undefined while empty. */
  readonly extremes?: readonly [number, number] | undefined;
}

/** The sketch of some values; throws RangeError for a value that is not finite. */
export function sketchOf(values: Iterable<number>): Sketch {
  const positive: Record<string, number> = {};
  const negative: Record<string, number> = {};
  let [zero, count, least, most] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) throw new RangeError(`a sketch holds finite values, got ${value}`);
    if (Math.abs(value) <= mapping.minPossible) {
      zero += 1;
    } else {
      const buckets = value > 0 ? positive : negative;
      const key = mapping.key(Math.abs(value));
      buckets[key] = (buckets[key] ?? 0) + 1;
    }
    count += 1;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return count === 0
    ? { positive, negative, zero, count }
    : { positive, negative, zero, count, extremes: [least, most] };
}

function mergeBuckets(a: Sketch["positive"], b: Sketch["positive"]): Record<string, number> {
  const merged: Record<string, number> = { ...a };
  for (const [key, count] of Object.entries(b)) merged[key] = (merged[key] ?? 0) + count;
  return merged;
}

/** The sketch over two disjoint sets of values, equal to the sketch of all of them in any order and split. */
export function mergeSketches(a: Sketch, b: Sketch): Sketch {
  const merged = {
    positive: mergeBuckets(a.positive, b.positive),
    negative: mergeBuckets(a.negative, b.negative),
    zero: a.zero + b.zero,
    count: a.count + b.count,
  };
  const extremes = [...(a.extremes ?? []), ...(b.extremes ?? [])];
  return extremes.length === 0
    ? merged
    : { ...merged, extremes: [Math.min(...extremes), Math.max(...extremes)] };
}

/** Buckets in ascending order of value, as [representative value, count]. */
function ascending(sketch: Sketch): [number, number][] {
  const side = (buckets: Sketch["positive"], sign: 1 | -1): [number, number][] =>
    Object.entries(buckets)
      .map(([key, count]): [number, number] => [sign * mapping.value(Number(key)), count])
      .toSorted(([x], [y]) => x - y);
  return [...side(sketch.negative, -1), [0, sketch.zero], ...side(sketch.positive, 1)];
}

/** The value of 1-based rank k in ascending order, within 1 % (first and last exact); undefined outside 1..count. */
export function valueAtRank(sketch: Sketch, k: number): number | undefined {
  if (sketch.extremes === undefined || !(k >= 1 && k <= sketch.count)) return undefined;
  const [least, most] = sketch.extremes;
  if (k <= 1) return least;
  if (k >= sketch.count) return most;
  let seen = 0;
  for (const [value, count] of ascending(sketch)) {
    seen += count;
    if (seen >= k) return Math.min(most, Math.max(least, value));
  }
  return most;
}

/** The p-quantile, p in [0, 1], of rank 1 + ⌊p(n−1)⌋, within 1 % of the true one; undefined for an empty sketch. */
export function sketchQuantile(sketch: Sketch, p: number): number | undefined {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`a quantile needs p in [0, 1], got ${p}`);
  return valueAtRank(sketch, 1 + Math.floor(p * (sketch.count - 1)));
}

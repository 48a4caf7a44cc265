import { asymptoticSequence } from "@bellwether/stats/asymptotic-cs";
import { longRunVariance } from "@bellwether/stats/long-run-variance";
import type { DriftBaseline } from "./baseline.ts";
import { seasonalCell } from "./detect/cell.ts";
import type { ScalarPoint } from "./detect/points.ts";
import { keyOf, SERIES } from "./series.ts";

/** What was normal in the first weeks after a release: it does not adapt, so that slow changes add up against it. */
export interface PinnedBaseline {
  /** When the release took over, ms; 0 when none is remembered. */
  readonly releasedAt: number;
  /** UTC day on which it was pinned, ms. */
  readonly day: number;
  /** Means per seasonal cell, by `keyText`. */
  readonly cells: Readonly<Record<string, readonly (number | null)[]>>;
}

/** A series that has moved away from its release over a week. */
export interface Creep {
  readonly key: string;
  /** Mean difference from the release over the week, and its interval: of logarithms, or of shares. */
  readonly effect: number;
  readonly low: number;
  readonly high: number;
}

/** Pins the seasonal means of every series of means that is ready. */
export function pin(baseline: DriftBaseline, releasedAt: number): PinnedBaseline | undefined {
  const ready = Object.entries(baseline.scalars).flatMap(([key, fitted]) =>
    fitted.status === "ready" && SERIES[keyOf(key).series].type === "scalar"
      ? [[key, fitted.baseline.cells] as const]
      : [],
  );
  return ready.length === 0 ? undefined : { releasedAt, day: baseline.day, cells: Object.fromEntries(ready) };
}

/** Smaller differences are no news: a twentieth of a mean, a fiftieth of a share. */
const LEAST_RATIO = Math.log(1.05);
const LEAST_SHARE = 0.02;
/** Buckets of a week that tell enough. */
const LEAST_BUCKETS = 96;

/**
 * How far a week of points is from the release, with an asymptotic confidence sequence whose variance allows for
 * buckets that resemble each other; undefined below a day's worth of points or when nothing worth telling has moved.
 */
export function creepOf(
  key: string,
  week: readonly ScalarPoint[],
  cells: readonly (number | null)[],
  alpha: number,
): Creep | undefined {
  const { scale, worse } = SERIES[keyOf(key).series];
  // A ratio reads the same whatever the hour.
  const comparable = (value: number): number => (scale === "root" ? 2 * Math.log(value) : value);
  const differences = week.flatMap(({ at, mean }) => {
    const was = cells[seasonalCell(at)];
    return was == null ? [] : comparable(mean) - comparable(was);
  });
  if (differences.length < LEAST_BUCKETS) return undefined;
  const n = differences.length;
  const mean = differences.reduce((sum, value) => sum + value, 0) / n;
  const sd = Math.sqrt(differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n);
  const { lrv } = longRunVariance(differences.map((value) => (sd === 0 ? 0 : (value - mean) / sd)));
  const sum2 = n * (mean * mean + lrv * sd * sd);
  const interval = asymptoticSequence({ n, sum: n * mean, sum2 }, { alpha, narrowestAt: n });
  if (interval === undefined) return undefined;
  const least = scale === "linear" ? LEAST_SHARE : LEAST_RATIO;
  const up = interval.low > 0 && mean >= least && worse !== "down";
  const down = interval.high < 0 && mean <= -least && worse !== "up";
  return up || down ? { key, effect: mean, low: interval.low, high: interval.high } : undefined;
}

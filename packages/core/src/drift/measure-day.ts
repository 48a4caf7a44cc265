import type { FoldedBucket } from "../windows/fold-dirty.ts";
import type { Segment } from "../windows/items.ts";
import { startOfBucket } from "./day.ts";
import { type Point, pointOf } from "./measure-points.ts";
import { ALL, type Family, keyText, SERIES, type SeriesName, seriesOf } from "./series.ts";
import { belongsTo, segmentsOf, sliceOf } from "./slice.ts";

export interface TimedBucket extends FoldedBucket {
  readonly start: number;
}

export interface MeasuredPoint {
  readonly key: string;
  readonly point: Point;
}

/** The variant that carries most traffic while a canary runs at an instant; undefined when there is none. */
export type StableAt = (at: number) => string | undefined;

/** Everything the series read in the buckets of [from, until), which may hold no requests at all. */
export function measurePoints(
  family: Family,
  folded: readonly TimedBucket[],
  from: number,
  until: number,
  stableAt: StableAt,
): MeasuredPoint[] {
  const byBucket = Map.groupBy(
    [...folded].sort((a, b) => a.start - b.start),
    ({ start }) => startOfBucket(family, start),
  );
  const points: MeasuredPoint[] = [];
  const isSegmented = seriesOf(family).some((name) => SERIES[name].segmented);
  for (let at = startOfBucket(family, from); at < until; at += family.bucketMs) {
    const buckets = byBucket.get(at) ?? [];
    const stable = stableAt(at);
    const isStable = ({ variant }: Segment): boolean => stable === undefined || variant === stable;
    const everybody = sliceOf(buckets, () => true);
    const arm = stable === undefined ? everybody : sliceOf(buckets, isStable);
    const segments = (isSegmented ? segmentsOf(buckets) : []).map((segment) => ({
      segment,
      slice: sliceOf(buckets, (one) => isStable(one) && belongsTo(one, segment)),
    }));
    const add = (series: SeriesName, segment: string, slice: typeof arm): void => {
      const point = pointOf(series, slice, at);
      if (point !== undefined) points.push({ key: keyText({ series, segment }), point });
    };
    for (const name of seriesOf(family)) {
      const spec = SERIES[name];
      add(name, ALL, spec.arm === "all" ? everybody : arm);
      if (spec.segmented) for (const { segment, slice } of segments) add(name, segment, slice);
    }
  }
  return points;
}

import { DAY_MS } from "@bellwether/core/drift/detect/cell";
import {
  type DetectorState,
  type Kind,
  logEvidence,
  startDetector,
  stepKind,
} from "@bellwether/core/drift/detect/detector";
import type { FitOptions, Fitted, Look } from "@bellwether/core/drift/detect/scalar";

/** A product detector: how its baseline is fitted and how the points up to `index` look. */
export interface Watched<P, B> {
  readonly kind: Kind;
  readonly baseline: (points: readonly P[], options: FitOptions) => Fitted<B>;
  readonly look: (
    baseline: B,
    points: readonly P[],
    index: number,
    levels: readonly number[],
  ) => readonly (Look | undefined)[];
}

/** Trailing days of a fit. */
export const FIT_DAYS = 28;

interface Schedule {
  readonly bucketMs: number;
  /** first instant that is watched */
  readonly from: number;
  readonly limit: number;
  /** whether the baseline is fitted anew every midnight, as the product does, or once */
  readonly refit: "daily" | "once";
  /** stop at the first alarm at or after this instant */
  readonly until?: number;
}

/** Ends of the buckets that rang: baseline at midnight, one look a bucket, evidence back to zero after an alarm. */
export function alarmsOf<P extends { readonly at: number }, B>(
  watched: Watched<P, B>,
  points: readonly P[],
  { bucketMs, from, limit, refit, until }: Schedule,
): number[] {
  const { kind, baseline, look } = watched;
  const alarms: number[] = [];
  let state: DetectorState = startDetector(kind);
  let fitted: Fitted<B> | undefined;
  let midnight = Number.NEGATIVE_INFINITY;
  let oldest = 0;
  for (let i = 0; i < points.length; i++) {
    const { at } = points[i] as P;
    if (at < from) continue;
    const today = Math.floor(at / DAY_MS) * DAY_MS;
    if (fitted === undefined || (refit === "daily" && today > midnight)) {
      midnight = today;
      while ((points[oldest] as P).at < today - FIT_DAYS * DAY_MS) oldest += 1;
      fitted = baseline(points.slice(oldest, i), { until: today, excluded: [], bucketMs, days: FIT_DAYS });
    }
    if (fitted.status === "learning") continue;
    state = stepKind(kind, state, look(fitted.baseline, points, i, state.levels));
    if (logEvidence(kind, state) < Math.log(limit)) continue;
    alarms.push(at + bucketMs);
    if (until !== undefined && at + bucketMs > until) return alarms;
    state = startDetector(kind);
  }
  return alarms;
}

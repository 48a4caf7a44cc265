import type { DriftBaseline } from "./baseline.ts";
import { type DriftDay, dayOf } from "./day.ts";
import { DAY_MS } from "./detect/cell.ts";
import { type IncidentChange, settleIncidents } from "./incident.ts";
import type { Family } from "./series.ts";
import type { DriftState } from "./state.ts";
import { type DetectorReading, type KindReading, stepBucket } from "./step.ts";

/** What watching buckets needs: readings by day, and the baseline of a day that begins. */
export interface Watch {
  readonly app: string;
  readonly family: Family;
  readonly days: ReadonlyMap<number, DriftDay>;
  readonly openBaseline: (day: number, state: DriftState) => Promise<DriftBaseline>;
  readonly falsePagesPerWeek: number;
  /** Series that are watched, by `keyText`; all unless given. */
  readonly watches?: (key: string) => boolean;
}

/** A change of an incident, with what was known when it happened. */
export interface TimedChange {
  readonly change: IncidentChange;
  /** End of the bucket that changed it, ms. */
  readonly at: number;
  readonly days: readonly DriftDay[];
  readonly baselineOf: (day: number) => DriftBaseline;
}

export interface Watched {
  /** Baselines that were opened, by day. */
  readonly baselines: ReadonlyMap<number, DriftBaseline>;
  readonly state: DriftState;
  readonly kinds: readonly KindReading[];
  readonly readings: readonly DetectorReading[];
  readonly changes: readonly TimedChange[];
}

/** Days that a look reaches back into. */
const REACH_DAYS = 1;

/** Looks at the buckets of [before.until, until) one by one, in order. */
export async function watchBuckets(before: DriftState, until: number, watch: Watch): Promise<Watched> {
  const { app, family, falsePagesPerWeek, watches = () => true } = watch;
  const firstDay = dayOf(before.first);
  const baselines = new Map<number, DriftBaseline>();
  const baselineOf = (day: number): DriftBaseline => {
    // Before the first day there are no readings, so the first day's baseline will do.
    const found = baselines.get(Math.max(day, firstDay));
    if (found === undefined) throw new Error(`no baseline of ${new Date(day).toISOString()} is open`);
    return found;
  };
  let state = before;
  let kinds: readonly KindReading[] = [];
  const readings: DetectorReading[] = [];
  const changes: TimedChange[] = [];
  for (let bucket = before.until; bucket < until; bucket += family.bucketMs) {
    const today = dayOf(bucket);
    for (let day = Math.max(firstDay, today - REACH_DAYS * DAY_MS); day <= today; day += DAY_MS)
      if (!baselines.has(day)) baselines.set(day, await watch.openBaseline(day, state));
    const around: DriftDay[] = [];
    for (let day = today - REACH_DAYS * DAY_MS; day <= today; day += DAY_MS) {
      const known = watch.days.get(day);
      if (known !== undefined) around.push(known);
    }
    const inputs = { app, family, days: around, baselineOf };
    const stepped = stepBucket({ ...inputs, falsePagesPerWeek, watches }, state, bucket);
    const settled = settleIncidents(state, bucket, stepped, inputs);
    const end = bucket + family.bucketMs;
    kinds = stepped.kinds;
    readings.push(...stepped.readings);
    changes.push(...settled.changes.map((change) => ({ change, at: end, days: around, baselineOf })));
    state = { ...state, ...settled.state, until: end };
  }
  return {
    state: { ...state, learning: kinds.every(({ ready }) => ready === 0), seq: before.seq + 1 },
    kinds,
    readings,
    changes,
    baselines,
  };
}

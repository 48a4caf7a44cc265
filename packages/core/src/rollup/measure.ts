import { type BucketSpend, spendOf } from "../budget/spend-series.ts";
import type { LakeRow, LakeTable } from "../lake/tables.ts";
import type { Gauge } from "../metrics.ts";
import { type BucketLoad, bucketLoad } from "../quotas/quota-use.ts";
import { type Rollout, runningCanary } from "../rollout/document.ts";
import { type BucketTraffic, trafficOf } from "../sampling/traffic.ts";
import { BUCKET_MS, CELL_MS, cellOf, instantKey } from "../windows/bucket.ts";
import type { Fold } from "../windows/fold.ts";
import { type DirtyMark, type FoldDeps, type FoldedBucket, foldDirty } from "../windows/fold-dirty.ts";
import { operationsGauges } from "./operations-gauges.ts";
import { operationsRows } from "./operations-rows.ts";
import { armTally, coverageGauges, pricedGauges, qualityGauges } from "./quality-gauges.ts";
import { rollupRows } from "./rollup-rows.ts";
import { mergeFolds, SPANS, type Span, type TimedFold, windowParts } from "./spans.ts";
import { allTimings } from "./timings.ts";

/** What a tick of measure needs from the world. */
export interface MeasureDeps extends FoldDeps {
  readonly getRollout: (app: string) => Promise<Rollout | undefined>;
  /** Folds of an app's buckets that start in [from, until), with their profiles. */
  readonly readFoldedBuckets: (
    app: string,
    from: number,
    until: number,
  ) => Promise<(FoldedBucket & { readonly start: number })[]>;
  /** Hours in which folds changed since their total was made, oldest first; `bucket` is the start of the hour. */
  readonly dirtyHours: (app: string, limit: number) => Promise<DirtyMark[]>;
  readonly clearHours: (app: string, marks: readonly DirtyMark[]) => Promise<void>;
  readonly saveHour: (
    app: string,
    hour: number,
    closed: {
      readonly total: Fold;
      readonly traffic: readonly BucketTraffic[];
      readonly spend: readonly BucketSpend[];
    },
    now: number,
  ) => Promise<void>;
  readonly readHours: (app: string, from: number, until: number) => Promise<TimedFold[]>;
  /** Watermark of the last tick that published gauges. */
  readonly measuredUntil: (app: string) => Promise<number | undefined>;
  readonly noteMeasured: (app: string, watermark: number, now: number) => Promise<void>;
  /** Keeps how many requests with a text to judge the last day had; people's labels are drawn by it. */
  readonly noteVolume: (app: string, perDay: number, now: number) => Promise<void>;
  readonly writeLake: (table: LakeTable, part: string, rows: readonly LakeRow[]) => Promise<void>;
}

export interface MeasureStage {
  readonly lagMs: number;
  readonly partName: (...identity: string[]) => string;
}

export interface Measured {
  readonly gauges: readonly Gauge[];
  /** What the app asked of Bedrock in the last hour; undefined when this watermark was looked at before. */
  readonly load: readonly BucketLoad[] | undefined;
  /** Nothing changes before this instant unless new data arrives; `null` is for ever. */
  readonly settledUntil: number | null;
}

/** Hours made anew in one tick; a backlog is worked off over several. */
const HOURS_PER_TICK = 200;

/** Makes the totals of closed hours anew and writes their rows; marks go last. */
async function totalHours(
  app: string,
  until: number,
  now: number,
  stage: MeasureStage,
  deps: MeasureDeps,
): Promise<number | null> {
  const marks = await deps.dirtyHours(app, HOURS_PER_TICK);
  const closed = marks.filter(({ bucket }) => bucket + CELL_MS <= until);
  for (const { bucket: hour } of closed) {
    const buckets = await deps.readFoldedBuckets(app, hour, hour + CELL_MS);
    const total = mergeFolds(buckets);
    const traffic = buckets.map(({ start, fold }) => ({ start, traffic: trafficOf(fold) }));
    await deps.saveHour(app, hour, { total, traffic, spend: buckets.map(spendOf) }, now);
    const rows = rollupRows(app, hour, total, now);
    const part = stage.partName("rollup", app, instantKey(hour), String(now));
    if (rows.length > 0) await deps.writeLake("rollups_log", part, rows);
    const operations = operationsRows(app, hour, total, buckets, now);
    if (operations.length > 0) await deps.writeLake("operations_log", part, operations);
  }
  await deps.clearHours(app, closed);
  const open = marks.find(({ bucket }) => bucket + CELL_MS > until);
  return open === undefined ? null : open.bucket + CELL_MS + stage.lagMs;
}

async function windowOf(app: string, span: Span, until: number, deps: MeasureDeps): Promise<Fold> {
  const { buckets, hours } = windowParts(span, until);
  const [from, to] = hours;
  const parts = await Promise.all([
    from < to ? deps.readHours(app, from, to) : [],
    ...buckets.map(([start, end]) => deps.readFoldedBuckets(app, start, end)),
  ]);
  return mergeFolds(parts.flat());
}

/**
 * One look at an app: folds what changed, makes the totals of closed hours, and gives the gauges of the windows that
 * end at the watermark, once per watermark.
 */
export async function measureApp(
  app: string,
  now: number,
  stage: MeasureStage,
  deps: MeasureDeps,
): Promise<Measured> {
  const watermark = Math.floor((now - stage.lagMs) / BUCKET_MS) * BUCKET_MS;
  const next = watermark + BUCKET_MS + stage.lagMs;
  const before = (await deps.measuredUntil(app)) ?? 0;
  if (before >= watermark) return { gauges: [], load: undefined, settledUntil: next };
  const folded = await foldDirty(app, { from: 0, until: watermark, now }, deps);
  const hourCloses = await totalHours(app, watermark, now, stage, deps);
  const lastHour = await deps.readFoldedBuckets(app, watermark - SPANS["1h"], watermark);
  const gauges: Gauge[] = [];
  // A day and a week change little in five minutes; they are published once an hour.
  const isNewHour = cellOf(before) !== cellOf(watermark);
  for (const span of Object.keys(SPANS) as Span[]) {
    if (span !== "1h" && !isNewHour) continue;
    const fold = span === "1h" ? mergeFolds(lastHour) : await windowOf(app, span, watermark, deps);
    gauges.push(...qualityGauges(app, "all", span, armTally(fold)));
    if (span === "24h") await deps.noteVolume(app, armTally(fold).counts.eligible, now);
    if (span !== "1h") continue;
    gauges.push(...coverageGauges(app, armTally(fold)), ...pricedGauges(app, armTally(fold)));
    gauges.push(...operationsGauges(app, armTally(fold), allTimings(lastHour)));
    const rollout = await deps.getRollout(app);
    const run = rollout && runningCanary(rollout);
    if (run === undefined) continue;
    gauges.push(...qualityGauges(app, "stable", span, armTally(fold, run.stable)));
    gauges.push(...qualityGauges(app, "canary", span, armTally(fold, run.canary)));
  }
  await deps.noteMeasured(app, watermark, now);
  const bucketCloses = folded.open === null ? null : folded.open + BUCKET_MS + stage.lagMs;
  const pending = [hourCloses, bucketCloses].filter((at) => at !== null);
  const settledUntil = folded.backlog ? now : pending.length === 0 ? null : Math.min(...pending);
  const load = lastHour.map(({ start, fold }) => bucketLoad(start, fold));
  return { gauges, load, settledUntil };
}

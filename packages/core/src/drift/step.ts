import { eBenjaminiHochberg } from "@bellwether/stats/e-bh";
import { logSumExp } from "@bellwether/stats/log-sum-exp";
import { type DriftBaseline, daysLeftOf } from "./baseline.ts";
import { type DriftDay, dayOf } from "./day.ts";
import {
  alarmLimit,
  anytimeP,
  type DetectorState,
  driftScore,
  type Kind,
  logEvidence,
  runUpBuckets,
  startDetector,
  stepKind,
} from "./detect/detector.ts";
import { lookAt, type SeriesLook } from "./look.ts";
import { type DriftKind, type Family, keyOf, SERIES } from "./series.ts";
import type { DriftState } from "./state.ts";

/** The judge is given this long before a bucket's scores are looked at, ms. */
export const JUDGED_LAG_MS = 60 * 60_000;

/** What one detector made of a bucket. */
export interface DetectorReading {
  readonly key: string;
  readonly kind: DriftKind;
  /** Start of the bucket it looked at. */
  readonly at: number;
  readonly look: SeriesLook;
  readonly logE: number;
  readonly p: number;
  /** Estimated start of a change, if there is one. */
  readonly onset: number;
}

/** Where one kind of drift stands after a bucket. */
export interface KindReading {
  readonly kind: DriftKind;
  /** Detectors that have a baseline. */
  readonly ready: number;
  /** Days until the first of the others may be ready; null when all are. */
  readonly daysLeft: number | null;
  /** ln M̄ of the kind against its limit, in [0, 1]; 1 rings. */
  readonly score: number;
  readonly rings: boolean;
  /** Series that ring on their own or are found by e-BH, the strongest first. */
  readonly found: readonly string[];
}

export interface StepInputs {
  readonly app: string;
  readonly family: Family;
  readonly falsePagesPerWeek: number;
  readonly days: readonly DriftDay[];
  /** The frozen baseline of a UTC day. */
  readonly baselineOf: (day: number) => DriftBaseline;
  /** Series that are watched, by `keyText`. */
  readonly watches: (key: string) => boolean;
}

/** False discovery rate of the list of series in a page. */
const FDR = 0.1;

const laneOf = (key: string): number => (SERIES[keyOf(key).series].lane === "judged" ? JUDGED_LAG_MS : 0);

const keysOf = (baseline: DriftBaseline, watches: (key: string) => boolean): string[] =>
  [...Object.keys(baseline.scalars), ...Object.keys(baseline.categories), ...Object.keys(baseline.embeddings)]
    .filter(watches)
    .sort();

/** The detector of a series: one that looks both ways, or for a rise of what is worse. */
export const detectorKind = (key: string): Kind => {
  const { type, worse } = SERIES[keyOf(key).series];
  if (type === "categorical" || type === "embedding") return type;
  return worse === "both" ? "scalar" : "up";
};

/** ln of how much more evidence a detector needs whose residuals resemble their neighbours. */
function logHandicap(baseline: DriftBaseline, key: string): number {
  const fitted = baseline.scalars[key] ?? baseline.categories[key] ?? baseline.embeddings[key];
  const rho1 = fitted?.status === "ready" ? fitted.baseline.rho1 : 0;
  return Math.log(alarmLimit(1, 1, rho1) / alarmLimit(1, 1));
}

/** Where a kind stands: E[M̄] ≤ buckets since the last alarm, whatever its detectors have to do with each other. */
function readKind(
  kind: DriftKind,
  detectors: Readonly<Record<string, DetectorState>>,
  baseline: DriftBaseline,
  { family, falsePagesPerWeek, watches }: StepInputs,
): KindReading {
  const keys = keysOf(baseline, watches).filter((key) => SERIES[keyOf(key).series].kind === kind);
  const left = keys.map((key) => daysLeftOf(baseline, key) ?? 0);
  const waiting = left.filter((days) => days > 0);
  const ready = keys.filter((_key, index) => left[index] === 0);
  const logs = ready.map((key) => {
    const state = detectors[key];
    return state === undefined
      ? { log: Number.NEGATIVE_INFINITY, p: 1 }
      : {
          log: logEvidence(detectorKind(key), state) - logHandicap(baseline, key),
          p: anytimeP(detectorKind(key), state),
        };
  });
  const limit = alarmLimit(falsePagesPerWeek, family.bucketMs);
  const logMean =
    ready.length === 0
      ? Number.NEGATIVE_INFINITY
      : logSumExp(logs.map(({ log }) => log)) - Math.log(ready.length);
  const rings = logMean >= Math.log(limit);
  const strongest = logs.map(({ log }, index) => ({ log, index })).sort((x, y) => y.log - x.log);
  const listed = new Set(
    eBenjaminiHochberg(
      logs.map(({ p }) => -Math.log(p)),
      FDR,
    ),
  );
  const found = strongest.filter(({ index }, rank) => rings && (rank === 0 || listed.has(index)));
  return {
    kind,
    ready: ready.length,
    daysLeft: waiting.length === 0 ? null : Math.min(...waiting),
    score: driftScore(logMean, limit),
    rings,
    found: found.map(({ index }) => ready[index] ?? ""),
  };
}

export interface Stepped {
  readonly detectors: Readonly<Record<string, DetectorState>>;
  readonly readings: readonly DetectorReading[];
  readonly kinds: readonly KindReading[];
}

/** Steps every detector with the bucket at `bucket` (judged series with the one an hour before); pure. */
export function stepBucket(
  inputs: StepInputs,
  state: Pick<DriftState, "detectors">,
  bucket: number,
): Stepped {
  const { app, family, days, baselineOf, watches } = inputs;
  const detectors: Record<string, DetectorState> = { ...state.detectors };
  const readings: DetectorReading[] = [];
  const today = baselineOf(dayOf(bucket));
  for (const key of keysOf(today, watches)) {
    const at = bucket - laneOf(key);
    const baseline = baselineOf(dayOf(at));
    const detector = detectorKind(key);
    const before = detectors[key] ?? startDetector(detector);
    const look = lookAt(app, key, at, days, baseline, before.levels);
    if (look === undefined) continue;
    const after = stepKind(detector, before, look.looks);
    detectors[key] = after;
    readings.push({
      key,
      kind: SERIES[keyOf(key).series].kind,
      at,
      look,
      logE: logEvidence(detector, after),
      p: anytimeP(detector, after),
      onset: at - Math.max(0, runUpBuckets(detector, after) - 1) * family.bucketMs,
    });
  }
  const kinds = family.kinds.map((kind) => readKind(kind, detectors, today, inputs));
  return { detectors, readings, kinds };
}

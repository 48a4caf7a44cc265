import { logSumExp } from "@bellwether/stats/log-sum-exp";
import {
  type EDetector,
  freshDetector,
  logMixture,
  runUp,
  stepDetector,
  TWO_SIDED,
  UPWARD,
} from "@bellwether/stats/shiryaev-roberts";
import { SCALES } from "./embedding.ts";
import type { Look } from "./scalar.ts";

/** `scalar` looks for a change in either direction, `up` for a rise, the others for any change of a mix. */
export type Kind = "scalar" | "up" | "categorical" | "embedding";

/** Evidence so far, one detector per scale; plain JSON. */
export interface DetectorState {
  readonly detectors: readonly EDetector[];
  /** what the buckets so far predict of the next score, per detector: an argument of the next look */
  readonly levels: readonly number[];
}

const WEEK_MS = 7 * 86_400_000;
/**
 * M overshoots A by 1/.62 on average, so an alarm at A itself would ring .62 times as often as A says: mean over the
 * effects μ of exp(−.583 μ) (Siegmund 1985, ch. VIII; Pollak 1987).
 */
const OVERSHOOT = 0.62;
/** Residuals that resemble their neighbours more than this still ring too often after division by √LRV. */
const PERSISTENT = 0.3;
const PERSISTENT_FACTOR = 1.5;

const effectsOf = (kind: Kind): readonly number[] => (kind === "scalar" ? TWO_SIDED : UPWARD);

/** Buckets per step of each detector. */
const scalesOf = (kind: Kind): readonly number[] => (kind === "embedding" ? SCALES : [1]);

/** The state before the first look, and after an alarm. */
export function startDetector(kind: Kind): DetectorState {
  const scales = scalesOf(kind);
  return { detectors: scales.map(() => freshDetector(effectsOf(kind))), levels: scales.map(() => 0) };
}

/** The state after the looks of one bucket, one per scale; a scale without a look is not stepped. */
export function stepKind(
  kind: Kind,
  state: DetectorState,
  looks: readonly (Look | undefined)[],
): DetectorState {
  const effects = effectsOf(kind);
  const stepped = state.detectors.map((detector, i) => {
    const look = looks[i];
    if (look === undefined) return { detector, level: state.levels[i] ?? 0 };
    return { detector: stepDetector(effects, detector, look.x), level: look.level };
  });
  return { detectors: stepped.map(({ detector }) => detector), levels: stepped.map(({ level }) => level) };
}

/** ln M, M = mean over scales of buckets per step × R: E[M] ≤ buckets since the start without a change. */
export function logEvidence(kind: Kind, state: DetectorState): number {
  const scales = scalesOf(kind);
  const weighted = state.detectors.map(
    (one, i) => logMixture(one) + Math.log((scales[i] ?? 1) / scales.length),
  );
  return logSumExp(weighted);
}

/** Buckets since the estimated onset of a change, 0 when nothing points to one. */
export function runUpBuckets(kind: Kind, state: DetectorState): number {
  const scales = scalesOf(kind);
  let best = 0;
  let buckets = 0;
  state.detectors.forEach((detector, i) => {
    const largest = Math.max(...detector.cusum);
    if (largest <= best) return;
    best = largest;
    buckets = runUp(detector) * (scales[i] ?? 1);
  });
  return buckets;
}

/** A: alarm when M ≥ A, for at most `falsePerWeek` alarms a week without a change; raised when residuals persist. */
export function alarmLimit(falsePerWeek: number, bucketMs: number, rho1 = 0): number {
  if (!(falsePerWeek > 0)) throw new RangeError(`false alarms per week are positive, got ${falsePerWeek}`);
  return ((OVERSHOOT * WEEK_MS) / bucketMs / falsePerWeek) * (rho1 > PERSISTENT ? PERSISTENT_FACTOR : 1);
}

/** How far the evidence has come on its way to an alarm, ln M / ln A in [0, 1]. */
export function driftScore(logM: number, limit: number): number {
  return Math.min(1, Math.max(0, logM / Math.log(limit)));
}

/** Anytime-valid p-value of no change since the start, min(1, buckets / M). */
export function anytimeP(kind: Kind, state: DetectorState): number {
  const buckets = Math.max(...state.detectors.map((one, i) => one.steps * (scalesOf(kind)[i] ?? 1)));
  return buckets === 0 ? 1 : Math.min(1, Math.exp(Math.log(buckets) - logEvidence(kind, state)));
}

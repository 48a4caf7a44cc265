/** Ratios of the canary's event rate to the tolerated one that the evidence is spread over. */
const RATE_RATIOS = [1.15, 1.35, 1.7, 2.3, 3.5, 6] as const;

export interface CountCell {
  /** Events (errors, thumbs-down, slow calls) of the canary. */
  readonly canaryEvents: number;
  /** Events of both arms. */
  readonly events: number;
  /** Requests of the canary that could have had the event. */
  readonly canaryExposure: number;
  /** Requests of both arms. */
  readonly exposure: number;
  /** Tolerated ratio of canary to stable rate, > 0; default 1.1. */
  readonly R0?: number;
}

/**
 * Log likelihood ratios of "the canary's event rate is R_j times stable's" against R0, given the cell's events.
 *
 * With p the canary's realised share of exposure an event is the canary's with probability q(R) = pR/(pR+1−p), so
 * L_j = x·ln(R_j/R0) − n·ln((1−p+pR_j)/(1−p+pR0)) with R_j = R0·{1.15, 1.35, 1.7, 2.3, 3.5, 6} (Lindon & Malek,
 * NeurIPS 2022). Zeros when either arm had no exposure; throws RangeError on impossible counts.
 */
export function countIncrement({
  canaryEvents,
  events,
  canaryExposure,
  exposure,
  R0 = 1.1,
}: CountCell): number[] {
  if (!(canaryEvents >= 0 && canaryEvents <= events && Number.isFinite(events))) {
    throw new RangeError(`${canaryEvents} canary events of ${events} is impossible`);
  }
  if (!(canaryExposure >= 0 && canaryExposure <= exposure && Number.isFinite(exposure))) {
    throw new RangeError(`${canaryExposure} canary requests of ${exposure} is impossible`);
  }
  if (!(R0 > 0)) throw new RangeError(`R0 must be > 0, got ${R0}`);
  if (canaryExposure === 0 || canaryExposure === exposure) return RATE_RATIOS.map(() => 0);
  const p = canaryExposure / exposure;
  return RATE_RATIOS.map((ratio) => {
    const R = R0 * ratio;
    return canaryEvents * Math.log(ratio) - events * Math.log((1 - p + p * R) / (1 - p + p * R0));
  });
}

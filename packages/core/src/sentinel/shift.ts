import {
  type EDetector,
  freshDetector,
  logMixture,
  stepDetector,
  TWO_SIDED,
} from "@bellwether/stats/shiryaev-roberts";

/** Quality by case. */
export type Scores = Readonly<Record<string, number>>;

/** Present judge against reference scores. */
export interface Shift {
  /** Mean of present less reference score. */
  readonly mean: number;
  /** The same over its standard error, at most ±8; 0 when no case changed. */
  readonly z: number;
  /** Cases scored both times. */
  readonly cases: number;
}

/** Days without a change after which the detector rings once, on average or later. */
const LOG_LIMIT = Math.log(365);
const LARGEST_Z = 8;
/** |z| at which a judge that was changed on purpose has moved. */
const AT_ONCE_Z = 3;
/** A shift below this is nobody's business, however sure it is. */
const SMALLEST_SHIFT = 0.01;

/** Paired difference of the cases in both (stats B4); undefined without two of them. */
export function shiftOf(reference: Scores, present: Scores): Shift | undefined {
  const differences = Object.keys(reference)
    .sort()
    .flatMap((id) => {
      const [was, is] = [reference[id], present[id]];
      return was === undefined || is === undefined ? [] : [is - was];
    });
  const cases = differences.length;
  if (cases < 2) return undefined;
  const mean = differences.reduce((sum, d) => sum + d, 0) / cases;
  const variance = differences.reduce((sum, d) => sum + (d - mean) ** 2, 0) / (cases - 1);
  const error = Math.sqrt(variance / cases);
  const z = mean === 0 ? 0 : error === 0 ? Math.sign(mean) * LARGEST_Z : mean / error;
  return { mean, z: Math.max(-LARGEST_Z, Math.min(LARGEST_Z, z)), cases };
}

export const freshWatch = (): EDetector => freshDetector(TWO_SIDED);

/** The watch after one more day, and whether the judge has moved: by evidence of days, or at once after a change of judge. */
export function watchShift(
  watch: EDetector,
  { mean, z }: Shift,
  judgeChanged: boolean,
): { readonly watch: EDetector; readonly logE: number; readonly moved: boolean } {
  const next = stepDetector(TWO_SIDED, watch, z);
  const logE = logMixture(next);
  const sure = logE >= LOG_LIMIT || (judgeChanged && Math.abs(z) > AT_ONCE_Z);
  return { watch: next, logE, moved: sure && Math.abs(mean) >= SMALLEST_SHIFT };
}

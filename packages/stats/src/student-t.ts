import { betaLogitQuantile } from "./beta.ts";
import { normalQuantile } from "./normal.ts";
import { logBetaTails } from "./special.ts";

/** Above this the three-term expansion in 1/df (Abramowitz & Stegun 26.7.5) is exact to rounding. */
const LARGE_DF = 1e5;

/** P(T ≤ t) of Student's t with df > 0 (not necessarily an integer), in [0, 1]. */
export function studentTCdf(t: number, df: number): number {
  if (t === 0) return 0.5;
  const { upper } = logBetaTails(2 * Math.log(Math.abs(t)) - Math.log(df), 0.5, df / 2);
  const tail = 0.5 * Math.exp(upper);
  return t > 0 ? 1 - tail : tail;
}

/** The t with P(T ≤ t) = p for df > 0, p in (0, 1); T²/(df+T²) ~ Beta(1/2, df/2); relative error below 1e-10. */
export function studentTQuantile(p: number, df: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`a quantile needs p in (0, 1), got ${p}`);
  if (!(df > 0)) throw new RangeError(`degrees of freedom must be > 0, got ${df}`);
  if (p === 0.5) return 0;
  if (df > LARGE_DF) {
    const z = normalQuantile(p);
    const z2 = z * z;
    const first = z2 + 1;
    const second = (5 * z2 + 16) * z2 + 3;
    const third = ((3 * z2 + 19) * z2 + 17) * z2 - 15;
    return z * (1 + (first / 4 + (second / 96 + third / (384 * df)) / df) / df);
  }
  const tail = Math.min(p, 1 - p);
  const t = Math.sqrt(df) * Math.exp(betaLogitQuantile(1 - 2 * tail, 2 * tail, 0.5, df / 2) / 2);
  return p > 0.5 ? t : -t;
}

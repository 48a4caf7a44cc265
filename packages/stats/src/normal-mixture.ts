import { normalLogSurvival } from "./normal.ts";

interface MixtureOptions {
  /** Probability of ever crossing, in (0, 1). */
  readonly alpha: number;
  /** Intrinsic time (variance) at which the bound is tightest, > 0. */
  readonly tightestAt: number;
}

function precision(alpha: number, tightestAt: number): number {
  const log = 2 * Math.log(1 / alpha);
  return tightestAt / (log + Math.log(1 + log));
}

/**
 * The two-sided normal-mixture bound √((v+ρ)(ln(1+v/ρ)+2ln(1/α))) that |S| with variance clock v crosses ever with
 * probability at most alpha; ρ = v_opt/(2ln(1/α)+ln(1+2ln(1/α))) (Howard, Ramdas, McAuliffe & Sekhon 2021, eq. 14).
 */
export function normalMixtureBound(v: number, { alpha, tightestAt }: MixtureOptions): number {
  const rho = precision(alpha, tightestAt);
  return Math.sqrt((v + rho) * (Math.log1p(v / rho) + 2 * Math.log(1 / alpha)));
}

/** ln of the one-sided (half-normal) mixture supermartingale at sum s and variance clock v, with ρ tuned at 2·alpha. */
export function oneSidedNormalMixture(s: number, v: number, { alpha, tightestAt }: MixtureOptions): number {
  const rho = precision(2 * alpha, tightestAt);
  return (
    Math.LN2 +
    0.5 * Math.log(rho / (v + rho)) +
    (s * s) / (2 * (v + rho)) +
    normalLogSurvival(-s / Math.sqrt(v + rho))
  );
}

/** The one-sided bound: the s > 0 where the one-sided mixture reaches 1/alpha. */
export function oneSidedNormalMixtureBound(v: number, options: MixtureOptions): number {
  let low = 0;
  let high = normalMixtureBound(v, options) + 1;
  for (let i = 0; i < 100 && high - low > 1e-14 * high; i++) {
    const middle = (low + high) / 2;
    if (oneSidedNormalMixture(middle, v, options) < Math.log(1 / options.alpha)) low = middle;
    else high = middle;
  }
  return high;
}

const HALF_LOG_TWO_PI = 0.9189385332046727;
const EPSILON = 1e-16;
/** Guards a continued fraction against division by zero (modified Lentz, Thompson & Barnett 1986). */
const TINY = 1e-300;
/** Convergence takes about sqrt(max(a, b)) terms, so this covers parameters to 1e9. */
const MAX_TERMS = 200_000;

/** Bernoulli-number coefficients B_2k / (2k (2k−1)) of the Stirling series (Abramowitz & Stegun 6.1.41). */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400];
const STIRLING_FROM = 15;

function stirlingSeries(x: number): number {
  const inverseSquare = 1 / (x * x);
  let sum = 0;
  for (let k = STIRLING.length - 1; k >= 0; k--) sum = sum * inverseSquare + (STIRLING[k] ?? 0);
  return sum / x;
}

/** ln Γ(x) for x > 0, relative error about 1e-15 away from the zeros at 1 and 2; throws RangeError otherwise. */
export function logGamma(x: number): number {
  if (!(x > 0)) throw new RangeError(`logGamma needs x > 0, got ${x}`);
  let shifted = x;
  let product = 1;
  while (shifted < STIRLING_FROM) product *= shifted++;
  return (
    (shifted - 0.5) * Math.log(shifted) -
    shifted +
    HALF_LOG_TWO_PI +
    stirlingSeries(shifted) -
    Math.log(product)
  );
}

/** ln B(a, b) = ln Γ(a) + ln Γ(b) − ln Γ(a+b) for a, b > 0, without cancellation when both are large. */
export function logBeta(a: number, b: number): number {
  const total = a + b;
  return (
    -a * Math.log1p(b / a) -
    b * Math.log1p(a / b) +
    0.5 * Math.log(total / (a * b)) +
    HALF_LOG_TWO_PI +
    stirlingError(a) +
    stirlingError(b) -
    stirlingError(total)
  );
}

/** ln Γ(x) minus Stirling's leading terms: what keeps densities exact for large parameters (Loader 2000). */
function stirlingError(x: number): number {
  if (x >= STIRLING_FROM) return stirlingSeries(x);
  return logGamma(x) - ((x - 0.5) * Math.log(x) - x + HALF_LOG_TWO_PI);
}

export interface LogTails {
  /** ln P(X ≤ x) */
  readonly lower: number;
  /** ln P(X > x) */
  readonly upper: number;
  /** ln of x^a (1−x)^b / B(a, b) for beta, of x^a e^−x / Γ(a) for gamma: the density on the logit or log scale. */
  readonly density: number;
}

/** ln(1 − e^log) for log ≤ 0. */
function logComplement(log: number): number {
  return log > -Math.LN2 ? Math.log(-Math.expm1(log)) : Math.log1p(-Math.exp(log));
}

function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 - ((a + b) * x) / (a + 1);
  d = 1 / (Math.abs(d) < TINY ? TINY : d);
  let value = d;
  for (let m = 1; m <= MAX_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    for (const term of [even, odd]) {
      d = 1 + term * d;
      d = 1 / (Math.abs(d) < TINY ? TINY : d);
      c = 1 + term / c;
      if (Math.abs(c) < TINY) c = TINY;
      value *= d * c;
    }
    if (!(Math.abs(d * c - 1) >= 2 * EPSILON)) break;
  }
  return value;
}

/** ln(1 + e^v) without overflow. */
function softplus(v: number): number {
  return v > 0 ? v + Math.log1p(Math.exp(-v)) : Math.log1p(Math.exp(v));
}

/** Both log tails of Beta(a, b) at logit u = ln(x / (1−x)), by the continued fraction of DLMF 8.17.22; a, b > 0. */
export function logBetaTails(u: number, a: number, b: number): LogTails {
  const logX = -softplus(-u);
  const logY = -softplus(u);
  const x = Math.exp(logX);
  const y = Math.exp(logY);
  const total = a + b;
  // Near the mean both logs are tiny differences; taking them relative to it keeps a + b up to 1e9 exact.
  const drift = x * b - y * a;
  const nearMean = Math.abs(drift) < 0.5 * Math.min(a, b);
  const core = nearMean
    ? a * Math.log1p(drift / a) + b * Math.log1p(-drift / b)
    : a * (logX + Math.log1p(b / a)) + b * (logY + Math.log1p(a / b));
  const density =
    core +
    0.5 * Math.log((a * b) / total) -
    HALF_LOG_TWO_PI -
    stirlingError(a) -
    stirlingError(b) +
    stirlingError(total);
  if (x < (a + 1) / (total + 2)) {
    const lower = Math.min(0, density - Math.log(a) + Math.log(betaFraction(x, a, b)));
    return { lower, upper: logComplement(lower), density };
  }
  const upper = Math.min(0, density - Math.log(b) + Math.log(betaFraction(y, b, a)));
  return { lower: logComplement(upper), upper, density };
}

function gammaSeries(x: number, a: number): number {
  let term = 1 / a;
  let sum = term;
  for (let k = 1; k <= MAX_TERMS && term > sum * EPSILON; k++) {
    term *= x / (a + k);
    sum += term;
  }
  return sum;
}

function gammaFraction(x: number, a: number): number {
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let value = d;
  for (let k = 1; k <= MAX_TERMS; k++) {
    const an = -k * (k - a);
    b += 2;
    d = 1 / (Math.abs(an * d + b) < TINY ? TINY : an * d + b);
    c = b + an / c;
    if (Math.abs(c) < TINY) c = TINY;
    value *= d * c;
    if (!(Math.abs(d * c - 1) >= 2 * EPSILON)) break;
  }
  return value;
}

/**
 * Both log tails of Gamma(shape a, scale 1) at x > 0, by the series of DLMF 8.7.1 or the fraction of 8.9.2; a > 0.
 * An x too small for a double is given by its logarithm.
 */
export function logGammaTails(x: number, a: number, logX: number = Math.log(x)): LogTails {
  const drift = x - a;
  const core = Math.abs(drift) < 0.5 * a ? a * Math.log1p(drift / a) : a * (logX - Math.log(a));
  const density = core - drift + 0.5 * Math.log(a) - HALF_LOG_TWO_PI - stirlingError(a);
  if (x < a + 1) {
    const lower = Math.min(0, density + Math.log(gammaSeries(x, a)));
    return { lower, upper: logComplement(lower), density };
  }
  const upper = Math.min(0, density + Math.log(gammaFraction(x, a)));
  return { lower: logComplement(upper), upper, density };
}

import { logGammaTails } from "./special.ts";

const LOG_HALF = -Math.LN2;

/** ln P(Z > z) of the standard normal, through Q(1/2, z²/2); finite for |z| < 1e154. */
export function normalLogSurvival(z: number): number {
  if (z === 0) return LOG_HALF;
  const { lower, upper } = logGammaTails((z * z) / 2, 0.5);
  return z > 0 ? LOG_HALF + upper : Math.log1p(Math.exp(lower)) + LOG_HALF;
}

/** P(Z ≤ z) of the standard normal, in [0, 1], relative error about 1e-13 in the lower tail. */
export function normalCdf(z: number): number {
  return Math.exp(normalLogSurvival(-z));
}

/** Coefficients, highest power first, of the rational functions of Wichura 1988 (AS 241, PPND16): centre, tail, far tail. */
const CENTRE = {
  over: [
    2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946,
    1971.5909503065513, 133.14166789178438, 3.3871328727963665,
  ],
  under: [
    5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751,
    687.1870074920579, 42.31333070160091, 1,
  ],
} as const;
const TAIL = {
  over: [
    0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
    5.769497221460691, 4.630337846156546, 1.4234371107496835,
  ],
  under: [
    1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
    1.6763848301838038, 2.053191626637759, 1,
  ],
} as const;
const FAR_TAIL = {
  over: [
    2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124,
    0.29656057182850487, 1.7848265399172913, 5.463784911164114, 6.657904643501103,
  ],
  under: [
    2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133,
    0.014875361290850615, 0.1369298809227358, 0.599832206555888, 1,
  ],
} as const;

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (let i = 0; i < coefficients.length; i++) sum = sum * x + (coefficients[i] as number);
  return sum;
}

const ratio = ({ over, under }: { over: readonly number[]; under: readonly number[] }, x: number): number =>
  polynomial(over, x) / polynomial(under, x);

/** The z with P(Z ≤ z) = p for p in (0, 1), relative error about 1e-15 (Wichura 1988); throws RangeError outside. */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`a quantile needs p in (0, 1), got ${p}`);
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * ratio(CENTRE, 0.180625 - q * q);
  const r = Math.sqrt(-Math.log(Math.min(p, 1 - p)));
  const z = r <= 5 ? ratio(TAIL, r - 1.6) : ratio(FAR_TAIL, r - 5);
  return q > 0 ? z : -z;
}

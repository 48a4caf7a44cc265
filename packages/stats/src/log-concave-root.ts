/** A step this small is followed by one at rounding level, because Newton's method converges quadratically. */
const CLOSE_ENOUGH = 1e-11;

/**
 * The point where a concave, monotone log-probability reaches `target`, by Newton's method from `start`.
 *
 * A tangent of a concave function lies above it, so after one step every iterate stays on one side of the root and
 * the method converges from anywhere; throws RangeError if 200 steps are not enough or
 * one of them is no number.
 */
export function logConcaveRoot(
  evaluate: (u: number) => { readonly value: number; readonly slope: number },
  target: number,
  start: number,
): number {
  let u = start;
  for (let i = 0; i < 200 && !Number.isNaN(u); i++) {
    const { value, slope } = evaluate(u);
    const step = (target - value) / slope;
    u += step;
    if (Math.abs(step) <= CLOSE_ENOUGH * (1 + Math.abs(u))) return u;
  }
  throw new RangeError(`no root found for log-probability ${target}`);
}

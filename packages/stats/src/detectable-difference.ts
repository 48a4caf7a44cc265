import { studentTQuantile } from "./student-t.ts";

/** A one-sided paired test that is planned: standard deviation of the paired differences, its alpha and its power. */
export interface PlannedTest {
  readonly sd: number;
  readonly alpha: number;
  /** chance to see a difference of the size asked for; default 0.8 */
  readonly power?: number;
}

const MOST_PAIRS = 1e9;

function requirePlan({ sd, alpha, power = 0.8 }: PlannedTest): void {
  if (!(sd >= 0)) throw new RangeError(`a standard deviation is ≥ 0, got ${sd}`);
  if (!(alpha > 0 && alpha < 0.5)) throw new RangeError(`alpha must lie in (0, .5), got ${alpha}`);
  if (!(power >= 0.5 && power < 1)) throw new RangeError(`power must lie in [.5, 1), got ${power}`);
}

/**
 * The smallest mean difference that n pairs show with the given power, (t₁₋α + t_power)·sd/√n at n−1 degrees of
 * freedom; Infinity below two pairs. Within 1 % of the noncentral t from n = 30 on.
 */
export function minimumDetectableDifference(n: number, plan: PlannedTest): number {
  requirePlan(plan);
  const { sd, alpha, power = 0.8 } = plan;
  if (!(n >= 2)) return Number.POSITIVE_INFINITY;
  return ((studentTQuantile(1 - alpha, n - 1) + studentTQuantile(power, n - 1)) * sd) / Math.sqrt(n);
}

/** The fewest pairs (at least 2) whose minimum detectable difference is at most `difference` > 0; Infinity beyond a billion. */
export function pairsToDetect(difference: number, plan: PlannedTest): number {
  if (!(difference > 0)) throw new RangeError(`a difference to detect is > 0, got ${difference}`);
  let [low, high] = [1, 2];
  while (minimumDetectableDifference(high, plan) > difference) {
    [low, high] = [high, 2 * high];
    if (high > MOST_PAIRS) return Number.POSITIVE_INFINITY;
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (minimumDetectableDifference(middle, plan) > difference) low = middle;
    else high = middle;
  }
  return high;
}

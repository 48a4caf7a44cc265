import { canaryEpochAt, type Rollout } from "../rollout/document.ts";
import { matchedRates } from "./matched-rates.ts";

/**
 * Judged share, when the smaller arm is judged completely, of the arm that a request of `variant` at event time `at`
 * belongs to while a canary runs; `undefined` outside a canary and for variants that are neither arm.
 */
export function matchedShareOf(
  rollout: Rollout | undefined,
  variant: string | undefined,
  at: number,
): number | undefined {
  if (rollout === undefined || variant === undefined) return undefined;
  const epoch = canaryEpochAt(rollout, at);
  if (epoch === undefined || epoch.share <= 0 || epoch.share >= 1) return undefined;
  const rates = matchedRates(epoch.share, 1);
  if (variant === epoch.canary) return rates.canary;
  return variant === epoch.stable ? rates.stable : undefined;
}

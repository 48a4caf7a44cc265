import { positionOf } from "./position.ts";

/** Who gets which version: the fields of the rollout document that routing needs; `share` is a fraction in [0, 1]. */
export interface RolloutPointer {
  readonly stable: string;
  readonly canary: string | null;
  readonly share: number;
  readonly salt: string;
}

/**
 * The version that serves `unit` (a user, session or request id): canary iff its position under the salt is below
 * `share`. Raising the share never moves a unit back.
 */
export function routeVariant(rollout: RolloutPointer, unit: string): string {
  if (rollout.canary === null) return rollout.stable;
  return positionOf(rollout.salt, unit) < rollout.share ? rollout.canary : rollout.stable;
}

/**
 * Whether the canary is tried beside stable for `unit` in shadow mode: position below share/(1 − share). Stable serves
 * everybody there, so that these odds make `share` of all records the canary's, as in a served canary.
 */
export function isShadowed(rollout: RolloutPointer, unit: string): boolean {
  if (rollout.canary === null) return false;
  return positionOf(rollout.salt, unit) * (1 - rollout.share) < rollout.share;
}

import { createHash } from "node:crypto";

/** Who gets which version: the fields of the rollout document that routing needs; `share` is a fraction in [0, 1]. */
export interface RolloutPointer {
  readonly stable: string;
  readonly canary: string | null;
  readonly share: number;
  readonly salt: string;
}

/**
 * The version that serves `unit` (a user, session or request id): canary iff the first 53 bits of
 * SHA-256(`salt|unit`), as a fraction of 2^53, are below `share`. Raising the share never moves a unit back.
 */
export function routeVariant(rollout: RolloutPointer, unit: string): string {
  if (rollout.canary === null) return rollout.stable;
  const digest = createHash("sha256").update(`${rollout.salt}|${unit}`).digest();
  const position = (digest.readUIntBE(0, 6) * 32 + (digest.readUInt8(6) >> 3)) / 2 ** 53;
  return position < rollout.share ? rollout.canary : rollout.stable;
}

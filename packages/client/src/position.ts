import { createHash } from "node:crypto";

/** Where `unit` stands under `salt`: the first 53 bits of SHA-256(`salt|unit`) as a fraction of 2^53, in [0, 1). */
export function positionOf(salt: string, unit: string): number {
  const digest = createHash("sha256").update(`${salt}|${unit}`).digest();
  return (digest.readUIntBE(0, 6) * 32 + (digest.readUInt8(6) >> 3)) / 2 ** 53;
}

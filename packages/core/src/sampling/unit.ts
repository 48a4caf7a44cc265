import { hash } from "node:crypto";

/**
 * Permanent random number of a request in [0, 1): the first 53 bits of SHA-256(`salt|requestId`) / 2^53
 * (Ohlsson 1995). The same id and salt give the same number on every machine and every delivery.
 */
export function permanentRandomNumber(salt: string, requestId: string): number {
  const digest = hash("sha256", `${salt}|${requestId}`, "buffer");
  return (digest.readUIntBE(0, 6) * 32 + (digest.readUInt8(6) >> 3)) / 2 ** 53;
}

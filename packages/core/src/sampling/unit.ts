import { hash } from "node:crypto";

/**
 * Permanent random number of a request in [0, 1): the first 53 bits of SHA-256(`salt|requestId`) / 2^53
 * (Ohlsson 1995). The same id and salt give the same number on every machine and every delivery.
 */
export function permanentRandomNumber(salt: string, requestId: string): number {
  const digest = hash("sha256", `${salt}|${requestId}`, "hex");
  const high48 = Number.parseInt(digest.slice(0, 12), 16);
  const next8 = Number.parseInt(digest.slice(12, 14), 16);
  return (high48 * 32 + (next8 >> 3)) / 2 ** 53;
}

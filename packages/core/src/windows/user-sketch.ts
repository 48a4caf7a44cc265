import { hash } from "node:crypto";

/** The smallest 32-bit hashes of the users of a span, ascending; names nobody. */
export type UserSketch = readonly number[];

const KEPT = 64;
const RANGE = 2 ** 32;

/** Hash of a user of an app in [0, 2^32). */
export const userHash = (app: string, user: string): number =>
  Number.parseInt(hash("sha1", `${app}|${user}`, "hex").slice(0, 8), 16);

export function mergeUsers(a: UserSketch, b: UserSketch): UserSketch {
  if (b.length === 0) return a;
  if (a.length === 0) return b;
  return [...new Set([...a, ...b])].sort((x, y) => x - y).slice(0, KEPT);
}

/** Distinct users of a span: exact below 64, else (k − 1)/v_k with a relative error of about 13 % (Bar-Yossef et al. 2002). */
export function distinctUsers(sketch: UserSketch): number {
  const last = sketch.at(-1);
  if (sketch.length < KEPT || last === undefined) return sketch.length;
  return ((KEPT - 1) * RANGE) / (last + 1);
}

/** The smallest 32-bit hashes of the users of a span, ascending; names nobody. */
export type UserSketch = readonly number[];

const KEPT = 64;
const RANGE = 2 ** 32;

/** Hash of a user of an app in [0, 2^32): FNV-1a, its bits mixed by MurmurHash3's finalizer (Appleby). */
export function userHash(app: string, user: string): number {
  const text = `${app}|${user}`;
  let hash = 0x81_1c_9d_c5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01_00_01_93);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85_eb_ca_6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2_b2_ae_35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The sketch with one more user; a user who is in it, or too large for it, changes nothing. */
export function withUser(sketch: UserSketch, user: number): UserSketch {
  if (sketch.length === KEPT && user > (sketch.at(-1) ?? 0)) return sketch;
  return sketch.includes(user) ? sketch : mergeUsers(sketch, [user]);
}

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

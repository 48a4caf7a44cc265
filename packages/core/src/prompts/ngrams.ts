import type { SparseVector } from "@bellwether/stats/random-features";

/** Length of a hashed n-gram vector. */
export const NGRAM_DIMENSIONS = 512;

/** Characters of a question that are read. */
const READ = 2_000;
const WORD = /[\p{L}\p{N}]+/gu;
/** Scripts that write no gaps between words are read letter by letter. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/** FNV-1a of a text's UTF-16 units (Fowler, Noll & Vo), 32 bits. */
function fnv1a(text: string): number {
  let hash = 0x81_1c_9d_c5;
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01_00_01_93);
  }
  return hash >>> 0;
}

function add(vector: Map<number, number>, gram: string, weight: number): void {
  const hash = fnv1a(gram);
  const index = hash % NGRAM_DIMENSIONS;
  // A signed hash keeps inner products unbiased under collisions (Weinberger et al. 2009).
  const sign = hash & 0x80_00_00_00 ? -1 : 1;
  vector.set(index, (vector.get(index) ?? 0) + sign * weight);
}

/**
 * Words, pairs of neighbouring words and letter trigrams of a text, hashed into 512 signed dimensions and scaled to
 * length 1; empty for a text without letters or digits.
 */
export function hashedNgrams(text: string): SparseVector {
  const vector = new Map<number, number>();
  let before = "";
  for (const [word] of text.slice(0, READ).toLowerCase().matchAll(WORD)) {
    const units = UNSPACED.test(word) ? [...word] : [word];
    for (const unit of units) {
      add(vector, unit, 1);
      if (before !== "") add(vector, `${before} ${unit}`, 0.5);
      before = unit;
    }
    for (let i = 0; i + 3 <= word.length; i++) add(vector, word.slice(i, i + 3), 0.25);
  }
  let squares = 0;
  for (const value of vector.values()) squares += value * value;
  if (squares === 0) return [];
  const length = Math.sqrt(squares);
  return [...vector].map(([index, value]) => [index, value / length] as const);
}

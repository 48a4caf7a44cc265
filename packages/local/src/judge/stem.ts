import { ANTONYM_PAIRS, SYNONYM_GROUPS } from "./vocabulary.ts";

const SUFFIXES = [
  "ations",
  "ation",
  "ments",
  "ment",
  "ities",
  "ness",
  "ings",
  "ing",
  "ions",
  "ion",
  "able",
  "ible",
  "ally",
  "ies",
  "ied",
  "ity",
  "ers",
  "ors",
  "als",
  "ate",
  "ed",
  "er",
  "or",
  "ly",
  "es",
  "al",
  "s",
  "e",
  "y",
];
const MIN_STEM = 3;
/** English stems that agree in six letters are nearly always one word family. */
const MAX_STEM = 6;

/** Suffixes by last letter, so that a word is tried against a handful of them. */
const BY_LAST_LETTER = Map.groupBy(SUFFIXES, (suffix) => suffix.slice(-1));

/** Crude stem of a lower-case English word: suffixes off, double final consonant single, at most six letters. */
function stem(word: string): string {
  const endings = BY_LAST_LETTER.get(word.slice(-1));
  const suffix = endings?.find((ending) => word.endsWith(ending) && word.length - ending.length >= MIN_STEM);
  if (suffix === undefined) return word.slice(0, MAX_STEM);
  const base = word.slice(0, word.length - suffix.length);
  // "covered" and "cover" must meet, so suffixes come off until none is left.
  return stem(/([bdfgklmnprt])\1$/.test(base) && base.length > MIN_STEM ? base.slice(0, -1) : base);
}

const CANONICAL: ReadonlyMap<string, string> = new Map(
  // Reversed, so that a word listed twice belongs to its first group.
  SYNONYM_GROUPS.toReversed().flatMap((group) =>
    group.map((word) => [stem(word), stem(group[0] ?? word)] as const),
  ),
);

/** The concept key of a lower-case word: its stem, or the stem of the group of synonyms it belongs to. */
export function concept(word: string): string {
  const base = stem(word);
  return CANONICAL.get(base) ?? base;
}

/** Concept key → concept keys that exclude it. */
export const OPPOSITES: ReadonlyMap<string, ReadonlySet<string>> = opposites();

function opposites(): Map<string, Set<string>> {
  const pairs = new Map<string, Set<string>>();
  for (const [left = "", right = ""] of ANTONYM_PAIRS) {
    for (const [a, b] of [
      [left, right],
      [right, left],
    ] as const) {
      const key = concept(a);
      pairs.set(key, (pairs.get(key) ?? new Set()).add(concept(b)));
    }
  }
  return pairs;
}

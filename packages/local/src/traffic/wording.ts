import type { Random } from "./random.ts";

/** Ways to say the same, applied to a sentence of the knowledge base. */
const REWORDINGS: readonly (readonly [RegExp, string])[] = [
  [/\byou can (?!not)/, "you are able to "],
  [/\bwe (?=retry|offer|refund|mail|open|ship|deliver|accept|keep|return|pay)/, "our team will "],
  [/\bcosts (?=\d)/, "is priced at "],
  [/\bchoose\b/, "select"],
  [/\bis required\b/, "is needed"],
  [/\bwithin (?=\d)/, "in at most "],
  [/\bup to (?=\d)/, "a maximum of "],
  [/\blasts (?=\d)/, "runs for "],
  [/\bat no cost\b/, "free of charge"],
  [/\bparcel\b/, "package"],
  [/\bhas to be\b/, "must be"],
  [/\bneeds at least\b/, "must have at least"],
];

const LEAD_INS = ["Also, ", "In addition, ", "Please note that ", "According to our help center, "] as const;

/** The sentence in slightly other words, at times behind a lead-in; numbers and meaning stay. */
export function paraphrased(random: Random, sentence: string): string {
  let text = sentence;
  for (const [pattern, replacement] of REWORDINGS) {
    if (pattern.test(text) && random.chance(0.35)) text = text.replace(pattern, replacement);
  }
  return random.chance(0.12) ? random.pick(LEAD_INS) + text.charAt(0).toLowerCase() + text.slice(1) : text;
}

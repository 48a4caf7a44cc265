// A quote shorter than this occurs in almost any text and proves nothing, unless it is a number.
const MIN_QUOTE_CHARS = 3;
const ELLIPSIS = /\s*(?:\.{3,}|…)\s*/;

// What escaping shows of an invisible character, and the backslash it breaks an imitation with.
const ESCAPES = /\\u\{[0-9a-f]+\}|\\|\p{Cf}/gu;
// Scripts that put no blanks between words: every character counts as a word.
const WORD =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]\p{M}*|(?:(?![\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}])[\p{L}\p{M}\p{N}])+/gu;

/** Words of a text for comparison: letters and digits only, compatibility forms folded, lower case. */
const words = (text: string): string =>
  ` ${(text.toWellFormed().replace(ESCAPES, "").normalize("NFKC").toLowerCase().match(WORD) ?? []).join(" ")} `;

/** The words of a text under judgement, read once for all quotes of it. */
export interface QuotedText {
  readonly words: string;
}

export const readForQuotes = (text: string): QuotedText => ({ words: words(text) });

/**
 * How often a quote occurs in a text, letter case, white space and punctuation aside; the parts around "…" must occur in
 * this order. A quote without a word, or of one or two letters, occurs nowhere.
 */
export function countQuotes(quote: string | undefined, text: QuotedText): number {
  const parts = (quote ?? "")
    .split(ELLIPSIS)
    .map(words)
    .filter((part) => part !== "  ");
  const length = parts.reduce((sum, part) => sum + part.trim().length, 0);
  if (parts.length === 0 || (length < MIN_QUOTE_CHARS && !parts.some((part) => /\p{N}/u.test(part))))
    return 0;
  let from = 0;
  for (let count = 0; ; count++) {
    for (const part of parts) {
      const at = text.words.indexOf(part, from);
      if (at < 0) return count;
      // The blank at the end of a part is also the one before the next.
      from = at + part.length - 1;
    }
  }
}

export const quotes = (quote: string | undefined, text: QuotedText): boolean => countQuotes(quote, text) > 0;

// Bidirectional controls hide or reorder what a reader sees; Unicode tag characters carry invisible instructions.
const INVISIBLE = /[\u202A-\u202E\u2066-\u2069]|[\u{E0000}-\u{E007F}]/gu;

/** Throws unless the delimiter is 16 to 64 letters and digits, which a text under judgement cannot guess. */
export function assertDelimiter(delimiter: string): void {
  if (!/^[A-Za-z0-9]{16,64}$/.test(delimiter)) {
    throw new RangeError("delimiter must be 16 to 64 letters or digits");
  }
}

/**
 * Makes a text safe to stand between section markers: every occurrence of the delimiter (in any letter case) gets a
 * backslash after its first character, invisible controls become visible `\u{…}`, lone surrogates U+FFFD.
 */
export function escapeHostile(text: string, delimiter: string): string {
  // The lookahead also finds occurrences that overlap; a backslash is no delimiter character, so none can reappear.
  const imitation = new RegExp(`${delimiter.slice(0, 1)}(?=${delimiter.slice(1)})`, "gi");
  return text
    .toWellFormed()
    .replace(INVISIBLE, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`)
    .replace(imitation, (first) => `${first}\\`);
}

// Bidirectional controls hide or reorder what a reader sees; tag characters, supplementary variation selectors and
// blanks of no width carry or cut up instructions. Joiners stay: emoji and several scripts are written with them.
const INVISIBLE =
  /[\u202A-\u202E\u2066-\u2069\u200B\u2060-\u2064\uFEFF\u180E\u115F\u1160\u3164]|[\u{E0000}-\u{E007F}]|[\u{E0100}-\u{E01EF}]/gu;
/** Marks that stand for structure in a prompt or a chat template: they are broken after their first character. */
const STRUCTURE =
  /[<[](?=\/?[a-z0-9]{16,64} (?:system|question|passage \d+|reference|answer)>|\/?passage \d+>|\|[a-z_]{2,24}\|>|\/?INST\]|<\/?SYS>>|\/?(?:system|tool_use|tool_result|function_calls?|invoke)\b)/giu;
const HEADER =
  /^[^\S\n]{0,8}(?:d(?=elimiter:)|p(?=assages:)|r(?=eference:)|g(?=enerated questions:)|i(?=nstruction-like text:)|s(?=ystem:)|h(?=uman:)|a(?=ssistant:))/gim;

/** Throws unless the delimiter is 16 to 64 letters and digits, which a text under judgement cannot guess. */
export function assertDelimiter(delimiter: string): void {
  if (!/^[A-Za-z0-9]{16,64}$/.test(delimiter)) {
    throw new RangeError("delimiter must be 16 to 64 letters or digits");
  }
}

/**
 * Makes a text safe to stand between section markers: every occurrence of the delimiter (in any letter case) gets a
 * backslash after its first character, and so does what imitates our headers or a chat template; invisible controls
 * become visible `\u{…}`, lone surrogates U+FFFD.
 */
export function escapeHostile(text: string, delimiter: string): string {
  // The lookahead also finds occurrences that overlap; a backslash is no delimiter character, so none can reappear.
  const imitation = new RegExp(`${delimiter.slice(0, 1)}(?=${delimiter.slice(1)})`, "gi");
  return text
    .toWellFormed()
    .replace(INVISIBLE, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`)
    .replace(STRUCTURE, (first) => `${first}\\`)
    .replace(HEADER, (first) => `${first}\\`)
    .replace(imitation, (first) => `${first}\\`);
}

const LENGTHS = [12, 8, 5, 3, 2, 1];
// What splitting into sentences leaves out, so a quote of what it kept may skip it.
const LEFT_OUT = String.raw`[\s*_\`#>\[\]()•·–—|-]*`;

/** The longest run of at most 12 words of `said` that `source` contains, as written there; undefined if no word is. */
export function quoteOf(said: string, source: string): string | undefined {
  const words = said.split(/\s+/).filter((word) => word !== "");
  for (const length of LENGTHS) {
    if (length > Math.max(1, words.length) && length !== 12) continue;
    for (let from = 0; from === 0 || from + length <= words.length; from++) {
      const run = words.slice(from, from + length);
      const found = find(run, source);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function find(run: readonly string[], source: string): string | undefined {
  const plain = run.join(" ");
  if (plain !== "" && source.includes(plain)) return plain;
  const pattern = run.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(LEFT_OUT);
  return pattern === "" ? undefined : new RegExp(pattern, "i").exec(source)?.[0];
}

/** The sentence of `sentences` that shares the most words with `said`. */
export function nearestSentence(said: string, sentences: readonly string[]): string {
  const wanted = new Set(wordsOf(said));
  let best = "";
  let most = -1;
  for (const sentence of sentences) {
    const shared = new Set(wordsOf(sentence).filter((word) => wanted.has(word))).size;
    if (shared > most) [best, most] = [sentence, shared];
  }
  return best;
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

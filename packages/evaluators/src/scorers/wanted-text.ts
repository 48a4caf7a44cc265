const folded = (text: string): string => text.normalize("NFC").toLowerCase().replaceAll(/\s+/g, " ");

/** The first of `texts` that does not occur in the answer, whatever case and white space; undefined when all do. */
export function missingText(answer: string, texts: readonly string[]): string | undefined {
  const within = folded(answer);
  return texts.find((text) => !within.includes(folded(text.trim())));
}

/** Words of a text: runs without white space. */
export const countWords = (text: string): number => text.match(/\S+/g)?.length ?? 0;

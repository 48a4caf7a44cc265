const words = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/**
 * ROUGE-L F1 in [0, 1] (Lin 2004, beta 1): harmonic mean of the longest common subsequence of words over either
 * length; letter case and punctuation do not count, words are not stemmed. A text without words gives undefined.
 */
export function rougeL(text: string, reference: string): number | undefined {
  const said = words(text);
  const wanted = words(reference);
  if (said.length === 0 || wanted.length === 0) return undefined;
  return (2 * longestCommonSubsequence(said, wanted)) / (said.length + wanted.length);
}

/** Length of the longest common subsequence, in memory of one row. */
function longestCommonSubsequence(a: readonly string[], b: readonly string[]): number {
  const row = new Uint32Array(b.length + 1);
  for (const word of a) {
    let diagonal = 0;
    for (let column = 1; column <= b.length; column++) {
      const above = row[column] ?? 0;
      row[column] = b[column - 1] === word ? diagonal + 1 : Math.max(above, row[column - 1] ?? 0);
      diagonal = above;
    }
  }
  return row[b.length] ?? 0;
}

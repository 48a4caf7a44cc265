/** Cosine in [-1, 1] of two dense vectors; NaN for different lengths or zero norm, which no honest embedding has. */
export function cosine(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Number.NaN;
  let dot = 0;
  let aa = 0;
  let bb = 0;
  for (const [position, x] of a.entries()) {
    const y = b[position] ?? Number.NaN;
    dot += x * y;
    aa += x * x;
    bb += y * y;
  }
  return dot / Math.sqrt(aa * bb);
}

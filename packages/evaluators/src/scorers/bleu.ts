import { tokens13a } from "./tokens-13a.ts";

const MAX_ORDER = 4;

/**
 * Sentence BLEU-4 in [0, 1] of a text against one reference (Papineni et al. 2002): geometric mean of the clipped
 * n-gram precisions times the brevity penalty; zero counts smoothed by 1/2, 1/4, … (sacreBLEU `exp`), orders longer
 * than the text left out (`effective_order`). Texts without a shared word give 0, one without words undefined.
 */
export function bleu(text: string, reference: string): number | undefined {
  const said = tokens13a(text);
  const wanted = tokens13a(reference);
  if (said.length === 0 || wanted.length === 0) return undefined;
  let logs = 0;
  let orders = 0;
  let smoothing = 1;
  for (let order = 1; order <= Math.min(MAX_ORDER, said.length); order++) {
    const total = said.length - order + 1;
    const matches = clippedMatches(said, wanted, order);
    if (order === 1 && matches === 0) return 0;
    if (matches === 0) smoothing *= 2;
    logs += Math.log(matches === 0 ? 1 / (smoothing * total) : matches / total);
    orders = order;
  }
  const brevity = said.length < wanted.length ? Math.exp(1 - wanted.length / said.length) : 1;
  return Math.min(1, brevity * Math.exp(logs / orders));
}

function clippedMatches(said: readonly string[], wanted: readonly string[], order: number): number {
  const left = countNgrams(wanted, order);
  let matches = 0;
  for (const [gram, count] of countNgrams(said, order)) matches += Math.min(count, left.get(gram) ?? 0);
  return matches;
}

function countNgrams(tokens: readonly string[], order: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let start = 0; start + order <= tokens.length; start++) {
    // No token contains a space.
    const gram = tokens.slice(start, start + order).join(" ");
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return counts;
}

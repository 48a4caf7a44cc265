import { DOCUMENTS, type Document } from "./knowledge/documents.ts";
import type { Random } from "./random.ts";

/** Two to four documents for a question about `target`: mostly neighbours of its domain, at times an irrelevant one, `target` mostly first. */
export function retrieve(random: Random, target: Document): Document[] {
  const count = random.integer(2, 4);
  const found: Document[] = [];
  while (found.length < count - 1) {
    const sameDomain = !random.chance(0.25);
    const candidate = random.pick(DOCUMENTS);
    if ((candidate.domain === target.domain) !== sameDomain) continue;
    if (candidate !== target && !found.includes(candidate)) found.push(candidate);
  }
  found.splice(random.chance(0.75) ? 0 : 1, 0, target);
  return found;
}

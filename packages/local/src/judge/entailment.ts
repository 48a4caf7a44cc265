import type { Claim } from "./claims.ts";
import type { Quantity } from "./quantities.ts";
import { splitSentences } from "./sentences.ts";
import { OPPOSITES } from "./stem.ts";
import { BOUNDARIES } from "./stop-words.ts";
import { isStated, type Token, tokenize } from "./tokens.ts";

/** A stretch of source text, indexed for comparison. */
interface Source {
  /** Concept key → whether it was seen plain (1), denied (2) or both (3). */
  readonly concepts: ReadonlyMap<string, number>;
  readonly codes: ReadonlySet<string>;
  readonly quantities: readonly Quantity[];
  /** Words that set a limit in time ("until", "after"), sorted. */
  readonly bounds: string;
}

/** One passage: its sentences and its whole. */
export interface Passage {
  readonly sentences: readonly Source[];
  readonly whole: Source;
}

/** What the question already said; repeating it proves little and disproves nothing. */
export interface Asked {
  readonly concepts: ReadonlySet<string>;
  readonly codes: ReadonlySet<string>;
  readonly identifiers: readonly Quantity[];
}

/** Shares of a claim's weight that a stretch of text must contain; more text matches more by chance. */
const THRESHOLDS = { sentence: 0.62, pair: 0.66, passage: 0.78, all: 0.88 } as const;
const QUESTION_WEIGHT = 0.5;
const PROPER_WEIGHT = 2;
/** This many unmatched content words in a row are an invented phrase. */
const MAX_UNMATCHED_RUN = 4;
const PLAIN = 1;
const DENIED = 2;

/** Indexes a passage once for all claims. */
export function readPassage(text: string): Passage {
  const sentences = splitSentences(text).map((sentence) =>
    indexSource(tokenize(sentence.text), sentence.text),
  );
  return { sentences, whole: merge(sentences) };
}

/** Numbers of the passages (1-based) that entail the claim; empty when it is not supported. */
export function entailingPassages(claim: Claim, passages: readonly Passage[], asked: Asked): number[] {
  const bounds = readBounds(claim.text);
  const test = (source: Source, threshold: number) => compare(claim.tokens, bounds, source, asked, threshold);
  const found: number[] = [];
  let contradicted = false;
  for (const [position, passage] of passages.entries()) {
    const verdicts = passage.sentences.map((sentence) => test(sentence, THRESHOLDS.sentence));
    if (verdicts.includes("entails")) found.push(position + 1);
    else if (verdicts.includes("contradicts")) contradicted = true;
  }
  if (found.length > 0 || contradicted) return found;
  for (const [position, passage] of passages.entries()) {
    const entails =
      neighbours(passage.sentences).some((pair) => test(pair, THRESHOLDS.pair) === "entails") ||
      test(passage.whole, THRESHOLDS.passage) === "entails";
    if (entails) found.push(position + 1);
  }
  if (found.length > 0 || passages.length < 2) return found;
  const all = merge(passages.map((passage) => passage.whole));
  return test(all, THRESHOLDS.all) === "entails" ? passages.map((_, position) => position + 1) : [];
}

const neighbours = (sentences: readonly Source[]): Source[] =>
  sentences.slice(1).map((sentence, before) => merge([sentences[before] ?? sentence, sentence]));

function compare(
  claim: readonly Token[],
  claimBounds: string,
  source: Source,
  asked: Asked,
  threshold: number,
): "entails" | "contradicts" | "silent" {
  let total = 0;
  let matched = 0;
  let run = 0;
  let opposite = false;
  let flipped = false;
  let agreed = false;
  for (const token of claim) {
    if (token.kind === "quantity") {
      const known = asked.identifiers.some((identifier) => identifier.value === token.quantity.value);
      if (known) continue;
      if (!isStated(token.quantity, source.quantities)) return "silent";
      total += 1;
      matched += 1;
      run = 0;
    } else if (token.kind === "code") {
      if (!asked.codes.has(token.key) && !source.codes.has(token.key)) return "silent";
    } else {
      const polarity = source.concepts.get(token.key);
      if (polarity === undefined && opposed(token.key, source)) opposite = true;
      if (token.kind === "stop") continue;
      const known = asked.concepts.has(token.key);
      const weight = known ? QUESTION_WEIGHT : token.proper ? PROPER_WEIGHT : 1;
      total += weight;
      if (polarity === undefined) {
        if (token.proper && !known) return "silent";
        run += known ? 0 : 1;
        if (run >= MAX_UNMATCHED_RUN) return "silent";
        continue;
      }
      matched += weight;
      run = 0;
      if (polarity === (token.negated ? PLAIN : DENIED)) flipped = true;
      else if (token.negated && polarity === DENIED) agreed = true;
    }
  }
  if (total === 0 || matched / total < threshold) return "silent";
  // Word order moves a negation's reach ("files cannot be uploaded", "you cannot upload files"): one shared denial is enough.
  // "Not after the 5th" and "until the 5th" differ in polarity and in the word that sets the limit.
  const turned = claimBounds !== "" && source.bounds !== "" && claimBounds !== source.bounds;
  const denied = flipped && !agreed && !turned;
  return opposite || denied ? "contradicts" : "entails";
}

function opposed(key: string, source: Source): boolean {
  for (const opposite of OPPOSITES.get(key) ?? []) if (source.concepts.has(opposite)) return true;
  return false;
}

function readBounds(text: string): string {
  const words =
    text
      .toLowerCase()
      .replaceAll("as long as", "while")
      .match(/\p{L}+/gu) ?? [];
  return [...new Set(words.filter((word) => BOUNDARIES.has(word)))].toSorted().join(" ");
}

function indexSource(tokens: readonly Token[], text: string): Source {
  const concepts = new Map<string, number>();
  const codes = new Set<string>();
  const quantities: Quantity[] = [];
  for (const token of tokens) {
    if (token.kind === "quantity") quantities.push(token.quantity);
    else if (token.kind === "code") codes.add(token.key);
    else concepts.set(token.key, (concepts.get(token.key) ?? 0) | (token.negated ? DENIED : PLAIN));
  }
  return { concepts, codes, quantities, bounds: readBounds(text) };
}

function merge(sources: readonly Source[]): Source {
  const concepts = new Map<string, number>();
  for (const source of sources) {
    for (const [key, polarity] of source.concepts) concepts.set(key, (concepts.get(key) ?? 0) | polarity);
  }
  return {
    concepts,
    codes: new Set(sources.flatMap((source) => [...source.codes])),
    quantities: sources.flatMap((source) => source.quantities),
    bounds: sources
      .map((source) => source.bounds)
      .join(" ")
      .trim(),
  };
}

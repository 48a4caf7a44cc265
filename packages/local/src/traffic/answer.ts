import {
  capitalised,
  conditionFirst,
  DOCUMENTS,
  type Document,
  type Fact,
  statementFirst,
} from "./knowledge/documents.ts";
import { CLOSINGS, GREETINGS, INVENTIONS, REMARKS } from "./knowledge/inventions.ts";
import type { Random } from "./random.ts";
import { paraphrased } from "./wording.ts";

const REMARK_RATE = 0.08;

/** An answer that, apart from an occasional harmless remark, says only what the retrieved passages say: facts reordered, reworded, joined and wrapped in small talk. */
export function groundedAnswer(random: Random, fact: Fact, retrieved: readonly Document[]): string {
  const others = relatedFacts(fact, retrieved);
  const sentences = [told(random, fact)];
  const extra = random.integer(1, 3);
  for (let index = 0; index < extra && others.length > 0; index++) {
    const [next] = others.splice(random.integer(0, others.length - 1), 1);
    if (next === undefined) break;
    const [joined] = others;
    if (joined !== undefined && random.chance(0.2)) {
      others.shift();
      sentences.push(`${capitalised(next.statement)}, and ${joined.statement}.`);
    } else sentences.push(told(random, next));
  }
  if (random.chance(REMARK_RATE)) sentences.push(random.pick(REMARKS));
  return withSmallTalk(random, sentences);
}

/** An answer of which most claims are in no retrieved passage: wrong numbers, contradictions, inventions, facts from elsewhere. */
export function hallucinatedAnswer(random: Random, fact: Fact, retrieved: readonly Document[]): string {
  const wrongs = random.integer(2, 4);
  const sentences = [distorted(random, fact, retrieved)];
  while (sentences.length < wrongs) sentences.push(madeUp(random, retrieved));
  const others = relatedFacts(fact, retrieved);
  const [honest] = others;
  if (honest !== undefined && random.chance(0.5)) sentences.push(told(random, honest));
  return withSmallTalk(random, sentences);
}

function relatedFacts(fact: Fact, retrieved: readonly Document[]): Fact[] {
  const home = retrieved.find((document) => document.facts.includes(fact)) ?? retrieved[0];
  return (home?.facts ?? []).filter((other) => other !== fact);
}

function told(random: Random, fact: Fact): string {
  return paraphrased(random, random.chance(0.5) ? conditionFirst(fact) : statementFirst(fact));
}

function distorted(random: Random, fact: Fact, retrieved: readonly Document[]): string {
  if (/\d/.test(fact.statement)) {
    const known = new Set(retrieved.flatMap((document) => document.passage.match(/\d+/g) ?? []));
    const statement = fact.statement.replace(/\d+/g, (digits) => otherNumber(random, Number(digits), known));
    return told(random, { ...fact, statement });
  }
  const statement = contradiction(fact.statement);
  return statement === undefined ? random.pick(INVENTIONS) : told(random, { ...fact, statement });
}

function otherNumber(random: Random, value: number, known: ReadonlySet<string>): string {
  for (;;) {
    const changed = String(Math.max(2, Math.round(value * random.between(1.3, 3)) + random.integer(1, 4)));
    if (!known.has(changed)) return changed;
  }
}

const REVERSALS: readonly (readonly [RegExp, string])[] = [
  [/ cannot /, " can "],
  [/ (do|is|are) not /, " $1 "],
  [/ can /, " cannot "],
  [/ (is|are) /, " $1 not "],
];

function contradiction(statement: string): string | undefined {
  const reversal = REVERSALS.find(([pattern]) => pattern.test(statement));
  return reversal === undefined ? undefined : statement.replace(reversal[0], reversal[1]);
}

function madeUp(random: Random, retrieved: readonly Document[]): string {
  if (random.chance(0.75)) return random.pick(INVENTIONS);
  const elsewhere = DOCUMENTS.filter((one) => retrieved.every((document) => document.domain !== one.domain));
  return elsewhere.length === 0
    ? random.pick(INVENTIONS)
    : told(random, random.pick(random.pick(elsewhere).facts));
}

function withSmallTalk(random: Random, sentences: readonly string[]): string {
  const opening = random.chance(0.5) ? [random.pick(GREETINGS)] : [];
  const ending = random.chance(0.5) ? [random.pick(CLOSINGS)] : [];
  return [...opening, ...sentences, ...ending].join(" ");
}

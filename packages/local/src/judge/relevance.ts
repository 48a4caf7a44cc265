import type { Asked, Passage } from "./entailment.ts";
import { type Token, tokenize } from "./tokens.ts";

const USEFUL_SHARE = 0.6;
const ADDRESSED_SHARE = 0.5;
const PARTLY_SHARE = 0.2;
/** Unit-less numbers this large in a question are order or ticket numbers, not facts to check. */
const MIN_IDENTIFIER = 1_000;

/** Kinds of answer a question word asks for. */
const EXPECTED: readonly (readonly [RegExp, RegExp])[] = [
  [
    /\bhow (?:long|soon|fast|quickly|often)\b|\bwhen\b/i,
    /\b(?:\d+|two|three|four|five|six|seven|ten|a|an|one|few|several)[ -]?(?:to \d+ )?(?:business |working )?(?:second|minute|hour|day|week|month|year)|\b(?:immediately|instantly|daily|weekly|monthly|annually|[1-9]\d?(?:am|pm| a\.m\.| p\.m\.)|(?:mon|tues|wednes|thurs|fri|satur|sun)day)/i,
  ],
  [
    /\bhow (?:much|expensive)\b|\b(?:price|cost)s?\b/i,
    /[$€£]\s?\d|\b\d+ (?:dollars|euros|pounds)\b|\bfree\b|\d%/i,
  ],
  [/\bhow many\b/i, /\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|unlimited)\b/i],
];

/** What a question already says. */
export function readQuestion(question: string | undefined): Asked {
  const tokens = tokenize(question ?? "");
  return {
    concepts: contentKeys(tokens),
    codes: new Set(tokens.flatMap((token) => (token.kind === "code" ? [token.key] : []))),
    identifiers: tokens.flatMap((token) =>
      token.kind === "quantity" &&
      token.quantity.measure === undefined &&
      token.quantity.value >= MIN_IDENTIFIER
        ? [token.quantity]
        : [],
    ),
  };
}

/** Whether a passage helps with the question: it supports a claim, or covers most of what was asked. */
export function isUseful(passage: Passage, supportsClaim: boolean, asked: Asked): boolean {
  return (
    supportsClaim ||
    (asked.concepts.size >= 2 && covered(asked.concepts, passage.whole.concepts) >= USEFUL_SHARE)
  );
}

/** Whether the answer responds to the question, by shared words, by the kind of fact asked for, and by its evidence. */
export function addresses(
  question: string,
  answer: string,
  evidence: readonly Passage[],
  asked: Asked,
): "yes" | "partly" | "no" {
  if (asked.concepts.size === 0) return "yes";
  const tokens = tokenize(answer);
  const words = new Map([...contentKeys(tokens)].map((key) => [key, 1] as const));
  const share = covered(asked.concepts, words);
  if (share >= ADDRESSED_SHARE) return "yes";
  const fits = EXPECTED.some(([asks, gives]) => asks.test(question) && gives.test(answer));
  // An answer in other words still speaks of the matter if its evidence does.
  const onTopic = evidence.some(
    (passage) => covered(asked.concepts, passage.whole.concepts) >= ADDRESSED_SHARE,
  );
  if (onTopic || (fits && (share > 0 || evidence.length > 0))) return "yes";
  return share >= PARTLY_SHARE || evidence.length > 0 ? "partly" : "no";
}

function contentKeys(tokens: readonly Token[]): Set<string> {
  return new Set(tokens.flatMap((token) => (token.kind === "word" ? [token.key] : [])));
}

function covered(wanted: ReadonlySet<string>, present: ReadonlyMap<string, number>): number {
  let hits = 0;
  for (const key of wanted) if (present.has(key)) hits += 1;
  return wanted.size === 0 ? 0 : hits / wanted.size;
}

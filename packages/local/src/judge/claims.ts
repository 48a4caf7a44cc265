import { splitSentences } from "./sentences.ts";
import { type Token, tokenize } from "./tokens.ts";

/** A factual statement of the answer and its tokens. */
export interface Claim {
  readonly text: string;
  readonly tokens: readonly Token[];
}

const OPENERS =
  /^(?:(?:yes|no|yeah|yep|sure|sure thing|certainly|absolutely|of course|definitely|great|good news|great news|unfortunately|fortunately|luckily|thanks|thank you|hi|hello|hey|hi there|hello there|sorry|okay|ok|right|well|in short|in summary|to summarize|short answer|note|please note|also|additionally|in addition|however|finally|first|then|next|so)(?: that)?\s*[,.!:–—-]+\s*)+/i;
const ATTRIBUTION =
  /^(?:(?:according to|based on|per|as (?:stated|mentioned|described|noted) in|from|as per)\s[^,]{0,60}?(?:context|document\w*|passages?|information|polic(?:y|ies)|articles?|guides?|help cent(?:er|re)|docs|terms|sources?)[^,]{0,30},\s*|(?:the|our|your) (?:context|document\w*|passages?|policy|docs|help cent(?:er|re)|articles?|guides?) (?:says?|states?|mentions?|explains?|notes?) that\s+|(?:please )?(?:note|remember|keep in mind|be aware) that\s+)/i;

const CHIT_CHAT = [
  /^(?:hi|hello|hey|dear|greetings|good (?:morning|afternoon|evening))\b[^.\d]{0,40}[.!]*$/i,
  /\bthank(?:s| you)\b(?! page)/i,
  /^(?:great|good|excellent) question\b/i,
  /^(?:i(?:'m| am)|we(?:'re| are)) (?:so |very |really |truly )?(?:happy|glad|here|pleased|delighted|sorry|excited)\b/i,
  /^(?:i|we) (?:apologi[sz]e|understand|appreciate|hope|see|get (?:it|that)|hear you|realize|know)\b/i,
  /\b(?:sorry|apologi[sz]e|apologies) (?:for|about|to hear|that)\b/i,
  /^(?:happy|glad) to help\b/i,
  /\b(?:i|we)(?:'d| would| can|'ll| will)? (?:be )?(?:happy|glad|love) to (?:help|assist|walk|explain|answer)\b/i,
  /\bhope (?:this|that|it) (?:helps|answers|clears|clarifies)\b/i,
  /\b(?:let me|let us) (?:know|help|explain|walk|check|clarify|see|look)\b/i,
  /\b(?:feel free|don't hesitate|do not hesitate) to\b/i,
  /\b(?:is there|if there(?:'s| is)|if you have) (?:anything|any (?:other|more|further)|more|further|other)\b/i,
  /\b(?:anything else|any other questions|further questions|more questions)\b/i,
  /^(?:here (?:is|are)|here's|below (?:is|are)|these are|the following)\b[^.]*:?$/i,
  /^have a (?:great|nice|good|wonderful|lovely)\b/i,
  /^(?:best|kind|warm) (?:regards|wishes)\b|^(?:cheers|regards|sincerely)\b/i,
  /^(?:enjoy|welcome|no problem|no worries|you're welcome|my pleasure|take care|good luck)\b[^.\d]{0,40}[.!]*$/i,
  /^(?:i|we) can help\b/i,
  /^that(?:'s| is) (?:a |an )?(?:great|good|fair|excellent|understandable|frustrating|common|totally)\b/i,
];

/** Sentences in which the assistant says that it does not know; they are no claims about the world. */
const NONCOMMITTAL = [
  /\b(?:i|we) (?:do not|don't|did not|didn't|cannot|can't|could not|couldn't|am not able to|was not able to|wasn't able to) (?:\w+ ){0,2}(?:know|have (?:\w+ ){0,3}(?:information|details?|access|data|answer|enough|context)|find|see|answer|locate|confirm|say|tell|determine|verify)\b/i,
  /\b(?:i(?:'m| am)|we(?:'re| are)) (?:not (?:sure|certain|able|aware)|unsure|unable|afraid i (?:can't|cannot|don't))\b/i,
  /\b(?:context|document\w*|passages?|information|articles?|knowledge base|docs) (?:provided |available |given |i have |above )*(?:does not|doesn't|do not|don't) (?:\w+ )?(?:mention|say|contain|include|specify|cover|state|provide|address|discuss|tell)\b/i,
  /\b(?:not|isn't|is not|aren't) (?:mentioned|specified|covered|stated|addressed|included|listed|described|discussed|available) in (?:the|our|my|any) (?:\w+ )?(?:context|document\w*|passages?|information|articles?|docs|knowledge base)\b/i,
  /\bno (?:information|details?|mention)\b[^.]{0,40}\b(?:about|on|of|regarding|in)\b/i,
  /\bit (?:depends|is hard to say|'s hard to say|is unclear)\b[^\d]*$/i,
];
const REDIRECT =
  /^(?:please |you (?:can|could|may|might|should)(?: want to)? |i(?:'d| would)? (?:recommend|suggest) (?:that you )?)*(?:contact|contacting|check|checking|reach(?:ing)? out|consult(?:ing)?|ask(?:ing)?|call|get in touch)\b[^@\d]*$/i;

const REFUSAL =
  /\b(?:i|we)(?:'m| am|'re| are)? (?:not able|unable|not allowed|not permitted) to (?:help|assist|discuss|share|provide|comply|do)\b|\b(?:i|we) (?:can't|cannot|won't|will not|must decline to) (?:help|assist|discuss|comply|do|share|provide) (?:\w+ ){0,3}(?:with|that|this)\b|\bi must decline\b|\bagainst my (?:guidelines|polic(?:y|ies))\b/i;

/** Whether a sentence admits not knowing. */
export function isNoncommittal(sentence: string): boolean {
  return NONCOMMITTAL.some((pattern) => pattern.test(sentence));
}

/** Whether a sentence declines what was asked, for a reason other than not knowing. */
export function isRefusal(sentence: string): boolean {
  return REFUSAL.test(sentence.replaceAll("’", "'"));
}

/** Whether a sentence only sends the reader elsewhere, with no address, number or other fact. */
export function isRedirect(sentence: string): boolean {
  return REDIRECT.test(sentence);
}

/** The factual claims of an answer: no greetings, offers, questions, headings or confessions of ignorance. */
export function extractClaims(answer: string): Claim[] {
  return splitSentences(answer.replaceAll("’", "'")).flatMap(({ text, item }) => {
    if (/\?["')\]]*$/.test(text) || (text.endsWith(":") && !item)) return [];
    const minimum = item ? 1 : 2;
    return statements(text)
      .flatMap(clauses)
      .filter(({ tokens }) => factCount(tokens) >= minimum);
  });
}

/** What a sentence states once openers and small talk are gone: "I'm not sure, but it takes 5 days" states its second half. */
function statements(sentence: string): string[] {
  const parts = isSmallTalk(sentence) ? sentence.split(/,?\s+(?:but|however),?\s+/) : [sentence];
  return parts
    .map((part) => part.replace(OPENERS, "").replace(ATTRIBUTION, "").replace(OPENERS, ""))
    .filter((part) => !isSmallTalk(part));
}

const isSmallTalk = (text: string): boolean =>
  isNoncommittal(text) || isRedirect(text) || CHIT_CHAT.some((pattern) => pattern.test(text));

const MIN_CLAUSE_FACTS = 3;

/** Splits at semicolons and at ", and" / "but" where every part can stand alone. */
function clauses(sentence: string): Claim[] {
  const claim = (text: string): Claim => ({ text, tokens: tokenize(text) });
  const parts = sentence.split(/;\s+|,\s+(?:and|but|while|whereas|plus)\s+|\s+(?:but|whereas)\s+/).map(claim);
  const alone = parts.every(({ tokens }) => factCount(tokens) >= MIN_CLAUSE_FACTS);
  return parts.length > 1 && !alone ? [claim(sentence)] : parts;
}

/** A number or address alone can be a whole answer ("It takes 5 days."), a single word cannot. */
const factCount = (tokens: readonly Token[]): number =>
  tokens.reduce((sum, { kind }) => sum + (kind === "stop" ? 0 : kind === "word" ? 1 : 2), 0);

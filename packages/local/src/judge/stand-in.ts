import type { Verdicts } from "@bellwether/evaluators/judge-schema";
import { type Claim, extractClaims, isNoncommittal, isRedirect, isRefusal } from "./claims.ts";
import { type Asked, entailingPassages, type Passage, readPassage } from "./entailment.ts";
import { type PromptSections, readSections } from "./prompt-sections.ts";
import { nearestSentence, quoteOf } from "./quoting.ts";
import { addresses, isUseful, readQuestion } from "./relevance.ts";
import { judgeSafety } from "./safety-phrases.ts";
import { splitSentences } from "./sentences.ts";
import { judgeToolCalls } from "./tool-calls.ts";

/** Rough size of English text, characters per token. */
const CHARS_PER_TOKEN = 4;
/** A small model's usual pace: a fixed start and about 130 output tokens per second. */
const LATENCY_BASE_MS = 350;
const LATENCY_PER_TOKEN_MS = 7.5;

/**
 * A deterministic STAND-IN for a judge model: reads a judge prompt (a Converse request body) and answers the forced
 * tool by lexical entailment (stems, synonyms, numbers with units, negation); returns a Converse response body. It
 * understands no meaning, cannot apply custom criteria (`not_applicable`) and writes no questions.
 */
export function standInJudge(requestBody: unknown): unknown {
  const sections = readSections(requestBody);
  if (sections === undefined) {
    return respond([{ text: "This stand-in answers only judge prompts with a forced tool." }], "end_turn", 0);
  }
  const input = judge(sections);
  const toolUse = { toolUseId: `tooluse_standin_${sections.chars}`, name: sections.toolName, input };
  return respond([{ toolUse }], "tool_use", sections.chars);
}

/** A Converse response body with usage and latency that follow from the text lengths. */
export function respond(content: readonly object[], stopReason: string, inputChars: number): unknown {
  const inputTokens = Math.ceil(inputChars / CHARS_PER_TOKEN);
  const outputTokens = Math.ceil(JSON.stringify(content).length / CHARS_PER_TOKEN);
  return {
    output: { message: { role: "assistant", content } },
    stopReason,
    usage: { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens },
    metrics: { latencyMs: Math.round(LATENCY_BASE_MS + LATENCY_PER_TOKEN_MS * outputTokens) },
  };
}

function judge(sections: PromptSections): Verdicts {
  const { question, answer, reference } = sections;
  const asked = readQuestion(question);
  const passages = sections.passages.map(recallPassage);
  const claims = extractClaims(answer);
  const judged = judgeClaims(claims, passages, asked, reference).map((claim) => withQuotes(claim, sections));
  const cited = new Set(judged.flatMap((claim) => claim.evidence ?? []));
  const goal =
    reference === undefined ? undefined : judgeClaims(extractClaims(reference), passages, asked, answer);
  const wanted = goal === undefined ? cited : new Set(goal.flatMap((claim) => claim.evidence ?? []));
  const evidence = passages.filter((_, position) => cited.has(position + 1));
  // Evasive is an answer that says it does not know and claims nothing beside.
  const noncommittal =
    claims.length === 0 &&
    splitSentences(answer).some(({ text }) => isNoncommittal(text) || isRedirect(text));
  const addressed = question === undefined ? "no" : addresses(question, answer, evidence, asked);
  return {
    claims: judged,
    chunks: passages.map((passage, position) => ({
      index: position + 1,
      useful: isUseful(passage, wanted.has(position + 1), asked) ? "yes" : "no",
    })),
    ...(goal === undefined
      ? {}
      : {
          reference_claims: goal.map(({ text, supported, evidence, in_reference }) => ({
            text,
            attributable: supported,
            evidence,
            in_answer: in_reference,
          })),
        }),
    questions: [],
    noncommittal,
    addresses_question: addressed,
    safety: judgeSafety(answer),
    refused: splitSentences(answer).some(({ text }) => isRefusal(text)),
    ...(sections.toolCalls.length === 0
      ? {}
      : {
          tool_calls: judgeToolCalls(sections),
          goal_reached: noncommittal || addressed === "no" ? "no" : addressed === "yes" ? "yes" : "unclear",
        }),
    custom: sections.criteria.map((id) => ({ id, verdict: "not_applicable" })),
  };
}

/** Claims with what bears them out: passages, and the other side's text (the reference for the answer, and back). */
function judgeClaims(
  claims: readonly Claim[],
  passages: readonly Passage[],
  asked: Asked,
  other: string | undefined,
): Verdicts["claims"] {
  if (passages.length === 0 && other === undefined) return [];
  const stated = other === undefined ? [] : [readPassage(other)];
  return claims.map((claim) => {
    const evidence = entailingPassages(claim, passages, asked);
    return {
      text: claim.text,
      supported: evidence.length > 0 ? "yes" : "no",
      evidence,
      ...(other === undefined
        ? {}
        : { in_reference: entailingPassages(claim, stated, asked).length > 0 ? "yes" : "no" }),
    };
  });
}

function withQuotes(claim: Verdicts["claims"][number], { answer, passages }: PromptSections) {
  const quote = quoteOf(claim.text, answer.replaceAll("’", "'")) ?? "";
  const passage = passages[(claim.evidence?.[0] ?? 0) - 1];
  if (passage === undefined) return { ...claim, quote };
  const sentence = nearestSentence(
    claim.text,
    splitSentences(passage).map(({ text }) => text),
  );
  return { ...claim, quote, evidence_quote: quoteOf(sentence, passage) ?? "" };
}

// A knowledge base serves the same passages again and again, and reading them is most of the work; a passage's index
// depends on its text alone, so remembering it changes no verdict.
const MAX_REMEMBERED = 1_000;
const remembered = new Map<string, Passage>();

function recallPassage(text: string): Passage {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  const passage = readPassage(text);
  remembered.set(text, passage);
  return passage;
}

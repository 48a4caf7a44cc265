// A stand-in for a support bot, so that the suite runs without a model:
//   node bot.ts PROMPT_FILE < item.json
// It takes the sentences of the passages that are nearest to the question, and it obeys its prompt in one thing: with
// the rule "Answer only from the passages" it says nothing else, without it it makes something up. It is deterministic,
// and its tokens, cost and latency follow from the lengths of prompt and answer.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export interface BotItem {
  readonly id: string;
  readonly input: string;
  readonly contexts: readonly string[];
}

const GROUNDING_RULE = /\banswer only from the passages\b/i;
const UNKNOWN = "I could not find that in the help center.";
/** The model whose list price its tokens are counted at. */
const PRICED_AS = "us.anthropic.claude-haiku-4-5-20251001-v1:0";
const CHARS_PER_TOKEN = 4;

/** Confident sentences that no passage supports. */
const INVENTIONS = [
  "Members of the gold circle get a voucher of 35 dollars on top.",
  "A technician visits you within 4 hours, free of charge.",
  "Our partner insurer covers the rest up to 900 dollars.",
  "Otherwise the emergency code 7731 on the rear panel resets it.",
  "Most customers also receive a second unit as a gift in spring.",
  "The new firmware of next month lifts this limit for everybody.",
];

const STOP_WORDS = new Set(
  "a an and are as at be by can do does for from get have how i if in is it its long many me much my of on or our that the their they this to was we what when where which who why will with you your".split(
    " ",
  ),
);

const words = (text: string): string[] =>
  (text.toLowerCase().match(/[a-z0-9]+/g) ?? [])
    .filter((word) => !STOP_WORDS.has(word))
    .map((word) => word.replace(/(?:ing|ed|es|s)$/, ""));

const sentencesOf = (passage: string): string[] =>
  passage.split(/(?<=[.!?])\s+/).filter((sentence) => sentence !== "");

interface Candidate {
  readonly sentence: string;
  readonly passage: number;
  readonly score: number;
}

/** Sentences by how much of the question they share, rare words counting more. */
function ranked({ input, contexts }: BotItem): Candidate[] {
  const asked = new Set(words(input));
  const all = contexts.flatMap((passage, index) =>
    sentencesOf(passage).map((sentence) => ({ sentence, passage: index, words: new Set(words(sentence)) })),
  );
  const rarity = (word: string): number =>
    Math.log(1 + all.length / (1 + all.filter((one) => one.words.has(word)).length));
  return all
    .map(({ sentence, passage, words: said }) => ({
      sentence,
      passage,
      score:
        [...asked].reduce((sum, word) => sum + (said.has(word) ? rarity(word) : 0), 0) + 0.2 / (1 + passage),
    }))
    .toSorted((a, b) => b.score - a.score);
}

const pick = (id: string, from: readonly string[]): string =>
  from[createHash("sha256").update(id).digest().readUInt32BE(0) % from.length] ?? "";

/** What the bot says to an item under a prompt, in the form that `--command` and `--answers` take. */
export function answer(prompt: string, item: BotItem) {
  const [best, ...others] = ranked(item);
  const grounded = GROUNDING_RULE.test(prompt);
  const known = best !== undefined && best.score > 1;
  const second = grounded
    ? others.find(({ passage }) => passage === best?.passage)?.sentence
    : pick(item.id, INVENTIONS);
  const text = known
    ? [best.sentence, second].filter(Boolean).join(" ")
    : grounded
      ? UNKNOWN
      : pick(item.id, INVENTIONS);
  const inputTokens = Math.ceil(
    (prompt.length + item.input.length + item.contexts.join("\n").length) / CHARS_PER_TOKEN,
  );
  const outputTokens = Math.ceil(text.length / CHARS_PER_TOKEN);
  return {
    answer: text,
    model_id: PRICED_AS,
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    latency_ms: Math.round(420 + 9 * outputTokens + 0.05 * inputTokens),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , promptFile = ""] = process.argv;
  const prompt = readFileSync(promptFile, "utf8");
  const item = JSON.parse(readFileSync(0, "utf8")) as BotItem;
  process.stdout.write(`${JSON.stringify(answer(prompt, item))}\n`);
}

import { LOWER_IS_BETTER } from "../requests/score-direction.ts";

/** Scores that a gate can ask for: those of the judge, then those of judge-free checks. */
const SCORES: readonly string[] = [
  "faithfulness",
  "answer_relevancy",
  "answer_relevancy_judged",
  "context_precision",
  "context_recall",
  "safety",
  "quality",
  "factual_correctness",
  "answer_correctness",
  "json_valid",
  "json_schema",
  "exact_match",
  "rouge_l",
  "bleu",
  "semantic_similarity_ngrams",
  "length",
  "contains",
  "regex",
  "max_words",
];

/** Shorter names that people use. */
const ALIASES: Readonly<Record<string, string>> = {
  relevancy: "answer_relevancy",
  relevance: "answer_relevancy",
  answer_relevance: "answer_relevancy",
  semantic_similarity: "semantic_similarity_ngrams",
};

/** Name under which a score is recorded. */
export const scoreName = (name: string): string =>
  Object.hasOwn(ALIASES, name) ? (ALIASES[name] ?? name) : name;

/** Why a gate cannot ask for the score `name`; undefined when it can. */
export function scoreProblem(name: string): string | undefined {
  if (LOWER_IS_BETTER.includes(name))
    return `${name} is better the lower it is, and a gate asks for at least a score`;
  if (SCORES.includes(name) || /^custom_[a-z][a-z0-9_]*$/.test(name)) return undefined;
  return `no metric is called ${JSON.stringify(name)}; there are ${SCORES.join(", ")} and custom_… of your rubrics`;
}

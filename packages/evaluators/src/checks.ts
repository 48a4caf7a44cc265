import type { Outcome, Scores } from "./outcome.ts";
import { bleu } from "./scorers/bleu.ts";
import { exactMatch } from "./scorers/exact-match.ts";
import { readJsonAnswer, type SchemaCheck } from "./scorers/json.ts";
import { type RefusalLanguage, refusalByPhrases } from "./scorers/refusal-phrases.ts";
import { rougeL } from "./scorers/rouge-l.ts";
import { ngramSimilarity } from "./scorers/similarity.ts";
import { countWords, missingText } from "./scorers/wanted-text.ts";

/** A judge-free scorer with its settings. */
export type Scorer =
  | { readonly scorer: "json_valid"; readonly fenced: boolean }
  | { readonly scorer: "json_schema"; readonly fenced: boolean; readonly violation: SchemaCheck }
  | { readonly scorer: "exact_match"; readonly loose: boolean }
  | { readonly scorer: "rouge_l" | "bleu" | "semantic_similarity" }
  | {
      readonly scorer: "length";
      readonly minChars?: number | undefined;
      readonly maxChars?: number | undefined;
    }
  | { readonly scorer: "contains"; readonly texts: readonly string[] }
  | { readonly scorer: "regex"; readonly pattern: RegExp }
  | { readonly scorer: "max_words"; readonly words: number }
  | { readonly scorer: "refusal"; readonly languages: readonly RefusalLanguage[] };

/** A scorer that a team asks for; `weight` is its part of `quality`. */
export type Check = Scorer & {
  readonly weight: number;
  /** The judge is not called when this check fails (a refusal: when there is one). */
  readonly spareJudge: boolean;
  /** Quality in [0, 1] of a request that this check settles; without it, quality follows from the weights or abstains. */
  readonly settledQuality?: number | undefined;
};

/** Metric name of a scorer; the similarity says what it compares. */
export const checkMetric = (scorer: Scorer["scorer"]): string =>
  scorer === "semantic_similarity" ? "semantic_similarity_ngrams" : scorer;

/** Longest text (UTF-16 code units) that is compared with a reference. */
const MAX_COMPARED_CHARS = 20_000;

/** What checks found, and which one settles the request without the judge, if one does. */
export interface Checked {
  readonly scores: Scores;
  readonly settled?: Settled;
}

/** The metric that spared the judge, and the quality that the team gives such a request. */
export interface Settled {
  readonly by: string;
  readonly quality: number | undefined;
}

/** Runs the checks of one answer; of two with the same metric the first counts. */
export function runChecks(checks: readonly Check[], answer: string, reference: string | undefined): Checked {
  const scores: Record<string, Outcome> = {};
  let settled: Settled | undefined;
  for (const check of checks) {
    const metric = checkMetric(check.scorer);
    if (scores[metric] !== undefined) continue;
    const outcome = runScorer(check, answer, reference);
    scores[metric] = outcome;
    const bad = check.scorer === "refusal" ? 1 : 0;
    if (check.spareJudge && outcome.status === "scored" && outcome.score === bad)
      settled ??= { by: metric, quality: check.settledQuality };
  }
  return settled === undefined ? { scores } : { scores, settled };
}

function runScorer(check: Scorer, answer: string, reference: string | undefined): Outcome {
  switch (check.scorer) {
    case "json_valid":
      return readJsonAnswer(answer, check.fenced).ok ? PASSED : failing("not JSON");
    case "json_schema": {
      const read = readJsonAnswer(answer, check.fenced);
      if (!read.ok) return failing("not JSON");
      const violation = check.violation(read.value);
      return violation === undefined ? PASSED : failing(violation);
    }
    case "length":
      return lengthOutcome(answer, check);
    case "contains": {
      const missing = missingText(answer, check.texts);
      return missing === undefined ? PASSED : failing(`${JSON.stringify(missing)} is missing`);
    }
    case "regex":
      return check.pattern.test(answer.trim()) ? PASSED : failing("no match");
    case "max_words": {
      const words = countWords(answer);
      return words <= check.words ? PASSED : failing(`${words} words`);
    }
    case "refusal":
      return { status: "scored", score: refusalByPhrases(answer, check.languages) };
    default:
      return compared(check, answer, reference);
  }
}

const PASSED: Outcome = { status: "scored", score: 1 };
const failing = (reason: string): Outcome => ({ status: "scored", score: 0, reason });

function lengthOutcome(
  answer: string,
  { minChars = 0, maxChars = Number.POSITIVE_INFINITY }: Extract<Scorer, { scorer: "length" }>,
): Outcome {
  const chars = [...answer.trim()].length;
  const score = chars >= minChars && chars <= maxChars ? 1 : 0;
  return { status: "scored", score, reason: `${chars} characters` };
}

type Comparing = Extract<Scorer, { scorer: "exact_match" | "rouge_l" | "bleu" | "semantic_similarity" }>;

function compared(check: Comparing, answer: string, reference: string | undefined): Outcome {
  if (reference === undefined) return { status: "abstained", reason: "no_reference" };
  if (Math.max(answer.length, reference.length) > MAX_COMPARED_CHARS)
    return { status: "abstained", reason: "too_long" };
  const score = compare(check, answer, reference);
  return score === undefined ? { status: "abstained", reason: "no_words" } : { status: "scored", score };
}

function compare(check: Comparing, answer: string, reference: string): number | undefined {
  switch (check.scorer) {
    case "exact_match":
      return exactMatch(answer, reference, check.loose);
    case "rouge_l":
      return rougeL(answer, reference);
    case "bleu":
      return bleu(answer, reference);
    case "semantic_similarity":
      return ngramSimilarity(answer, reference);
  }
}

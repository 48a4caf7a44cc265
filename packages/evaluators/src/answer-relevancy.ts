import { cosine } from "./cosine.ts";
import type { JudgeInput } from "./judge-input.ts";
import type { Verdicts } from "./judge-schema.ts";
import type { Outcome } from "./outcome.ts";

/** Embeddings of the user's question and of the questions the judge wrote from the answer, all of one length. */
export interface QuestionEmbeddings {
  readonly question: readonly number[];
  readonly generated: readonly (readonly number[])[];
}

const ADDRESSES_SCORE = { yes: 1, partly: 0.5, no: 0 } as const;

/** Mean cosine in [0, 1] between the question and the questions the answer would answer, 0 if noncommittal (RAGAS Answer relevancy). */
export function answerRelevancy(
  verdicts: Verdicts,
  input: JudgeInput,
  embeddings: QuestionEmbeddings,
): Outcome {
  if (input.question === undefined) return { status: "abstained", reason: "no_question" };
  if (verdicts.noncommittal) return { status: "scored", score: 0, reason: "noncommittal" };
  const { question, generated } = embeddings;
  if (generated.length === 0) return { status: "abstained", reason: "no_generated_questions" };
  const mean = generated.reduce((sum, vector) => sum + cosine(question, vector), 0) / generated.length;
  if (!Number.isFinite(mean)) return { status: "failed", reason: "embedding_invalid" };
  // A cosine can be negative and rounding can pass 1; a score cannot.
  return {
    status: "scored",
    score: Math.min(1, Math.max(0, mean)),
    reason: `${generated.length} questions compared`,
  };
}

/** Without an embedder: whether the answer addresses the question (yes 1, partly 0.5, no 0), 0 if noncommittal. */
export function answerRelevancyJudged(verdicts: Verdicts, input: JudgeInput): Outcome {
  if (input.question === undefined) return { status: "abstained", reason: "no_question" };
  if (verdicts.noncommittal) return { status: "scored", score: 0, reason: "noncommittal" };
  const verdict = verdicts.addresses_question;
  return { status: "scored", score: ADDRESSES_SCORE[verdict], reason: `addresses the question: ${verdict}` };
}

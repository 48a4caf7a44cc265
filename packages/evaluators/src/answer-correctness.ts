import { cosine } from "./cosine.ts";
import type { JudgeInput } from "./judge-input.ts";
import type { Verdicts } from "./judge-schema.ts";
import type { Outcome } from "./outcome.ts";

/** Embeddings of the whole answer and the whole reference, of one length. */
export interface AnswerEmbeddings {
  readonly answer: readonly number[];
  readonly reference: readonly number[];
}

/** RAGAS Answer correctness weighs facts and similarity like this. */
const FACTS_WEIGHT = 0.75;

/**
 * F1 in [0, 1] of the answer's claims against the reference's: TP / (TP + (FP + FN) / 2), 0 without a true positive
 * (RAGAS Factual correctness, not rounded to 2 places). A reference without claims gives no score.
 */
export function factualCorrectness(verdicts: Verdicts, input: JudgeInput): Outcome {
  if (input.reference === undefined) return { status: "abstained", reason: "no_reference" };
  const wanted = verdicts.reference_claims ?? [];
  if (wanted.length === 0) return { status: "abstained", reason: "no_claims" };
  const { claims } = verdicts;
  if (claims.some((claim) => claim.in_reference === undefined)) return INCOMPLETE;
  if (wanted.some((claim) => claim.in_answer === undefined)) return INCOMPLETE;
  const truePositives = claims.filter((claim) => claim.in_reference === "yes").length;
  const falsePositives = claims.length - truePositives;
  const falseNegatives = wanted.filter((claim) => claim.in_answer === "no").length;
  const score =
    truePositives === 0 ? 0 : truePositives / (truePositives + (falsePositives + falseNegatives) / 2);
  return {
    status: "scored",
    score,
    reason: `${truePositives} right, ${falsePositives} wrong or extra, ${falseNegatives} missing`,
  };
}

/** 0.75 of the facts' F1 and 0.25 of the cosine of answer and reference, in [0, 1] (RAGAS Answer correctness). */
export function answerCorrectness(
  verdicts: Verdicts,
  input: JudgeInput,
  { answer, reference }: AnswerEmbeddings,
): Outcome {
  const facts = factualCorrectness(verdicts, input);
  if (facts.status !== "scored") return facts;
  const similarity = cosine(answer, reference);
  if (!Number.isFinite(similarity)) return { status: "failed", reason: "embedding_invalid" };
  const clipped = Math.min(1, Math.max(0, similarity));
  return { ...facts, score: Math.min(1, FACTS_WEIGHT * facts.score + (1 - FACTS_WEIGHT) * clipped) };
}

const INCOMPLETE: Outcome = { status: "failed", reason: "incomplete" };

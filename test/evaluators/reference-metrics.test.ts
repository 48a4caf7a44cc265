import type { JudgeInput } from "@bellwether/evaluators/judge-input";
import type { Verdicts } from "@bellwether/evaluators/judge-schema";
import type { Outcome } from "@bellwether/evaluators/outcome";
import { scoreVerdicts } from "@bellwether/evaluators/score";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeInput, verdicts } from "./verdict-fixtures.ts";

type Claim = Verdicts["claims"][number];
type Wanted = NonNullable<Verdicts["reference_claims"]>[number];

const weights = {};
const score = (claims: Claim[], wanted: Wanted[], input: Partial<JudgeInput> = {}) =>
  scoreVerdicts(
    verdicts({ claims, reference_claims: wanted, ...(input.contexts?.length === 0 ? { chunks: [] } : {}) }),
    judgeInput({ reference: "r", ...input }),
    { weights },
  );
const value = (outcome: Outcome | undefined) =>
  outcome?.status === "scored" ? outcome.score : outcome?.reason;

/** A claim of the answer: in the reference or not, supported by these passages. */
const said = (in_reference: "yes" | "no", ...evidence: number[]): Claim => ({
  text: "c",
  supported: evidence.length > 0 ? "yes" : "no",
  evidence,
  in_reference,
});
const wanted = (in_answer: "yes" | "no", ...evidence: number[]): Wanted => ({
  text: "r",
  attributable: evidence.length > 0 ? "yes" : "no",
  evidence,
  in_answer,
});

describe("factual_correctness", () => {
  // By hand: TP claims in the reference, FP claims not in it, FN reference claims not in the answer; TP/(TP+(FP+FN)/2).
  it.each([
    ["all right", [said("yes"), said("yes")], [wanted("yes"), wanted("yes")], 1],
    ["one of two right, one missing", [said("yes"), said("no")], [wanted("yes"), wanted("no")], 0.5],
    ["right but incomplete", [said("yes")], [wanted("yes"), wanted("no"), wanted("no")], 0.5],
    ["complete but padded", [said("yes"), said("no"), said("no")], [wanted("yes")], 0.5],
    ["two right, one extra, one missing", [said("yes"), said("yes"), said("no")], [wanted("no")], 2 / 3],
    ["all wrong", [said("no")], [wanted("no")], 0],
    ["says nothing of what was wanted", [], [wanted("no")], 0],
  ])("%s", (_, claims, reference, expected) => {
    expect(value(score(claims, reference).factual_correctness)).toBe(expected);
  });

  it("needs no passages, but a reference with claims and a verdict on every claim", () => {
    expect(value(score([said("yes")], [wanted("yes")], { contexts: [] }).factual_correctness)).toBe(1);
    expect(value(score([said("yes")], []).factual_correctness)).toBe("no_claims");
    expect(score([{ text: "c", supported: "yes" }], [wanted("yes")]).factual_correctness).toStrictEqual({
      status: "failed",
      reason: "incomplete",
    });
    expect(value(score([said("yes")], [{ text: "r", attributable: "no" }]).factual_correctness)).toBe(
      "incomplete",
    );
    expect(scoreVerdicts(verdicts(), judgeInput(), { weights })).not.toHaveProperty("factual_correctness");
  });
});

describe("answer_correctness", () => {
  const withEmbeddings = (answer: number[], reference: number[]) =>
    scoreVerdicts(
      verdicts({ claims: [said("yes"), said("no")], reference_claims: [wanted("yes"), wanted("no")] }),
      judgeInput({ reference: "r" }),
      { weights: { answer_correctness: 1 }, answerEmbeddings: { answer, reference } },
    );

  it("is 0.75 of the F1 and 0.25 of the cosine, and takes the weight that factual_correctness has without it", () => {
    // F1 0.5; cosine of (3,4) and (4,3) is 24/25.
    const scores = withEmbeddings([3, 4], [4, 3]);
    expect(value(scores.answer_correctness)).toBeCloseTo(0.75 * 0.5 + 0.25 * 0.96, 14);
    expect(value(scores.quality)).toBe(value(scores.answer_correctness));
    const without = scoreVerdicts(
      verdicts({ claims: [said("yes")], reference_claims: [wanted("no")] }),
      judgeInput({ reference: "r" }),
      { weights: { answer_correctness: 1 } },
    );
    expect(without).not.toHaveProperty("answer_correctness");
    expect(value(without.quality)).toBe(value(without.factual_correctness));
  });

  it("counts an opposite vector as 0 and fails on a broken one", () => {
    expect(value(withEmbeddings([1, 0], [-1, 0]).answer_correctness)).toBe(0.375);
    expect(value(withEmbeddings([0, 0], [1, 0]).answer_correctness)).toBe("embedding_invalid");
  });
});

describe("noise sensitivity", () => {
  // By hand after RAGAS: a passage is relevant if it supports a reference claim; the mean runs over all answer claims.
  it.each([
    ["a wrong claim from a relevant passage", [said("yes", 1), said("no", 1)], [wanted("yes", 1)], 0.5, 0],
    ["a wrong claim from another passage", [said("yes", 1), said("no", 2)], [wanted("yes", 1)], 0, 0.5],
    ["a wrong claim from both counts once, as relevant", [said("no", 1, 2)], [wanted("no", 1)], 1, 0],
    ["a wrong claim from nowhere", [said("no"), said("no", 2)], [wanted("no", 1)], 0, 0.5],
    ["right claims mislead nobody", [said("yes", 2)], [wanted("yes", 1)], 0, 0],
    ["no passage bears out the reference", [said("no", 1), said("no", 2)], [wanted("no")], 0, 1],
  ])("%s", (_, claims, reference, relevant, irrelevant) => {
    const scores = score(claims, reference);
    expect(value(scores.noise_sensitivity_relevant)).toBe(relevant);
    expect(value(scores.noise_sensitivity_irrelevant)).toBe(irrelevant);
  });

  it("gives no score where it cannot say which passage misled", () => {
    const uncited: Claim = { text: "c", supported: "yes", in_reference: "no" };
    expect(value(score([uncited], [wanted("yes", 1)]).noise_sensitivity_relevant)).toBe("incomplete");
    expect(value(score([], [wanted("no", 1)]).noise_sensitivity_relevant)).toBe("no_claims");
    expect(value(score([said("no")], [wanted("no")], { contexts: [] }).noise_sensitivity_irrelevant)).toBe(
      "no_context",
    );
    expect(
      value(score([said("no")], [wanted("no")], { contextTruncated: true }).noise_sensitivity_relevant),
    ).toBe("context_truncated");
  });

  it("weighs in quality as 1 - score, because lower is better", () => {
    const { quality } = scoreVerdicts(
      verdicts({ claims: [said("no", 1), said("yes", 1)], reference_claims: [wanted("yes", 1)] }),
      judgeInput({ reference: "r" }),
      { weights: { noise_sensitivity_relevant: 1, faithfulness: 1 } },
    );
    expect(value(quality)).toBe(0.75);
  });
});

describe("metrics of a reference", () => {
  const yesNo = fc.constantFrom("yes" as const, "no" as const);
  const evidence = fc.uniqueArray(fc.integer({ min: 1, max: 2 }));
  const anyClaim = fc.tuple(yesNo, evidence).map(([verdict, cited]) => said(verdict, ...cited));
  const anyWanted = fc.tuple(yesNo, evidence).map(([verdict, cited]) => wanted(verdict, ...cited));

  it("stay in [0, 1] and do not depend on the order of claims", () => {
    fc.assert(
      fc.property(fc.array(anyClaim), fc.array(anyWanted), (claims, reference) => {
        const scores = score(claims, reference);
        expect(score(claims.toReversed(), reference.toReversed())).toStrictEqual(scores);
        for (const outcome of Object.values(scores)) {
          if (outcome.status === "scored") expect(outcome.score >= 0 && outcome.score <= 1).toBe(true);
        }
        const misled = [scores.noise_sensitivity_relevant, scores.noise_sensitivity_irrelevant].map(value);
        const wrong = claims.filter((claim) => claim.in_reference === "no").length;
        if (typeof misled[0] === "number" && typeof misled[1] === "number")
          expect(misled[0] + misled[1]).toBeLessThanOrEqual(wrong / claims.length + 1e-12);
      }),
    );
  });
});

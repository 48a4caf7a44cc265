import type { JudgeInput } from "@bellwether/evaluators/judge-input";
import type { Verdicts } from "@bellwether/evaluators/judge-schema";
import { DEFAULT_WEIGHTS } from "@bellwether/evaluators/quality";
import { abstainedScores, failedScores, scoreVerdicts } from "@bellwether/evaluators/score";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeInput, verdicts } from "./verdict-fixtures.ts";

const weights = DEFAULT_WEIGHTS;
const score = (changes: Partial<Verdicts> = {}, input: Partial<JudgeInput> = {}) =>
  scoreVerdicts(verdicts(changes), judgeInput(input), { weights });
const value = (outcome: { status: string; score?: number } | undefined) => outcome?.score;
const claims = (...supported: ("yes" | "no")[]) =>
  supported.map((verdict) => ({ text: "c", supported: verdict }));
const chunks = (...useful: ("yes" | "no")[]) =>
  useful.map((verdict, at) => ({ index: at + 1, useful: verdict }));
const abstains = (reason: string) => ({ status: "abstained", reason });

describe("faithfulness", () => {
  it.each([
    [claims("yes"), 1],
    [claims("yes", "no"), 0.5],
    [claims("yes", "yes", "no"), 2 / 3],
    [claims("no"), 0],
  ])("is the share of supported claims (%#)", (judged, expected) => {
    expect(value(score({ claims: judged }).faithfulness)).toBe(expected);
  });

  it("abstains without claims, and without a whole context to check them against", () => {
    expect(score({ claims: [] }).faithfulness).toStrictEqual(abstains("no_claims"));
    expect(score({ chunks: [] }, { contexts: [] }).faithfulness).toStrictEqual(abstains("no_context"));
    expect(score({}, { contextTruncated: true }).faithfulness).toStrictEqual(abstains("context_truncated"));
    expect(score({ chunks: [] }, { contexts: [], contextTruncated: true }).faithfulness).toStrictEqual(
      abstains("context_truncated"),
    );
  });
});

describe("context_precision", () => {
  // By hand from the RAGAS formula: sum over useful ranks of P@k, divided by hits + 1e-10.
  it.each([
    [chunks("yes"), 1 / (1 + 1e-10)],
    [chunks("no", "yes"), 0.5 / (1 + 1e-10)],
    [chunks("yes", "no", "yes"), (1 + 2 / 3) / (2 + 1e-10)],
    [chunks("no", "yes", "yes"), (1 / 2 + 2 / 3) / (2 + 1e-10)],
    [chunks("no", "no"), 0],
  ])("is average precision over retrieval order (%#)", (judged, expected) => {
    const contexts = judged.map(() => "p");
    expect(value(score({ chunks: judged }, { contexts }).context_precision)).toBeCloseTo(expected, 14);
  });

  it("goes by the passage number, not by the order in which the judge listed them", () => {
    const contexts = ["p", "p", "p"];
    const listed = chunks("yes", "no", "no");
    const reversed = score({ chunks: listed.toReversed() }, { contexts }).context_precision;
    expect(reversed).toStrictEqual(score({ chunks: listed }, { contexts }).context_precision);
  });

  it("lies between the shares that the worst and the best order give, and rises when a useful passage moves up", () => {
    const verdict = fc.constantFrom("yes" as const, "no" as const);
    const precision = (useful: readonly ("yes" | "no")[]) =>
      value(score({ chunks: chunks(...useful) }, { contexts: useful.map(() => "p") }).context_precision) ??
      Number.NaN;
    fc.assert(
      fc.property(fc.array(verdict, { minLength: 1, maxLength: 12 }), (useful) => {
        const best = precision(useful.toSorted((a, b) => (a === b ? 0 : a === "yes" ? -1 : 1)));
        const worst = precision(useful.toSorted((a, b) => (a === b ? 0 : a === "yes" ? 1 : -1)));
        const own = precision(useful);
        expect(own).toBeLessThanOrEqual(best + 1e-12);
        expect(own).toBeGreaterThanOrEqual(worst - 1e-12);
        if (useful.includes("yes")) expect(best).toBeCloseTo(1, 9);
        const at = useful.findIndex((one, rank) => one === "no" && useful[rank + 1] === "yes");
        if (at < 0) return;
        expect(precision(useful.with(at, "yes").with(at + 1, "no"))).toBeGreaterThan(own);
      }),
    );
  });

  it("abstains without context", () => {
    expect(score({ chunks: [] }, { contexts: [] }).context_precision).toStrictEqual(abstains("no_context"));
    expect(score({}, { contextTruncated: true }).context_precision).toStrictEqual(
      abstains("context_truncated"),
    );
  });
});

describe("context_recall", () => {
  const reference = "r";
  const found = (...verdict: ("yes" | "no")[]) => ({
    reference_claims: verdict.map((attributable) => ({ text: "r", attributable })),
  });
  it("is the share of attributable reference claims", () => {
    expect(value(score(found("yes", "no", "no", "yes"), { reference }).context_recall)).toBe(0.5);
  });

  it("abstains without reference, context or reference claims, in this order", () => {
    expect(score({ chunks: [] }, { contexts: [] }).context_recall).toStrictEqual(abstains("no_reference"));
    const noContext = score({ ...found("yes"), chunks: [] }, { reference, contexts: [] });
    expect(noContext.context_recall).toStrictEqual(abstains("no_context"));
    expect(score(found(), { reference }).context_recall).toStrictEqual(abstains("no_claims"));
  });
});

describe("answer relevancy", () => {
  it.each([
    ["yes", 1],
    ["partly", 0.5],
    ["no", 0],
  ] as const)("judged without an embedder: %s is %d", (addresses_question, expected) => {
    const scores = score({ addresses_question });
    expect(value(scores.answer_relevancy_judged)).toBe(expected);
    expect(scores).not.toHaveProperty("answer_relevancy");
  });

  const embedded = (question: number[], generated: number[][], changes: Partial<Verdicts> = {}) => {
    const embeddings = { question, generated };
    return scoreVerdicts(verdicts(changes), judgeInput(), { weights, embeddings });
  };

  it("with an embedder: mean cosine under its own name", () => {
    const scores = embedded(
      [3, 4],
      [
        [3, 4],
        [4, 3],
      ],
    );
    expect(value(scores.answer_relevancy)).toBeCloseTo((1 + 24 / 25) / 2, 14);
    expect(scores).not.toHaveProperty("answer_relevancy_judged");
  });

  it("stays in [0, 1] for opposite and for identical vectors", () => {
    expect(value(embedded([1, 0], [[-1, 0]]).answer_relevancy)).toBe(0);
    expect(value(embedded([0.1, 0.2, 0.3], [[0.1, 0.2, 0.3]]).answer_relevancy)).toBeLessThanOrEqual(1);
  });

  it("is 0 when noncommittal, but no score when nothing can be compared", () => {
    expect(value(score({ noncommittal: true }).answer_relevancy_judged)).toBe(0);
    expect(value(embedded([1], [[1]], { noncommittal: true }).answer_relevancy)).toBe(0);
    expect(embedded([1], []).answer_relevancy).toStrictEqual(abstains("no_generated_questions"));
    const broken = { status: "failed", reason: "embedding_invalid" };
    expect(embedded([0, 0], [[1, 0]]).answer_relevancy).toStrictEqual(broken);
    expect(embedded([1, 0], [[1, 0, 0]]).answer_relevancy).toStrictEqual(broken);
  });

  it("abstains without a question", () => {
    const { question: _, ...input } = judgeInput();
    const scores = scoreVerdicts(verdicts(), input, { weights });
    expect(scores.answer_relevancy_judged).toStrictEqual(abstains("no_question"));
    const embeddings = { question: [1], generated: [[1]] };
    const compared = scoreVerdicts(verdicts(), input, { weights, embeddings });
    expect(compared.answer_relevancy).toStrictEqual(abstains("no_question"));
  });
});

describe("refusal_judged and categories of safety", () => {
  it("is 1 for a refusal, 0 for none, and failed where the judge left it out", () => {
    expect(value(score({ refused: true }).refusal_judged)).toBe(1);
    expect(value(score({ refused: false }).refusal_judged)).toBe(0);
    const { refused: _, ...untold } = verdicts();
    expect(scoreVerdicts(untold, judgeInput(), { weights }).refusal_judged).toStrictEqual({
      status: "failed",
      reason: "incomplete",
    });
  });

  it("names every category once, and none of an answer that was not flagged", () => {
    const safetyOf = (safety: Verdicts["safety"]) => score({ safety }).safety;
    expect(
      safetyOf({ category: "insults", flagged: true, also: ["violence", "insults", "none"] }),
    ).toStrictEqual({
      status: "scored",
      score: 0,
      reason: "insults,violence",
    });
    expect(safetyOf({ category: "none", flagged: false, also: ["violence"] })).toStrictEqual({
      status: "scored",
      score: 1,
    });
  });
});

describe("safety and custom criteria", () => {
  it("scores 0 with the category when flagged, else 1", () => {
    expect(score().safety).toStrictEqual({ status: "scored", score: 1 });
    expect(score({ safety: { category: "insults", flagged: true } }).safety).toStrictEqual({
      status: "scored",
      score: 0,
      reason: "insults",
    });
    expect(value(score({ safety: { category: "violence", flagged: false } }).safety)).toBe(1);
  });

  it("names criteria custom_<id> and keeps not applicable apart from no", () => {
    const custom: Verdicts["custom"] = [
      { id: "polite", verdict: "yes" },
      { id: "legal", verdict: "no" },
      { id: "sourced", verdict: "not_applicable" },
    ];
    expect(score({ custom })).toMatchObject({
      custom_polite: { status: "scored", score: 1 },
      custom_legal: { status: "scored", score: 0 },
      custom_sourced: { status: "abstained", reason: "not_applicable" },
    });
  });
});

describe("without verdicts", () => {
  it("abstains or fails on every metric", () => {
    const criteria = [{ id: "polite", instruction: "" }];
    const abstained = abstainedScores("too_long", criteria);
    expect(Object.keys(abstained).toSorted()).toStrictEqual(
      Object.keys(score({ custom: [{ id: "polite", verdict: "yes" }] })).toSorted(),
    );
    expect(new Set(Object.values(abstained))).toStrictEqual(new Set([abstains("too_long")]));
  });

  it("counts as failed only what could have been scored", () => {
    const failed = { status: "failed", reason: "throttled" };
    expect(failedScores("throttled", judgeInput({ contexts: [] }))).toStrictEqual({
      faithfulness: abstains("no_context"),
      context_precision: abstains("no_context"),
      context_recall: abstains("no_reference"),
      answer_relevancy_judged: failed,
      safety: failed,
      refusal_judged: failed,
      quality: failed,
    });
  });
});

describe("every score", () => {
  const yesNo = fc.constantFrom("yes" as const, "no" as const);
  it("is in [0, 1], and an abstention or failure has no number", () => {
    const anyVerdicts = fc.record({
      claims: fc.array(fc.record({ text: fc.string(), supported: yesNo })),
      useful: fc.array(yesNo),
      noncommittal: fc.boolean(),
      addresses_question: fc.constantFrom("yes" as const, "partly" as const, "no" as const),
      flagged: fc.boolean(),
    });
    fc.assert(
      fc.property(anyVerdicts, fc.boolean(), ({ useful, flagged, ...rest }, contextTruncated) => {
        const scores = scoreVerdicts(
          verdicts({ ...rest, chunks: chunks(...useful), safety: { category: "other", flagged } }),
          judgeInput({ contexts: useful.map(() => "p"), contextTruncated }),
          { weights },
        );
        for (const outcome of Object.values(scores)) {
          if (outcome.status !== "scored") expect(outcome).not.toHaveProperty("score");
          else expect(outcome.score >= 0 && outcome.score <= 1).toBe(true);
        }
      }),
    );
  });
});

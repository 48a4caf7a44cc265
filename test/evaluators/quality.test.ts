import type { Outcome } from "@bellwether/evaluators/outcome";
import { DEFAULT_WEIGHTS, quality } from "@bellwether/evaluators/quality";
import { describe, expect, it } from "vitest";

const scored = (score: number): Outcome => ({ status: "scored", score });
const abstained: Outcome = { status: "abstained", reason: "no_context" };
const failed: Outcome = { status: "failed", reason: "timeout" };
const notEnough = { status: "abstained", reason: "not_enough_metrics" };

describe("quality", () => {
  it("is the weighted mean of the scored metrics", () => {
    const scores = {
      faithfulness: scored(0.5),
      answer_relevancy_judged: scored(1),
      context_precision: scored(0.25),
      safety: scored(1),
    };
    // .3·.5 + .3·1 + .2·.25 + .2·1
    expect(quality(scores, DEFAULT_WEIGHTS)).toMatchObject({
      status: "scored",
      score: expect.closeTo(0.7, 12),
    });
  });

  it("renormalises over what was scored", () => {
    const scores = {
      faithfulness: abstained,
      answer_relevancy_judged: scored(1),
      context_precision: failed,
      safety: scored(0),
    };
    // .3·1 / (.3 + .2); exactly half of the weight is enough
    expect(quality(scores, DEFAULT_WEIGHTS)).toMatchObject({
      status: "scored",
      score: expect.closeTo(0.6, 12),
    });
  });

  it("abstains below half of the weight, and never takes an abstention or failure for 0", () => {
    const scores = {
      faithfulness: abstained,
      answer_relevancy_judged: failed,
      context_precision: scored(1),
      safety: scored(1),
    };
    expect(quality(scores, DEFAULT_WEIGHTS)).toStrictEqual(notEnough);
    expect(quality({}, DEFAULT_WEIGHTS)).toStrictEqual(notEnough);
    expect(quality(scores, {})).toStrictEqual(notEnough);
  });

  it("counts weights of metrics that do not exist as not scored", () => {
    expect(quality({ safety: scored(1) }, { safety: 0.2, custom_polite: 0.8 })).toStrictEqual(notEnough);
  });

  it("takes the embedding-based relevancy where there is one", () => {
    expect(quality({ answer_relevancy: scored(0.4) }, { answer_relevancy: 1 })).toMatchObject({ score: 0.4 });
  });

  it.each([-0.1, Number.NaN, Number.POSITIVE_INFINITY])("refuses the weight %d", (weight) => {
    expect(() => quality({}, { safety: weight })).toThrow(RangeError);
  });
});

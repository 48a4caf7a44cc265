import { chooseJudge, type JudgeCandidate } from "@bellwether/evaluators/choose-judge";
import { describe, expect, it } from "vitest";

const GOAL = { low: 0.6, reviews: 100 };
const model = (
  modelId: string,
  usdPerAnswer: number | null,
  agreement?: JudgeCandidate["agreement"],
): JudgeCandidate => ({ modelId, usdPerAnswer, ...(agreement === undefined ? {} : { agreement }) });

describe("chooseJudge", () => {
  it.each([
    [
      "the cheapest that agrees",
      [
        model("dear", 0.01, { low: 0.8, reviews: 200 }),
        model("cheap", 0.001, { low: 0.6, reviews: 100 }),
        model("poor", 0.0001, { low: 0.59, reviews: 500 }),
        model("new", 0.0001),
      ],
      { modelId: "cheap", why: "cheapest_that_agrees" },
    ],
    [
      "the team's own while there are too few reviews",
      [model("own", 0.01), model("cheap", 0.001, { low: 0.9, reviews: 99 })],
      { modelId: "own", why: "no_reviews" },
    ],
    [
      "the team's own when none agrees",
      [model("own", 0.01, { low: 0.1, reviews: 100 }), model("new", 0.001)],
      { modelId: "own", why: "none_agrees" },
    ],
    [
      "never an unpriced one for its price",
      [model("own", null), model("free", null, { low: 0.9, reviews: 100 })],
      { modelId: "free", why: "none_priced" },
    ],
  ])("takes %s", (_, candidates, expected) => {
    expect(chooseJudge(candidates, GOAL)).toStrictEqual(expected);
  });

  it("refuses an empty list", () => {
    expect(() => chooseJudge([], GOAL)).toThrow(RangeError);
  });
});

import { customScores, type Rubric } from "@bellwether/evaluators/custom-scores";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

const LEVELS = [
  { anchor: "bad", score: 0 },
  { anchor: "fair", score: 0.25 },
  { anchor: "good", score: 1 },
];
const RUBRIC: Rubric = {
  id: "tone",
  weight: 1,
  criteria: [
    { id: "tone_polite", instruction: "", weight: 1 },
    { id: "tone_depth", instruction: "", weight: 3, levels: LEVELS },
  ],
};
const score = (polite: string, depth: string) =>
  customScores(
    [
      { id: "tone_polite", verdict: polite },
      { id: "tone_depth", verdict: depth },
    ],
    [RUBRIC],
  ).custom_tone;

describe("the score of a rubric", () => {
  // By hand: (1 * polite + 3 * depth) / 4 over the criteria that apply.
  it.each([
    ["yes", "level_3", 1],
    ["yes", "level_2", 0.4375],
    ["no", "level_2", 0.1875],
    ["no", "level_1", 0],
    ["not_applicable", "level_2", 0.25],
    ["yes", "not_applicable", 1],
  ])("polite %s, depth %s: %d", (polite, depth, expected) => {
    expect(score(polite, depth)).toMatchObject({ status: "scored", score: expected });
  });

  it("abstains when nothing applies, fails on a verdict off the scale or left out", () => {
    expect(score("not_applicable", "not_applicable")).toStrictEqual({
      status: "abstained",
      reason: "not_applicable",
    });
    expect(score("yes", "level_4")).toStrictEqual({ status: "failed", reason: "unknown_enum" });
    expect(score("yes", "yes")).toStrictEqual({ status: "failed", reason: "unknown_enum" });
    expect(score("level_1", "level_1")).toStrictEqual({ status: "failed", reason: "unknown_enum" });
    expect(customScores([], [RUBRIC]).custom_tone).toStrictEqual({ status: "failed", reason: "incomplete" });
  });

  it("is in [0, 1] for any weights", () => {
    const weight = fc.double({ min: 1e-6, max: 100, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(weight, fc.constantFrom("yes", "no")), { minLength: 1 }), (verdicts) => {
        const criteria = verdicts.map(([share], at) => ({ id: `c${at}`, instruction: "", weight: share }));
        const outcome = customScores(
          verdicts.map(([, verdict], at) => ({ id: `c${at}`, verdict })),
          [{ id: "r", weight: 0, criteria }],
        ).custom_r;
        expect(outcome?.status === "scored" && outcome.score >= 0 && outcome.score <= 1).toBe(true);
      }),
    );
  });
});

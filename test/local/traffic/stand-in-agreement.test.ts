import { buildJudgeRequest } from "@bellwether/evaluators/judge-prompt";
import { scoreVerdicts } from "@bellwether/evaluators/score";
import { readVerdicts } from "@bellwether/evaluators/verdicts";
import { standInJudge } from "@bellwether/local/judge/stand-in";
import type { Truth } from "@bellwether/local/traffic/truth";
import { describe, expect, it } from "vitest";
import { DAY, playDay } from "./play-day.ts";

const WEIGHTS = { faithfulness: 0.3, answer_relevancy: 0.3, context_precision: 0.2, safety: 0.2 };

const answered = playDay({ ...DAY, seed: 99, requests: 6_000 }, 24).truths.filter(
  ({ hasAnswer }) => hasAnswer,
);

function faithfulnessOf({ question, answer, contexts }: Truth): number {
  const input = { question, answer, contexts, contextTruncated: false };
  const request = buildJudgeRequest(input, {
    modelId: "judge",
    maxTokens: 1_000,
    delimiter: "kq3n8vw2mzx7rt5p",
  });
  const reading = readVerdicts(standInJudge(request), input);
  if (!reading.ok) throw new Error(reading.detail);
  const outcome = scoreVerdicts(reading.verdicts, input, { weights: WEIGHTS }).faithfulness;
  if (outcome?.status !== "scored") throw new Error(`faithfulness of ${answer}: ${outcome?.status}`);
  return outcome.score;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe("the stand-in judge on simulated answers", () => {
  it("finds honest answers faithful", () => {
    const scores = answered
      .filter(({ grounded }) => grounded)
      .slice(0, 400)
      .map(faithfulnessOf);
    expect(scores.length).toBe(400);
    expect(mean(scores)).toBeGreaterThanOrEqual(0.9);
  });

  it("finds hallucinated answers unfaithful", () => {
    const scores = answered
      .filter(({ grounded }) => !grounded)
      .slice(0, 400)
      .map(faithfulnessOf);
    expect(scores.length).toBeGreaterThan(300);
    expect(mean(scores)).toBeLessThanOrEqual(0.5);
  });
});

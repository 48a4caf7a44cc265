import { combineDraws } from "@bellwether/evaluators/combine-draws";
import type { ConverseResult } from "@bellwether/evaluators/judge-answer";
import { judgeByPanel } from "@bellwether/evaluators/judge-panel";
import type { Outcome, Scores } from "@bellwether/evaluators/outcome";
import { DEFAULT_WEIGHTS } from "@bellwether/evaluators/quality";
import { describe, expect, it } from "vitest";
import { judgeInput, toolResponse, verdicts } from "./verdict-fixtures.ts";

const scored = (score: number, reason?: string): Outcome => ({
  status: "scored",
  score,
  ...(reason === undefined ? {} : { reason }),
});
const failed: Outcome = { status: "failed", reason: "refused" };
const abstained: Outcome = { status: "abstained", reason: "no_claims" };
const combine = (metric: string, ...outcomes: Outcome[]) => {
  const { scores, uncertainty } = combineDraws(
    outcomes.map((outcome): Scores => ({ [metric]: outcome })),
    { [metric]: 1 },
  );
  return [scores[metric], uncertainty[metric]];
};

describe("combineDraws", () => {
  it("is the mean with the standard deviation over draws, and the reason of the nearest draw", () => {
    const [outcome, unsure] = combine("faithfulness", scored(1, "a"), scored(0.5, "b"), scored(0.6, "c"));
    expect(outcome).toMatchObject({ status: "scored", score: expect.closeTo(0.7, 12), reason: "c" });
    expect(unsure).toBeCloseTo(Math.sqrt((0.3 ** 2 + 0.2 ** 2 + 0.1 ** 2) / 3), 12);
  });

  it.each([
    [0, 0],
    [0.25, 0.5],
    [0.5, 1],
    [0.9, 0.2],
    [1, 0],
  ])("of a single draw of %d is unsure by %d", (score, expected) => {
    const [outcome, unsure] = combine("faithfulness", scored(score));
    expect(outcome).toStrictEqual(scored(score));
    expect(unsure).toBeCloseTo(expected, 12);
  });

  it.each([
    ["safety", [1, 1, 0], 1],
    ["safety", [1, 0], 0],
    ["custom_polite", [0, 0, 1], 0],
    ["faithfulness", [1, 1, 0], 2 / 3],
  ])("takes the majority of yes/no verdicts: %s of %j is %d", (metric, values, expected) => {
    const [outcome] = combine(metric, ...values.map((value) => scored(value)));
    expect(outcome).toMatchObject({ score: expect.closeTo(expected, 12) });
  });

  it.each<[Outcome[], Outcome, number | undefined]>([
    [[scored(1), failed], scored(1), 0],
    [[scored(1), failed, failed], failed, undefined],
    [[failed, abstained], failed, undefined],
    [[abstained, abstained, failed], abstained, undefined],
  ])("needs a score from half of the draws (%#)", (outcomes, expected, unsure) => {
    expect(combine("faithfulness", ...outcomes)).toStrictEqual([expected, unsure]);
  });

  it("computes quality from the combined metrics", () => {
    const draws = [1, 0].map((score) => ({ faithfulness: scored(score), quality: scored(score) }));
    const { scores, uncertainty } = combineDraws(draws, { faithfulness: 1 });
    expect(scores.quality).toMatchObject({ score: 0.5 });
    expect(uncertainty.quality).toBe(0.5);
    expect(() => combineDraws([], {})).toThrow(RangeError);
  });
});

const usage = {
  inputTokens: 100,
  outputTokens: 5,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  cacheWrite1hTokens: 0,
};
const good: ConverseResult = { kind: "answered", response: toolResponse(verdicts()), usage };
const bad: ConverseResult = {
  kind: "answered",
  response: toolResponse(verdicts({ addresses_question: "no" })),
  usage,
};
const down: ConverseResult = { kind: "unavailable", reason: "throttled" };

async function panel(answers: Readonly<Record<string, ConverseResult[]>>, models = Object.keys(answers)) {
  const asked: { model: string; temperature: number | undefined; text: string }[] = [];
  let delimiters = 0;
  const judged = await judgeByPanel(
    judgeInput(),
    {
      models,
      maxTokens: 500,
      weights: DEFAULT_WEIGHTS,
      newDelimiter: () => `delimiter000000${delimiters++}`,
    },
    async ({ modelId, inferenceConfig, messages }) => {
      asked.push({
        model: modelId,
        temperature: inferenceConfig.temperature,
        text: JSON.stringify(messages),
      });
      const answer = answers[modelId]?.shift();
      if (answer === undefined) throw new Error("asked once too often");
      return answer;
    },
  );
  return { judged, asked };
}

describe("judgeByPanel", () => {
  it("asks every model once, greedily, each with a delimiter of its own, and pays for all", async () => {
    const { judged, asked } = await panel({ a: [good], b: [bad], c: [good] });
    expect(asked.map(({ temperature }) => temperature)).toEqual([0, 0, 0]);
    expect(new Set(asked.map(({ text }) => text)).size).toBe(3);
    expect(judged).toMatchObject({
      kind: "judged",
      scores: { answer_relevancy_judged: { score: expect.closeTo(2 / 3, 12) } },
      uncertainty: { faithfulness: 0, answer_relevancy_judged: expect.closeTo(Math.sqrt(2) / 3, 12) },
    });
    expect(judged.attempts).toEqual(["a", "b", "c"].map((modelId) => ({ modelId, usage })));
  });

  it("draws from one model at its own temperature, as a greedy one would repeat itself", async () => {
    const { judged, asked } = await panel({ a: [good, bad, good] }, ["a", "a", "a"]);
    expect(asked.map(({ temperature }) => temperature)).toEqual([undefined, undefined, undefined]);
    expect(judged.kind === "judged" && judged.uncertainty.quality).toBeGreaterThan(0);
  });

  it("does without a minority that is down, and waits for a majority", async () => {
    expect((await panel({ a: [good], b: [down], c: [good] })).judged).toMatchObject({
      kind: "judged",
      scores: { quality: { status: "scored" } },
      attempts: [{ modelId: "a" }, { modelId: "c" }],
    });
    expect((await panel({ a: [good], b: [down] })).judged).toMatchObject({
      kind: "unavailable",
      reason: "throttled",
      attempts: [{ modelId: "a" }],
    });
  });
});

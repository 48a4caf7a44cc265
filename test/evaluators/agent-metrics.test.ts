import { alsoRecord } from "@bellwether/evaluators/also-record";
import type { AgentTexts } from "@bellwether/evaluators/judge-input";
import type { Verdicts } from "@bellwether/evaluators/judge-schema";
import { scoreVerdicts } from "@bellwether/evaluators/score";
import { describe, expect, it } from "vitest";
import { judgeInput, verdicts } from "./verdict-fixtures.ts";

const AGENT: AgentTexts = { calls: ["a() -> ok", "b() -> ok"], tools: "a: A\nb: B", historyTooLong: false };
const call = (index: number, selection: "yes" | "no", parameters: "yes" | "no") => ({
  index,
  selection,
  parameters,
});
const score = (changes: Partial<Verdicts>, agent: AgentTexts = AGENT) =>
  scoreVerdicts(verdicts(changes), judgeInput({ agent }), { weights: {} });

describe("tool_selection and tool_parameters", () => {
  it("are the shares of right tools and of right parameters, each for itself", () => {
    const scores = score({ tool_calls: [call(2, "no", "yes"), call(1, "yes", "yes")] });
    expect(scores.tool_selection).toStrictEqual({
      status: "scored",
      score: 0.5,
      reason: "1 of 2 tool calls",
    });
    expect(scores.tool_parameters).toMatchObject({ status: "scored", score: 1 });
  });

  it.each([
    ["no verdicts", undefined],
    ["too few", [call(1, "yes", "yes")]],
    ["one call twice", [call(1, "yes", "yes"), call(1, "yes", "yes")]],
    ["a call that was not made", [call(1, "yes", "yes"), call(2, "yes", "yes"), call(3, "yes", "yes")]],
  ])("fail with %s, and the other metrics stand", (_, tool_calls) => {
    const scores = score(tool_calls === undefined ? {} : { tool_calls });
    expect(scores.tool_selection).toStrictEqual({ status: "failed", reason: "incomplete" });
    expect(scores.tool_parameters).toStrictEqual({ status: "failed", reason: "incomplete" });
    expect(scores.faithfulness).toMatchObject({ status: "scored" });
  });

  it("say nothing of the choice when the log does not show what there was to choose from", () => {
    const { tools: _, ...untold } = AGENT;
    const scores = score({ tool_calls: [call(1, "yes", "yes"), call(2, "yes", "no")] }, untold);
    expect(scores.tool_selection).toStrictEqual({ status: "abstained", reason: "no_tools" });
    expect(scores.tool_parameters).toMatchObject({ status: "scored", score: 0.5 });
  });
});

describe("an agent whose turn is too long to show", () => {
  it("has no score of its own, and the judge is not asked for one", () => {
    const scores = scoreVerdicts(verdicts(), judgeInput({ agent: "too_long" }), { weights: {} });
    const abstained = { status: "abstained", reason: "too_long" };
    expect(scores).toMatchObject({
      tool_selection: abstained,
      tool_parameters: abstained,
      goal_success: abstained,
      faithfulness: { status: "scored" },
    });
    expect(alsoRecord(judgeInput({ agent: "too_long" }))).toStrictEqual([]);
  });
});

describe("goal_success", () => {
  it.each([
    ["yes", { status: "scored", score: 1 }],
    ["no", { status: "scored", score: 0 }],
    ["unclear", { status: "abstained", reason: "goal_unclear" }],
  ] as const)("%s", (goal_reached, expected) => {
    expect(score({ goal_reached }).goal_success).toStrictEqual(expected);
  });

  it("abstains when the conversation was too long to show, and fails when the judge left it out", () => {
    expect(score({}, { ...AGENT, historyTooLong: true }).goal_success).toStrictEqual({
      status: "abstained",
      reason: "too_long",
    });
    expect(score({}).goal_success).toStrictEqual({ status: "failed", reason: "incomplete" });
  });

  it("is no metric of an answer that used no tool", () => {
    const scores = scoreVerdicts(verdicts({ goal_reached: "yes" }), judgeInput(), { weights: {} });
    expect(Object.keys(scores)).not.toEqual(expect.arrayContaining(["goal_success"]));
  });
});

import { outputBudget } from "@bellwether/evaluators/output-budget";
import { standInJudge } from "@bellwether/local/judge/stand-in";
import { describe, expect, it } from "vitest";
import { judgeRequest } from "../local/judge/ask-stand-in.ts";
import { HELD_OUT } from "../local/judge/held-out-answers.ts";
import { judgeInput } from "./verdict-fixtures.ts";

const LIMIT = 2_048;

describe("outputBudget", () => {
  it("holds the verdicts on real answers, and is far below the limit", () => {
    const inputs = HELD_OUT.flatMap(({ question, passages, grounded, hallucinated }) =>
      [...grounded, ...hallucinated].map((answer) =>
        judgeInput({ question, contexts: passages, answer, reference: grounded.join(" ") }),
      ),
    );
    expect(inputs.length).toBeGreaterThan(20);
    for (const input of inputs) {
      // Three characters a token is more tokens than JSON in English has.
      const output = JSON.stringify((standInJudge(judgeRequest(input)) as { output: unknown }).output);
      expect(output.length / 3, input.answer).toBeLessThan(outputBudget(input, LIMIT));
    }
    const plain = inputs.map(({ reference: _, ...input }) => outputBudget(input, LIMIT));
    expect(plain.reduce((sum, budget) => sum + budget, 0) / plain.length).toBeLessThan(LIMIT / 2);
  });

  it("grows with everything that is judged, up to the limit", () => {
    const base = outputBudget(judgeInput({ answer: "x".repeat(600) }), LIMIT);
    const agent = { calls: ["a() -> ok", "b() -> ok"], historyTooLong: false };
    const criteria = [{ id: "a", instruction: "" }];
    const contexts = Array.from({ length: 9 }, () => "p");
    const answer = "x".repeat(600);
    expect(outputBudget(judgeInput({ answer, contexts }), LIMIT)).toBeGreaterThan(base);
    expect(outputBudget(judgeInput({ answer, agent }), LIMIT)).toBeGreaterThan(base);
    expect(outputBudget(judgeInput({ answer, reference: "r".repeat(99) }), LIMIT)).toBeGreaterThan(base);
    expect(outputBudget(judgeInput({ answer }), LIMIT, criteria, 1)).toBeGreaterThan(base);
    expect(outputBudget(judgeInput({ answer: "x".repeat(20_000) }), LIMIT)).toBe(LIMIT);
    expect(outputBudget(judgeInput({ contexts: [] }), LIMIT)).toBe(256);
  });
});

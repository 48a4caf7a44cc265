import { runChecks } from "@bellwether/evaluators/checks";
import { expectedChecks } from "@bellwether/evaluators/expected-checks";
import { describe, expect, it } from "vitest";

const scoresOf = (expected: Parameters<typeof expectedChecks>[0], answer: string, reference?: string) =>
  Object.fromEntries(
    Object.entries(runChecks(expectedChecks(expected), answer, reference).scores).map(([metric, outcome]) => [
      metric,
      outcome.status === "scored" ? outcome.score : outcome.status,
    ]),
  );

describe("what an item expects of its answer", () => {
  it("is nothing unless it says so", () => {
    expect(expectedChecks(undefined)).toEqual([]);
    expect(expectedChecks({})).toEqual([]);
  });

  it("is scored under a metric for each key", () => {
    const expected = {
      json_valid: true as const,
      json_schema: { type: "object", required: ["days"] },
      regex: "^\\{.*\\}$",
      contains: ["DAYS", '"unit":  "d"'],
      max_words: 4,
      max_chars: 40,
    };
    const all = { json_valid: 1, json_schema: 1, regex: 1, contains: 1, max_words: 1, length: 1 };
    expect(scoresOf(expected, '{"days": 7, "unit": "d"}')).toEqual(all);
    expect(scoresOf(expected, '{"day": 7, "unit": "d", "and so": "on and on and on"}')).toEqual({
      ...all,
      json_schema: 0,
      contains: 0,
      max_words: 0,
      length: 0,
    });
    expect(scoresOf(expected, "days")).toEqual({
      ...all,
      json_valid: 0,
      json_schema: 0,
      regex: 0,
      contains: 0,
    });
  });

  it("abstains where a comparison has no reference", () => {
    expect(scoresOf({ exact_match: "loose", rouge_l: true }, "Seven  Days", "seven days")).toEqual({
      exact_match: 1,
      rouge_l: 1,
    });
    expect(scoresOf({ exact_match: true, bleu: true }, "Seven days.")).toEqual({
      exact_match: "abstained",
      bleu: "abstained",
    });
  });

  it("throws for a schema that is none", () => {
    expect(() => expectedChecks({ json_schema: { type: "objekt" } })).toThrow();
  });
});

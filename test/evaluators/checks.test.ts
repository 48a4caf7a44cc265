import { type Check, runChecks, type Scorer } from "@bellwether/evaluators/checks";
import { compileSchema } from "@bellwether/evaluators/scorers/json";
import { REFUSAL_LANGUAGES } from "@bellwether/evaluators/scorers/refusal-phrases";
import { describe, expect, it } from "vitest";

const check = (scorer: Scorer, rest: Partial<Check> = {}): Check => ({
  ...scorer,
  weight: 0,
  spareJudge: false,
  ...(rest as object),
});
const run = (scorer: Scorer, answer: string, reference?: string) =>
  Object.values(runChecks([check(scorer)], answer, reference).scores)[0];
const scoreOf = (scorer: Scorer, answer: string, reference?: string) => {
  const outcome = run(scorer, answer, reference);
  return outcome?.status === "scored" ? outcome.score : outcome?.reason;
};

describe("json_valid", () => {
  const strict = { scorer: "json_valid", fenced: false } as const;
  it.each([
    ['{"a":1}', 1, 1],
    [" [1, 2]\n", 1, 1],
    ["3", 1, 1],
    ['```json\n{"a":1}\n```', 0, 1],
    ["```\n[]\n```", 0, 1],
    ['Here you go: {"a":1}', 0, 0],
    ["{'a':1}", 0, 0],
    ['{"a":1', 0, 0],
    ["", 0, 0],
  ])("%j is %d, with a fence allowed %d", (answer, bare, fenced) => {
    expect(scoreOf(strict, answer)).toBe(bare);
    expect(scoreOf({ ...strict, fenced: true }, answer)).toBe(fenced);
  });
});

describe("json_schema", () => {
  const violation = compileSchema({
    type: "object",
    required: ["id"],
    additionalProperties: false,
    properties: { id: { type: "string" }, n: { type: "integer", minimum: 1 } },
  });
  const schema = { scorer: "json_schema", fenced: false, violation } as const;
  it.each([
    ['{"id":"x","n":2}', 1, undefined],
    ['{"n":2}', 0, "(root) must have required property 'id'"],
    ['{"id":"x","n":0}', 0, "/n must be >= 1"],
    ['{"id":"x","other":0}', 0, "(root) must NOT have additional properties"],
    ["not json", 0, "not JSON"],
  ])("%j is %d (%s)", (answer, score, reason) => {
    expect(run(schema, answer)).toStrictEqual(
      reason === undefined ? { status: "scored", score } : { status: "scored", score, reason },
    );
  });

  it("refuses a schema that it would not check in full", () => {
    expect(() => compileSchema({ type: "objekt" })).toThrow(/type/);
    expect(() => compileSchema({ type: "object", requierd: ["a"] })).toThrow(/requierd/);
  });
});

describe("length", () => {
  it("counts characters, not code units, and says how many", () => {
    const length = { scorer: "length", minChars: 2, maxChars: 3 } as const;
    expect(run(length, " 🙂🙂🙂 ")).toStrictEqual({ status: "scored", score: 1, reason: "3 characters" });
    expect(scoreOf(length, "a")).toBe(0);
    expect(scoreOf(length, "abcd")).toBe(0);
    expect(scoreOf({ scorer: "length", maxChars: 3 }, "")).toBe(1);
  });
});

describe("refusal", () => {
  const refusal = { scorer: "refusal", languages: REFUSAL_LANGUAGES } as const;
  it.each([
    "I'm sorry, but I can't help with that.",
    "I cannot assist with this request.",
    "As an AI, I can’t give legal advice.",
    "Sorry, that is against my guidelines.",
    "Dabei kann ich Ihnen leider nicht helfen.",
    "Je ne peux pas vous aider avec cette demande.",
    "Lo siento, no puedo ayudarte con eso.",
  ])("hears %j", (answer) => {
    expect(scoreOf(refusal, answer)).toBe(1);
  });

  it.each([
    "Refunds take 14 days.",
    "I could not find anything about that.",
    "You cannot return gift cards.",
    "Smoking is against our policies.",
    "If you can't log in, we can help with that.",
    "Sie können das nicht umtauschen.",
    "No puedes devolver tarjetas regalo.",
  ])("does not hear it in %j", (answer) => {
    expect(scoreOf(refusal, answer)).toBe(0);
  });

  it("hears only the languages asked for", () => {
    expect(scoreOf({ scorer: "refusal", languages: ["en"] }, "No puedo ayudarte.")).toBe(0);
  });
});

describe("checks of one answer", () => {
  it("abstain without what they compare with, and beyond what can be compared", () => {
    expect(scoreOf({ scorer: "bleu" }, "a")).toBe("no_reference");
    expect(scoreOf({ scorer: "rouge_l" }, "…", "a")).toBe("no_words");
    expect(scoreOf({ scorer: "exact_match", loose: false }, "a".repeat(20_001), "a")).toBe("too_long");
  });

  it("name similarity by what it compares", () => {
    expect(runChecks([check({ scorer: "semantic_similarity" })], "a b", "a b").scores).toMatchObject({
      semantic_similarity_ngrams: { status: "scored", score: 1 },
    });
  });

  it("settle the request only when a check that may spare the judge fails", () => {
    const json = { scorer: "json_valid", fenced: false } as const;
    const sparing = check(json, { spareJudge: true, settledQuality: 0 });
    expect(runChecks([sparing], "oops", undefined).settled).toStrictEqual({ by: "json_valid", quality: 0 });
    expect(runChecks([sparing], "{}", undefined)).not.toHaveProperty("settled");
    expect(runChecks([check(json)], "oops", undefined)).not.toHaveProperty("settled");
    const refusal = check({ scorer: "refusal", languages: ["en"] }, { spareJudge: true });
    expect(runChecks([refusal], "I must decline.", undefined).settled).toStrictEqual({
      by: "refusal",
      quality: undefined,
    });
    expect(runChecks([refusal], "Gladly.", undefined)).not.toHaveProperty("settled");
  });

  it("of one metric: the first counts", () => {
    const checks = [
      check({ scorer: "length", maxChars: 1 }),
      check({ scorer: "length", maxChars: 9 }, { spareJudge: true }),
    ];
    expect(runChecks(checks, "abc", undefined)).toMatchObject({ scores: { length: { score: 0 } } });
    expect(runChecks(checks, "abc", undefined)).not.toHaveProperty("settled");
  });
});

import { readFileSync } from "node:fs";
import { planFor } from "@bellwether/evaluators/evaluation-plan";
import { EvaluationPolicyError, parseEvaluationPolicy } from "@bellwether/evaluators/evaluation-policy";
import { describe, expect, it } from "vitest";

const shipped = readFileSync(new URL("../../infra/policies/rubrics.yaml", import.meta.url), "utf8");

const TONE = `
rubrics:
  - id: tone
    weight: 0.2
    appliesTo: { app: support-bot, promptVersion: [v1, v2] }
    criteria:
      - { id: polite, question: "Is it polite?", scale: yes_no }
      - id: depth
        question: "How deep?"
        weight: 2
        scale:
          - { anchor: "Names the topic", score: 0 }
          - { anchor: "Gives the rule", score: 0.5 }
  - id: brief
    criteria: [{ question: "Is it brief?", scale: yes_no }]
`;

describe("rubrics.yaml", () => {
  it("ships without rubrics and checks, and its examples work when uncommented", () => {
    expect(parseEvaluationPolicy(shipped)).toStrictEqual({ rubrics: [], checks: [] });
    const examples = shipped
      .replaceAll(/^(rubrics|checks): \[\]$/gm, "$1:")
      .replaceAll(
        /^# {1,11}(?=(?:- |id|weight|appliesTo|criteria|question|scale|spareJudge|settled|schema: \{))/gm,
        (mark) => mark.replace("#", ""),
      );
    const { rubrics, checks } = parseEvaluationPolicy(examples);
    expect(rubrics.map(({ id, criteria }) => [id, criteria.length])).toStrictEqual([["tone", 2]]);
    expect(checks).toMatchObject([{ scorer: "json_schema", spareJudge: true, settledQuality: 0 }]);
  });

  it("gives a request what is for it, criteria under their full names", () => {
    const policy = parseEvaluationPolicy(TONE);
    const plan = planFor(policy, { app: "support-bot", promptVersion: "v2" });
    expect(plan.rubrics).toStrictEqual([
      {
        id: "tone",
        weight: 0.2,
        criteria: [
          { id: "tone_polite", instruction: "Is it polite?", weight: 1 },
          {
            id: "tone_depth",
            instruction: "How deep?",
            weight: 2,
            levels: [
              { anchor: "Names the topic", score: 0 },
              { anchor: "Gives the rule", score: 0.5 },
            ],
          },
        ],
      },
      { id: "brief", weight: 0, criteria: [{ id: "brief", instruction: "Is it brief?", weight: 1 }] },
    ]);
    expect(plan.weights).toStrictEqual({ custom_tone: 0.2 });
    const others = [{ app: "support-bot", promptVersion: "v3" }, { app: "other" }, {}];
    for (const subject of others)
      expect(planFor(policy, subject).rubrics.map(({ id }) => id)).toStrictEqual(["brief"]);
  });

  it("has a version that follows its content and nothing else", () => {
    const version = (yaml: string, app: string) =>
      planFor(parseEvaluationPolicy(yaml), { app, promptVersion: "v1" }).version;
    const original = version(TONE, "support-bot");
    expect(original).toMatch(/^[0-9a-f]{12}$/);
    expect(version(`# a comment\n${TONE}`, "support-bot")).toBe(original);
    expect(version(TONE.replace("How deep?", "How far?"), "support-bot")).not.toBe(original);
    expect(version(TONE.replace("score: 0.5", "score: 0.6"), "support-bot")).not.toBe(original);
    expect(version(TONE, "other")).not.toBe(original);
    expect(version("rubrics: []", "other")).toBeUndefined();
    const check = (type: string) =>
      version(`checks: [{ scorer: json_schema, schema: { type: ${type} } }]`, "any");
    expect(check("object")).toBe(check("object"));
    expect(check("object")).not.toBe(check("array"));
  });

  it("takes the weight of the first check of a metric", () => {
    const policy = parseEvaluationPolicy(
      "checks: [{ scorer: length, maxChars: 9, weight: 1 }, { scorer: length, maxChars: 8, weight: 2 }, { scorer: semantic_similarity, weight: 0.5 }]",
    );
    expect(planFor(policy, {}).weights).toStrictEqual({ length: 1, semantic_similarity_ngrams: 0.5 });
  });

  it.each([
    ["rubrics: 3", /^rubrics: rubrics: /],
    ["rubics: []", /Unrecognized key: "rubics"/],
    ["rubrics: [", /^rubrics: .+/],
    [TONE.replace("id: tone", "id: Tone"), /rubrics\.0\.id: is not snake_case/],
    [TONE.replace("id: brief", "id: tone"), /rubrics\.1\.id: tone is taken/],
    [TONE.replace("id: brief", "id: tone_polite"), /rubrics\.1\.id: tone_polite is taken/],
    [TONE.replace("id: polite", "id: depth"), /rubrics\.0: names a criterion twice/],
    [TONE.replace("id: polite, ", ""), /rubrics\.0\.criteria\.0\.id: is missing/],
    [TONE.replace("score: 0.5", "score: 0"), /rubrics\.0\.criteria\.1\.scale: scores do not rise/],
    [TONE.replace("scale: yes_no", "scale: maybe"), /rubrics\.0\.criteria\.0\.scale: is neither/],
    [TONE.replace("weight: 0.2", "weight: -1"), /rubrics\.0\.weight: /],
    ["checks: [{ scorer: vibes }]", /checks\.0\.scorer: /],
    ["checks: [{ scorer: length }]", /checks\.0: names neither minChars nor maxChars/],
    ["checks: [{ scorer: bleu, spareJudge: true }]", /checks\.0\.spareJudge: /],
    ["checks: [{ scorer: json_valid, settledQuality: 0 }]", /checks\.0\.settledQuality: needs spareJudge/],
    ["checks: [{ scorer: json_schema, schema: { type: objekt } }]", /checks\.0\.schema: .*type/],
    ["checks: [{ scorer: json_schema }]", /checks\.0\.schema: /],
    ["checks: [{ scorer: refusal, languages: [xx] }]", /checks\.0\.languages\.0: /],
  ])("is refused in one line with the path: %#", (yaml, message) => {
    const parse = () => parseEvaluationPolicy(yaml);
    expect(parse).toThrow(EvaluationPolicyError);
    expect(parse).toThrow(message);
    expect(parse).not.toThrow(/\n/);
  });

  it("may be empty", () => {
    expect(parseEvaluationPolicy("")).toStrictEqual({ rubrics: [], checks: [] });
  });
});

import { parse as parseYaml } from "yaml";
import * as z from "zod";
import { MAX_LEVELS } from "./criterion.ts";
import { compileSchema } from "./scorers/json.ts";
import { REFUSAL_LANGUAGES } from "./scorers/refusal-phrases.ts";

const id = z.string().regex(/^[a-z][a-z0-9_]*$/, "is not snake_case");
const weight = z.number().min(0).max(100);
const names = z.union([
  z
    .string()
    .min(1)
    .transform((name) => [name]),
  z.array(z.string().min(1)).min(1),
]);

/** Requests that a rubric or check is for: every field given must name the request's own value; no field means all. */
const appliesToSchema = z.strictObject({
  app: names.optional(),
  feature: names.optional(),
  promptVersion: names.optional(),
});

const levelsSchema = z
  .array(z.strictObject({ anchor: z.string().min(1).max(300), score: z.number().min(0).max(1) }))
  .min(2)
  .max(MAX_LEVELS)
  .refine(
    (levels) => levels.every(({ score }, index) => index === 0 || score > (levels[index - 1]?.score ?? 1)),
    "scores do not rise from level to level",
  );

const criterionSchema = z.strictObject({
  id: id.optional(),
  question: z.string().trim().min(1).max(1_000),
  scale: z.union([z.literal("yes_no"), levelsSchema], {
    error: 'is neither "yes_no" nor a list of levels {anchor, score} with rising scores in [0, 1]',
  }),
  weight: z.number().positive().max(100).default(1),
});

const rubricSchema = z
  .strictObject({
    id,
    weight: weight.default(0),
    appliesTo: appliesToSchema.default({}),
    criteria: z.array(criterionSchema).min(1).max(10),
  })
  .superRefine(({ criteria }, context) => {
    if (criteria.length === 1) return;
    for (const [index, criterion] of criteria.entries())
      if (criterion.id === undefined)
        context.addIssue({ code: "custom", path: ["criteria", index, "id"], message: "is missing" });
  });

const common = { weight: weight.default(0), appliesTo: appliesToSchema.default({}) };
const settling = {
  ...common,
  spareJudge: z.boolean().default(false),
  settledQuality: z.number().min(0).max(1).optional(),
};
const comparing = { ...common, spareJudge: z.literal(false).default(false) };
const chars = z.number().int().min(0).max(1_000_000).optional();

const schemaText = z.record(z.string(), z.json()).transform((schema, context) => {
  try {
    return { violation: compileSchema(schema), content: JSON.stringify(schema) };
  } catch (error) {
    context.addIssue({ code: "custom", message: (error as Error).message.split("\n")[0] ?? "is invalid" });
    return z.NEVER;
  }
});

const checkSchema = z.discriminatedUnion("scorer", [
  z.strictObject({ ...settling, scorer: z.literal("json_valid"), fenced: z.boolean().default(false) }),
  z
    .strictObject({
      ...settling,
      scorer: z.literal("json_schema"),
      fenced: z.boolean().default(false),
      schema: schemaText,
    })
    .transform(({ schema: { violation, content }, ...check }) => ({ ...check, violation, content })),
  z.strictObject({ ...settling, scorer: z.literal("exact_match"), loose: z.boolean().default(false) }),
  z.strictObject({ ...comparing, scorer: z.literal("rouge_l") }),
  z.strictObject({ ...comparing, scorer: z.literal("bleu") }),
  z.strictObject({ ...comparing, scorer: z.literal("semantic_similarity") }),
  z
    .strictObject({ ...settling, scorer: z.literal("length"), minChars: chars, maxChars: chars })
    .refine(
      ({ minChars, maxChars }) => minChars !== undefined || maxChars !== undefined,
      "names neither minChars nor maxChars",
    ),
  z.strictObject({
    ...settling,
    scorer: z.literal("refusal"),
    languages: z
      .array(z.enum(REFUSAL_LANGUAGES))
      .min(1)
      .default([...REFUSAL_LANGUAGES]),
  }),
]);

const policySchema = z
  .strictObject({
    rubrics: z.array(rubricSchema).max(50).default([]),
    checks: z.array(checkSchema).max(100).default([]),
  })
  .superRefine(({ checks }, context) => {
    for (const [index, check] of checks.entries())
      if ("settledQuality" in check && check.settledQuality !== undefined && !check.spareJudge)
        context.addIssue({
          code: "custom",
          path: ["checks", index, "settledQuality"],
          message: "needs spareJudge: true",
        });
  })
  .superRefine(({ rubrics }, context) => {
    const seen = new Set<string>();
    for (const [index, rubric] of rubrics.entries()) {
      const keys = new Set([
        rubric.id,
        ...rubric.criteria.map((criterion) => criterionKey(rubric, criterion)),
      ]);
      if (keys.size < (rubric.criteria.length === 1 ? 1 : rubric.criteria.length + 1))
        context.addIssue({ code: "custom", path: ["rubrics", index], message: "names a criterion twice" });
      for (const key of keys) {
        if (seen.has(key))
          context.addIssue({ code: "custom", path: ["rubrics", index, "id"], message: `${key} is taken` });
        seen.add(key);
      }
    }
  });

/** A team's rubrics and checks, as `parseEvaluationPolicy` read them. */
export type EvaluationPolicy = z.infer<typeof policySchema>;
export type AppliesTo = z.infer<typeof appliesToSchema>;

/** A policy that cannot be used; `message` is one line with path and reason. */
export class EvaluationPolicyError extends Error {
  override readonly name = "EvaluationPolicyError";
}

/** Reads rubrics.yaml in the shape `{ rubrics: […], checks: […] }`; throws EvaluationPolicyError. */
export function parseEvaluationPolicy(yaml: string): EvaluationPolicy {
  let document: unknown;
  try {
    document = parseYaml(yaml);
  } catch (error) {
    throw new EvaluationPolicyError(`rubrics: ${(error as Error).message.split("\n")[0]}`);
  }
  const parsed = policySchema.safeParse(document ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new EvaluationPolicyError(
    `rubrics: ${issue?.path.join(".") || "(root)"}: ${issue?.message ?? "invalid"}`,
  );
}

/** Id under which the judge answers a criterion; alone in its rubric it goes by the rubric's name. */
export const criterionKey = (
  rubric: { readonly id: string; readonly criteria: readonly unknown[] },
  criterion: { readonly id?: string | undefined },
): string => (rubric.criteria.length === 1 ? rubric.id : `${rubric.id}_${criterion.id}`);

import { parse as parseYaml } from "yaml";
import * as z from "zod";
import { ARM_NUMBERS, type Criterion, criteriaOf, DEFAULT_RAMP, type Ramp, rampSchema } from "./ramp.ts";

/** A ramp that cannot be used; `message` is one line with path and reason. */
export class RampError extends Error {
  override readonly name = "RampError";
}

const namedSchema = z.record(z.string(), z.number());

const fileSchema = z.strictObject({
  steps: z.unknown().optional(),
  criteria: z.unknown().optional(),
  success_criteria: z.unknown().optional(),
  maxHours: z.unknown().optional(),
});

/** Numbers in [0, 1] beside the judge's. */
const SHARES: readonly string[] = ["error_rate", "satisfaction", "judged_share"];
const OTHERS: readonly string[] = ARM_NUMBERS.filter((name) => !SHARES.includes(name));
const JUDGED = [
  "quality",
  "faithfulness",
  "answer_relevancy",
  "answer_relevancy_judged",
  "context_precision",
  "context_recall",
  "safety",
];
const CUSTOM = /^custom_[a-z][a-z0-9_]*$/;

const fail = (path: string, reason: string): never => {
  throw new RampError(`${path}: ${reason.split("\n", 1)[0]}`);
};

function checked<T>(schema: z.ZodType<T>, value: unknown, at?: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = [...(at === undefined ? [] : [at]), ...(issue?.path ?? [])].join(".");
  return fail(path || "ramp", issue?.message ?? "invalid");
}

function named(value: unknown, at: string): Criterion[] {
  const record = checked(namedSchema, value, at);
  try {
    return criteriaOf(record);
  } catch (error) {
    return fail(at, (error as Error).message);
  }
}

/** A criterion that no canary can meet, or that nothing measures, would hold it for ever without a word. */
function refuseImpossible({ metric, min, max }: Criterion, at: string): void {
  const isShare = SHARES.includes(metric) || JUDGED.includes(metric) || CUSTOM.test(metric);
  if (!isShare && !OTHERS.includes(metric))
    fail(at, `nothing measures ${metric}; there are ${[...SHARES, ...OTHERS, ...JUDGED].join(", ")}`);
  for (const limit of [min, max]) {
    if (limit === undefined) continue;
    if (isShare && !(limit >= 0 && limit <= 1))
      fail(at, `${metric} lies between 0 and 1, so ${limit} is no limit for it`);
    if (limit < 0) fail(at, `${metric} is never below 0`);
  }
  if (min !== undefined && max !== undefined && min > max) fail(at, `min ${min} is above max ${max}`);
}

/**
 * Reads a ramp as people write it: `"default"`, or `{steps, criteria, maxHours}`, all optional, where criteria are a
 * list or named `min_…`/`max_…` (also under `success_criteria`). Throws RampError.
 */
export function readRamp(value: unknown): Ramp {
  if (value === "default") return DEFAULT_RAMP;
  const { steps = DEFAULT_RAMP.steps, criteria, success_criteria, maxHours } = checked(fileSchema, value);
  if (criteria !== undefined && success_criteria !== undefined)
    fail("success_criteria", "criteria are given already");
  const key = criteria === undefined ? "success_criteria" : "criteria";
  const wanted = criteria ?? success_criteria ?? [];
  const ramp = checked(rampSchema, {
    steps,
    criteria: Array.isArray(wanted) ? wanted : named(wanted, key),
    ...(maxHours !== undefined && { maxHours }),
  });
  for (const [i, { share }] of ramp.steps.entries()) {
    const before = ramp.steps[i - 1]?.share ?? 0;
    if (share <= before) fail(`steps.${i}.share`, `${share} is not above ${before}, the step before`);
  }
  for (const [i, criterion] of ramp.criteria.entries()) refuseImpossible(criterion, `${key}.${i}`);
  return ramp;
}

/** Reads a ramp file, YAML or JSON; throws RampError. */
export function parseRamp(text: string): Ramp {
  let document: unknown;
  try {
    document = parseYaml(text);
  } catch (error) {
    return fail("ramp", (error as Error).message);
  }
  return readRamp(document);
}

/** The ramp with more criteria, named `min_…` and `max_…`; throws RampError. */
export const withCriteria = (ramp: Ramp, more: Readonly<Record<string, number>>): Ramp =>
  readRamp({ ...ramp, criteria: [...ramp.criteria, ...named(more, "criteria")] });

import * as z from "zod";
import { scoreName, scoreProblem } from "./gate-metrics.ts";

const description = z.string().optional();
const usd = z.number().positive().optional();
const ms = z.number().positive().optional();

/** Quantities that a comparison knows besides scores. */
const MEASURED = ["cost", "latency"];

const qualitySchema = z
  .strictObject({
    name: z.literal("synthetic_test_suite"),
    description,
    metrics: z.record(
      z.string(),
      z.strictObject({
        threshold: z.number().min(0).max(1),
        weight: z.number().min(0).max(100).default(1),
      }),
    ),
    sample_size: z.number().int().min(1).optional(),
    timeout_minutes: z.number().positive().max(1_440).optional(),
  })
  .superRefine(({ metrics }, context) => {
    const names = Object.keys(metrics);
    if (names.length === 0)
      context.addIssue({ code: "custom", path: ["metrics"], message: "names no metric" });
    else if (Object.values(metrics).every(({ weight }) => weight === 0))
      context.addIssue({ code: "custom", path: ["metrics"], message: "every weight is 0" });
    refuseNames(names, ["metrics"], [], context);
  });

const regressionSchema = z
  .strictObject({
    name: z.literal("regression_tests"),
    description,
    compare_against: z.string().min(1).optional(),
    max_degradation: z.number().min(0).lt(1),
    metrics: z.array(z.string()).min(1, "names no metric"),
  })
  .superRefine(({ metrics }, context) => refuseNames(metrics, ["metrics"], MEASURED, context));

const costSchema = z
  .strictObject({
    name: z.literal("cost_validation"),
    description,
    max_cost_per_query: usd,
    max_monthly_budget: usd,
    alert_threshold: z.number().gt(0).max(1).default(0.8),
    /** Requests a month in production, by which a cost per query becomes a monthly one. */
    monthly_requests: z.number().positive().optional(),
  })
  .refine(
    (stage) => stage.max_cost_per_query !== undefined || stage.max_monthly_budget !== undefined,
    "names neither max_cost_per_query nor max_monthly_budget",
  );

const PERCENTILES = ["max_p50_latency", "max_p95_latency", "max_p99_latency"] as const;

const latencySchema = z
  .strictObject({
    name: z.literal("latency_validation"),
    description,
    max_p50_latency: ms,
    max_p95_latency: ms,
    max_p99_latency: ms,
  })
  .superRefine((stage, context) => {
    const given = PERCENTILES.flatMap((name) => {
      const limit = stage[name];
      return limit === undefined ? [] : [{ name, limit }];
    });
    if (given.length === 0) context.addIssue({ code: "custom", message: "names no limit" });
    for (const [index, { name, limit }] of given.entries()) {
      const lower = given[index - 1];
      if (lower !== undefined && limit < lower.limit)
        context.addIssue({
          code: "custom",
          path: [name],
          message: `${limit} is below ${lower.name} (${lower.limit}), which no latencies can be`,
        });
    }
  });

/** Stages of a pipeline by name. */
export const STAGE_SCHEMAS = {
  synthetic_test_suite: qualitySchema,
  regression_tests: regressionSchema,
  cost_validation: costSchema,
  latency_validation: latencySchema,
};

export type StageName = keyof typeof STAGE_SCHEMAS;
export type Stages = { readonly [Name in StageName]: z.infer<(typeof STAGE_SCHEMAS)[Name]> };
export type Stage = Stages[StageName];

function refuseNames(
  names: readonly string[],
  path: readonly string[],
  also: readonly string[],
  context: z.RefinementCtx,
): void {
  const seen = new Set<string>();
  for (const given of names) {
    const name = scoreName(given);
    const problem = seen.has(name)
      ? `${name} comes twice`
      : also.includes(name)
        ? undefined
        : scoreProblem(name);
    if (problem !== undefined) context.addIssue({ code: "custom", path: [...path], message: problem });
    seen.add(name);
  }
}

import { parse as parseYaml } from "yaml";
import * as z from "zod";
import { scoreName } from "./gate-metrics.ts";
import { STAGE_SCHEMAS, type Stage, type StageName, type Stages } from "./pipeline-stages.ts";

/** What a gate asks of a suite's results; a part that is absent is not checked. */
export interface PipelineConfig {
  readonly quality?: {
    readonly metrics: Readonly<Record<string, { readonly threshold: number; readonly weight: number }>>;
    readonly sampleSize?: number;
    readonly timeoutMinutes?: number;
  };
  readonly regression?: {
    readonly compareAgainst?: string;
    /** Largest relative loss that is let through, e.g. 0.05. */
    readonly maxDegradation: number;
    /** Names of scores, `cost` and `latency`. */
    readonly metrics: readonly string[];
  };
  readonly cost?: {
    /** USD. */
    readonly maxCostPerQuery?: number;
    /** USD. */
    readonly maxMonthlyBudget?: number;
    /** Share of a limit from which on it warns. */
    readonly alertThreshold: number;
    readonly monthlyRequests?: number;
  };
  readonly latency?: { readonly maxP50Ms?: number; readonly maxP95Ms?: number; readonly maxP99Ms?: number };
  readonly policy: {
    /** Largest probability that an unchanged version fails the whole gate. */
    readonly flakeBudget: number;
    /** Looks of the judge at every answer. */
    readonly repeats: number;
    readonly onInsufficient: "block" | "pass";
    /** Scored items without which there is no verdict. */
    readonly minItems: number;
  };
}

const policySchema = z.strictObject({
  flake_budget: z.number().gt(0).lte(0.5).default(0.05),
  repeats: z.number().int().min(1).max(20).default(1),
  on_insufficient_evidence: z.enum(["block", "pass"]).default("block"),
  min_items: z.number().int().min(2).default(30),
});

const fileSchema = z.strictObject({
  evaluation_pipeline: z.strictObject({
    stages: z.array(z.looseObject({ name: z.string() })).min(1, "names no stage"),
    policy: policySchema.prefault({}),
  }),
});

/** A pipeline that cannot be used; `message` is one line with path and reason. */
export class PipelineConfigError extends Error {
  override readonly name = "PipelineConfigError";
}

/** Reads evaluation-pipeline.yaml; throws PipelineConfigError. */
export function parsePipelineConfig(yaml: string): PipelineConfig {
  const { stages, policy } = read(fileSchema, readYaml(yaml), []).evaluation_pipeline;
  const found: Partial<Stages> = {};
  for (const [index, stage] of stages.entries()) {
    const { name } = stage;
    if (!isStage(name))
      throw mistake(
        ["evaluation_pipeline", "stages", index, "name"],
        `no stage is called ${JSON.stringify(name)}; there are ${Object.keys(STAGE_SCHEMAS).join(", ")}`,
      );
    if (found[name] !== undefined)
      throw mistake(["evaluation_pipeline", "stages", index, "name"], `${name} comes twice`);
    Object.assign(found, { [name]: read<Stage>(STAGE_SCHEMAS[name], stage, [name]) });
  }
  const config = { ...ofStages(found), policy: policyOf(policy) };
  const { quality } = config;
  if (quality?.sampleSize !== undefined && quality.sampleSize < config.policy.minItems)
    throw mistake(
      ["synthetic_test_suite", "sample_size"],
      `${quality.sampleSize} items can never be the ${config.policy.minItems} that policy.min_items asks for`,
    );
  return config;
}

function ofStages(stages: Partial<Stages>): Omit<PipelineConfig, "policy"> {
  const { synthetic_test_suite: quality, regression_tests: regression } = stages;
  const { cost_validation: cost, latency_validation: latency } = stages;
  return {
    ...(quality && {
      quality: {
        metrics: Object.fromEntries(
          Object.entries(quality.metrics).map(([name, wanted]) => [scoreName(name), wanted]),
        ),
        ...(quality.sample_size !== undefined && { sampleSize: quality.sample_size }),
        ...(quality.timeout_minutes !== undefined && { timeoutMinutes: quality.timeout_minutes }),
      },
    }),
    ...(regression && {
      regression: {
        ...(regression.compare_against !== undefined && { compareAgainst: regression.compare_against }),
        maxDegradation: regression.max_degradation,
        metrics: regression.metrics.map(scoreName),
      },
    }),
    ...(cost && {
      cost: {
        ...(cost.max_cost_per_query !== undefined && { maxCostPerQuery: cost.max_cost_per_query }),
        ...(cost.max_monthly_budget !== undefined && { maxMonthlyBudget: cost.max_monthly_budget }),
        alertThreshold: cost.alert_threshold,
        ...(cost.monthly_requests !== undefined && { monthlyRequests: cost.monthly_requests }),
      },
    }),
    ...(latency && {
      latency: {
        ...(latency.max_p50_latency !== undefined && { maxP50Ms: latency.max_p50_latency }),
        ...(latency.max_p95_latency !== undefined && { maxP95Ms: latency.max_p95_latency }),
        ...(latency.max_p99_latency !== undefined && { maxP99Ms: latency.max_p99_latency }),
      },
    }),
  };
}

const policyOf = (policy: z.infer<typeof policySchema>): PipelineConfig["policy"] => ({
  flakeBudget: policy.flake_budget,
  repeats: policy.repeats,
  onInsufficient: policy.on_insufficient_evidence,
  minItems: policy.min_items,
});

const isStage = (name: string): name is StageName => Object.hasOwn(STAGE_SCHEMAS, name);

function readYaml(yaml: string): unknown {
  try {
    return parseYaml(yaml);
  } catch (error) {
    throw new PipelineConfigError(
      (error as Error).message.split("\n")[0]?.replace(/:$/, "") ?? "is not YAML",
    );
  }
}

function read<T>(schema: z.ZodType<T>, value: unknown, path: readonly PropertyKey[]): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw mistake([...path, ...(issue?.path ?? [])], issue?.message ?? "is invalid");
}

const mistake = (path: readonly PropertyKey[], reason: string): PipelineConfigError =>
  new PipelineConfigError(`${path.map(String).join(".") || "(root)"}: ${reason}`);

import { type Config, parseConfig } from "@bellwether/core/config/config";
import {
  type PipelineConfig,
  PipelineConfigError,
  parsePipelineConfig,
} from "@bellwether/core/gate/pipeline-config";
import { parseSuite, type Suite, SuiteError } from "@bellwether/core/gate/suite";
import {
  type EvaluationPolicy,
  EvaluationPolicyError,
  parseEvaluationPolicy,
} from "@bellwether/evaluators/evaluation-policy";
import { expectedChecks } from "@bellwether/evaluators/expected-checks";
import { UsageError } from "../arguments.ts";
import { readConfig, readText } from "../input-files.ts";
import { oneLine } from "../output.ts";
import type { GateOptions } from "./options.ts";

/** What a gate runs on. */
export interface GateInputs {
  readonly suite: Suite;
  readonly pipeline: PipelineConfig;
  /** The stage's: judge, prices. */
  readonly config: Config;
  readonly policy: EvaluationPolicy;
}

/** Reads the files that the options name; throws UsageError with path and reason. */
export async function readInputs(options: GateOptions): Promise<GateInputs> {
  const pipeline = await readPipeline(options);
  return {
    pipeline,
    suite: await readSuite(options.suite),
    config: parseConfig(await readConfig(options.stageConfig)),
    policy: await readPolicy(options.rubrics),
  };
}

async function readPipeline({ config: file, monthlyRequests }: GateOptions): Promise<PipelineConfig> {
  const yaml = await readText("config", file);
  try {
    const pipeline = parsePipelineConfig(yaml);
    return monthlyRequests === undefined || pipeline.cost === undefined
      ? pipeline
      : { ...pipeline, cost: { ...pipeline.cost, monthlyRequests } };
  } catch (error) {
    if (error instanceof PipelineConfigError) throw new UsageError(`--config ${file}: ${error.message}`);
    throw error;
  }
}

async function readSuite(file: string): Promise<Suite> {
  const text = await readText("suite", file);
  try {
    const suite = parseSuite(text, file);
    for (const { id, expected } of suite.items) {
      try {
        expectedChecks(expected);
      } catch (error) {
        throw new SuiteError(
          `${file}:${suite.lines.get(id)}: expected.json_schema: ${oneLine((error as Error).message)}`,
        );
      }
    }
    return suite;
  } catch (error) {
    if (error instanceof SuiteError) throw new UsageError(`--suite ${error.message}`);
    throw error;
  }
}

async function readPolicy(file: string | undefined): Promise<EvaluationPolicy> {
  if (file === undefined) return { rubrics: [], checks: [] };
  const yaml = await readText("rubrics", file);
  try {
    return parseEvaluationPolicy(yaml);
  } catch (error) {
    if (error instanceof EvaluationPolicyError) throw new UsageError(`--rubrics ${file}: ${error.message}`);
    throw error;
  }
}

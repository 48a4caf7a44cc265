import { type Config, parseConfig } from "@bellwether/core/config/config";
import type { QueueName } from "@bellwether/core/topology";

/**
 * What differs between stages. A stage owns its account and Region: Bedrock has one logging configuration per account
 * and Region, and alarm names and metrics carry no stage.
 */
export interface Stage {
  readonly config: Config;
  /** Who is paged; e-mail endpoints confirm once by hand. */
  readonly pages: readonly { readonly protocol: "email" | "https" | "sms"; readonly endpoint: string }[];
  /** Point Bedrock's invocation logging at our bucket; false leaves the account's logging configuration alone. */
  readonly managesInvocationLogging: boolean;
  /** Logged prompts and answers, days; never shorter than the 35 days that request items point to them. */
  readonly logsRetentionDays: number;
  /** Parquet tables of the lake, days. */
  readonly lakeRetentionDays: number;
  readonly functionLogRetention: "1 week" | "1 month" | "3 months";
  /** Athena cancels a query that scans more, GB. */
  readonly scanLimitGb: number;
  /** Batches at once where the topology's number is not right for the stage, at least 2; for the evaluate queues this is how hard the judge is pressed. */
  readonly queueConcurrency: { readonly [Name in QueueName]?: number };
  /** Buckets and tables with data cannot be deleted by a deploy. */
  readonly keepsData: boolean;
}

const APPS = ["support-bot"];

/** A new stage starts from this. */
const template: Stage = {
  config: parseConfig({ apps: APPS, sampling: { budget: { usdPerDay: 5 } } }),
  pages: [],
  managesInvocationLogging: false,
  logsRetentionDays: 35,
  lakeRetentionDays: 120,
  functionLogRetention: "1 month",
  scanLimitGb: 50,
  queueConcurrency: {},
  keepsData: false,
};

const STAGES: Readonly<Record<string, Stage>> = {
  dev: {
    ...template,
    config: parseConfig({ apps: APPS, sampling: { budget: { usdPerDay: 1 } } }),
    managesInvocationLogging: true,
    lakeRetentionDays: 60,
    functionLogRetention: "1 week",
    scanLimitGb: 10,
    queueConcurrency: { ingest: 5, "evaluate-high": 2, "evaluate-normal": 2, "evaluate-low": 2 },
  },
  preprod: template,
  prod: {
    ...template,
    config: parseConfig({ apps: APPS, sampling: { budget: { usdPerDay: 20 } } }),
    logsRetentionDays: 90,
    lakeRetentionDays: 400,
    functionLogRetention: "3 months",
    scanLimitGb: 200,
    keepsData: true,
  },
};

/** Names of the stages that can be deployed. */
export const STAGE_NAMES = Object.keys(STAGES);

/** Parameters of a stage; throws on a name that has none. */
export function stageOf(name: string): Stage {
  const stage = STAGES[name];
  if (stage === undefined)
    throw new Error(`infra/stage.ts has no stage "${name}", only ${STAGE_NAMES.join(", ")}`);
  return stage;
}

import { type Config, parseConfig } from "@bellwether/core/config/config";

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
  /** Buckets and tables with data cannot be deleted by a deploy. */
  readonly keepsData: boolean;
}

const config = parseConfig({ apps: ["support-bot"] });

const STAGES: Readonly<Record<string, Stage>> = {
  dev: {
    config,
    pages: [],
    managesInvocationLogging: true,
    logsRetentionDays: 35,
    lakeRetentionDays: 60,
    functionLogRetention: "1 week",
    scanLimitGb: 10,
    keepsData: false,
  },
  preprod: {
    config,
    pages: [],
    managesInvocationLogging: false,
    logsRetentionDays: 35,
    lakeRetentionDays: 120,
    functionLogRetention: "1 month",
    scanLimitGb: 50,
    keepsData: false,
  },
  prod: {
    config,
    pages: [],
    managesInvocationLogging: false,
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

import { type Config, parseConfig } from "@bellwether/core/config/config";
import type { QueueName } from "@bellwether/core/topology";

/**
 * `s3`: Bedrock writes to the logs bucket. `cloudwatch`: a subscription stores its log events there within seconds.
 * `both`: whichever copy of a request comes first counts. `unmanaged`: a deploy leaves the account's configuration alone.
 */
export type InvocationLogs = "s3" | "cloudwatch" | "both" | "unmanaged";

/** Minutes after which a record is late; where S3 delivers too, its slower copy may be the only one of a record. */
const LAG_MINUTES: Readonly<Record<InvocationLogs, number>> = {
  s3: 15,
  cloudwatch: 2,
  both: 15,
  unmanaged: 15,
};

/**
 * What differs between stages. A stage owns its account and Region: Bedrock has one logging configuration per account
 * and Region, and alarm names and metrics carry no stage.
 */
export interface Stage {
  readonly config: Config;
  /** Who is paged; e-mail endpoints confirm once by hand. */
  readonly pages: readonly { readonly protocol: "email" | "https" | "sms"; readonly endpoint: string }[];
  /** Where Bedrock's invocation logging of this account and Region points. */
  readonly invocationLogs: InvocationLogs;
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

/** A stage's settings, with the delay that its invocation logs have. */
export const stageWithLogs = (
  invocationLogs: InvocationLogs,
  json: Readonly<Record<string, unknown>> = { apps: APPS },
): Pick<Stage, "config" | "invocationLogs"> => ({
  config: parseConfig({ lagMinutes: LAG_MINUTES[invocationLogs], ...json }),
  invocationLogs,
});

const budget = (usdPerDay: number) => ({ apps: APPS, sampling: { budget: { usdPerDay } } });

/** A new stage starts from this. */
const template: Stage = {
  ...stageWithLogs("unmanaged", budget(5)),
  pages: [],
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
    ...stageWithLogs("s3", budget(1)),
    lakeRetentionDays: 60,
    functionLogRetention: "1 week",
    scanLimitGb: 10,
    queueConcurrency: { ingest: 5, "evaluate-high": 2, "evaluate-normal": 2, "evaluate-low": 2 },
  },
  preprod: template,
  prod: {
    ...template,
    ...stageWithLogs("unmanaged", budget(20)),
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

import * as z from "zod";
import { priceOverrideSchema } from "../prices/overrides.ts";
import { alarmBoundsSchema } from "./alarm-bounds.ts";

const fraction = z.number().min(0).max(1);
const secretArn = z.string().regex(/^arn:[\w-]+:secretsmanager:/);

/** The model that embeds questions under `drift.embedding: "titan"`. */
export const TITAN_MODEL_ID = "amazon.titan-embed-text-v2:0";

/** A stage's configuration; every field has a default, unknown keys are refused so that a typo cannot pass silently. */
const fieldsSchema = z.strictObject({
  /** Apps whose canary verdict is published every tick; records of other apps raise `UnconfiguredApps`. */
  apps: z.array(z.string().min(1)).default([]),
  /** Minutes the watermark trails the tick: 15 for delivery to S3, 2 for CloudWatch Logs. */
  lagMinutes: z.number().int().min(0).max(120).default(15),
  sampling: z
    .strictObject({
      /** `fixed`: every rule has a rate. `budgeted`: rules have scores, and a judge budget sets the rates. */
      preset: z.enum(["fixed", "budgeted"]).default("fixed"),
      salt: z.string().min(1).default("bellwether"),
      baseRate: fraction.default(0.02),
      /** USD per request above which a request is judged. */
      costUsd: z.number().positive().default(0.05),
      latencyMs: z.number().positive().default(3_000),
      /** Judged share of the smaller arm while a canary runs; the other arm is matched to equal expected counts. */
      canaryRate: fraction.min(0.5).default(1),
      /** Smallest inclusion probability of the preset `budgeted`; 0 would make estimates impossible. */
      piMin: z.number().positive().max(1).default(0.0025),
      /** Judge spend of the stage, preset `budgeted`: the day is the target, the hour a ceiling. */
      budget: z
        .strictObject({
          usdPerDay: z.number().positive().default(5),
          /** 2.5 times the day's even share unless given. */
          usdPerHour: z.number().positive().optional(),
          /** Part of the budget spent on looking for trouble instead of on estimates. */
          triageShare: fraction.max(0.9).default(0.15),
        })
        .prefault({}),
    })
    .prefault({}),
  judge: z
    .strictObject({
      modelId: z.string().min(1).default("us.anthropic.claude-haiku-4-5-20251001-v1:0"),
      /** Several judges instead of `modelId`: scores are their means, verdicts of safety and criteria their majority. */
      panel: z.array(z.string().min(1)).max(5).default([]),
      /** Independent calls of every judge; each is paid for. */
      draws: z.number().int().min(1).max(5).default(1),
      maxTokens: z.number().int().min(256).max(8_192).default(2_048),
      /**
       * Take the text of a `correction` as the right answer (context_recall, factual_correctness, noise sensitivity).
       * Off unless asked for: nobody has checked what users write, and it moves scores.
       */
      correctionsAsReference: z.boolean().default(false),
      /** Role of the evaluate function; its own logged calls are never judged. */
      roleArn: z.string().optional(),
      weights: z
        .record(z.string(), z.number().nonnegative())
        .default({ faithfulness: 0.3, answer_relevancy: 0.3, context_precision: 0.2, safety: 0.2 }),
    })
    .prefault({}),
  context: z
    .strictObject({
      contextTags: z
        .array(z.string().regex(/^[A-Za-z][\w-]*$/))
        .default(["context", "documents", "passages", "search_results"]),
      /** RegExp source whose first group is one passage, e.g. `passage \d+:\s*(.+)`. */
      contextPattern: z.string().optional(),
    })
    .prefault({}),
  drift: z
    .strictObject({
      /** Uniform share of requests whose question is read for language, topic and embedding; its text is not kept. */
      promptShare: fraction.default(0.25),
      /** What embeds questions: hashed n-grams cost nothing, Amazon Titan Text Embeddings V2 knows what words mean. */
      embedding: z.enum(["ngrams", "titan"]).default("ngrams"),
      /** Role of the ingest function, which calls Titan; its own logged calls are never counted. */
      roleArn: z.string().optional(),
      /** Days with data before a series says anything; fewer than 14 leave out weekdays or weekends. */
      warmUpDays: z.number().int().min(3).max(28).default(14),
      /** False pages per week that the detectors of one kind (data, concept, performance, usage) may make together. */
      falsePagesPerWeek: z.number().positive().max(10).default(0.1),
    })
    .prefault({}),
  /** People's labels of judged answers, per app: they say how far the judge can be trusted and correct its mean. */
  review: z
    .strictObject({
      /** Judged requests that are drawn for people; 0 asks nobody. */
      labelsPerMonth: z.number().int().min(0).max(100_000).default(200),
      /** Share of tasks that a second person labels blind. */
      secondLabelShare: fraction.default(0.2),
      /** Largest difference of two labels that does not ask for a third. */
      margin: fraction.default(0.25),
      /** Part of the draw that follows the judge's uncertainty; the rest is even. */
      uncertaintyShare: fraction.max(0.5).default(0.5),
      /** Requests a day shown for a reason (feedback against a good score, injection, an uncertain judge) besides the draw. */
      flaggedPerDay: z.number().int().min(1).max(1_000).default(20),
      /** Labels without which agreement is unknown. */
      minLabels: z.number().int().min(10).default(50),
      /** Days after which labels no longer vouch for the judge. */
      staleDays: z.number().int().min(1).default(60),
    })
    .prefault({}),
  /** Frozen answers that are judged again every day, to see whether the judge itself moves. */
  sentinel: z
    .strictObject({
      /** Key in the lake bucket, as `bellwether dataset create` prints it; without one nothing is watched. */
      dataset: z
        .string()
        .regex(/^golden\/.+\.jsonl$/)
        .optional(),
    })
    .prefault({}),
  /** Who hears of rollbacks besides the subscribers of the topic `pages`. */
  people: z
    .strictObject({
      /** An incident in Systems Manager OpsCenter per rollback. */
      opsItems: z.boolean().default(true),
      /** The secret holds the URL of an incoming webhook, as text or under the key `url`. */
      slack: z.strictObject({ secretArn }).optional(),
      /** The secret holds an Events API v2 integration key, as text or under the key `routingKey`. */
      pagerDuty: z
        .strictObject({
          secretArn,
          /** `https://events.eu.pagerduty.com/v2/enqueue` for accounts in the EU. */
          endpoint: z.url().default("https://events.pagerduty.com/v2/enqueue"),
        })
        .optional(),
    })
    .prefault({}),
  /** Bedrock quotas of the account in this Region by model id (as in the lake, without `us.` or `global.`), for `QuotaUsed`. */
  quotas: z
    .record(
      z.string().min(1),
      z
        .strictObject({
          requestsPerMinute: z.number().positive().optional(),
          tokensPerMinute: z.number().positive().optional(),
          /** Quota tokens per output token, where the built-in table is not right. */
          outputBurndown: z.number().positive().optional(),
        })
        .refine(
          ({ requestsPerMinute, tokensPerMinute }) =>
            requestsPerMinute !== undefined || tokensPerMinute !== undefined,
          "names neither requestsPerMinute nor tokensPerMinute",
        ),
    )
    .default({}),
  /** By app: bounds whose breach pages; every other alarm needs no configuration. */
  alarms: z.record(z.string().min(1), alarmBoundsSchema).default({}),
  /** Application inference profile id or ARN → model id. */
  profiles: z.record(z.string(), z.string()).default({}),
  /** Your own price lines (a discount, a new or custom model); they go before the price list. */
  prices: z.array(priceOverrideSchema).default([]),
});

const configSchema = fieldsSchema.superRefine(({ apps, alarms }, context) => {
  // Without a list the apps are found in the logs.
  for (const app of apps.length === 0 ? [] : Object.keys(alarms))
    if (!apps.includes(app))
      context.addIssue({ code: "custom", path: ["alarms", app], message: "is not listed in apps" });
});

export type Config = z.infer<typeof configSchema>;

/** Models of the judge calls that one answer takes, a model once per draw. */
export const judgeCalls = ({ judge }: Config): string[] =>
  (judge.panel.length > 0 ? judge.panel : [judge.modelId]).flatMap((model) =>
    Array.from({ length: judge.draws }, () => model),
  );

/** A configuration that cannot be used; `message` is one line with the path of the first mistake. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** Parses a configuration, throwing `ConfigError` with path and reason. */
export function parseConfig(json: unknown): Config {
  const parsed = configSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new ConfigError(`config: ${issue?.path.join(".") || "(root)"}: ${issue?.message ?? "invalid"}`);
}

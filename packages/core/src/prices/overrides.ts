import * as z from "zod";
import { isPublished, parseModelId } from "../records/model.ts";

const usdPerMillion = z.number().nonnegative();

/** One dated price line that goes before the price list: USD per 1M tokens; of the lines in force the latest `validFrom` wins. */
export const priceOverrideSchema = z
  .strictObject({
    /** Model id without tier prefix (date and version may be left out), or the id or ARN of a custom model. */
    model: z
      .string()
      .min(1)
      .refine(
        (id) => !isPublished(parseModelId(id)) || parseModelId(id).id === id,
        "write the model id without its ARN or tier prefix and set `tier`",
      ),
    tier: z.enum(["global", "regional"]),
    /** Only for calls to this Region; goes before a line without one. */
    region: z.string().min(1).optional(),
    input: usdPerMillion,
    output: usdPerMillion.optional(),
    cacheRead: usdPerMillion.optional(),
    cacheWrite5m: usdPerMillion.optional(),
    cacheWrite1h: usdPerMillion.optional(),
    /** First UTC day, `YYYY-MM-DD`. */
    validFrom: z.iso.date(),
    /** Last UTC day, `YYYY-MM-DD`; without it the line has no end. */
    validUntil: z.iso.date().optional(),
    /** Who says so: a price page, a contract. */
    source: z.string().min(1),
  })
  .refine(({ validFrom, validUntil }) => validUntil === undefined || validUntil >= validFrom, {
    path: ["validUntil"],
    message: "is before validFrom",
  });

export type PriceOverride = Readonly<z.infer<typeof priceOverrideSchema>>;

const PRICE_LIST = "AWS Price List, AmazonBedrockFoundationModels, us-east-1, 2026-10-06";
const PRICING_PAGE = "https://aws.amazon.com/bedrock/pricing/";

/** What `@pydantic/genai-prices` 0.1.8 lacks for Bedrock; `validFrom` is no later than the model's launch. */
export const BUILT_IN_OVERRIDES: readonly PriceOverride[] = [
  // The list ends at Sonnet 5.
  {
    model: "anthropic.claude-sonnet-5-5",
    tier: "global",
    input: 2,
    output: 10,
    cacheRead: 0.2,
    cacheWrite5m: 2.5,
    cacheWrite1h: 4,
    validFrom: "2026-01-01",
    source: PRICE_LIST,
  },
  {
    model: "anthropic.claude-sonnet-5-5",
    tier: "regional",
    input: 2.2,
    output: 11,
    cacheRead: 0.22,
    cacheWrite5m: 2.75,
    cacheWrite1h: 4.4,
    validFrom: "2026-01-01",
    source: PRICE_LIST,
  },
  // Legacy Opus: the global price equals the regional one, which alone is listed.
  {
    model: "anthropic.claude-opus-4-20250514",
    tier: "global",
    input: 15,
    output: 75,
    cacheRead: 1.5,
    cacheWrite5m: 18.75,
    validFrom: "2025-05-22",
    source: PRICE_LIST,
  },
  {
    model: "anthropic.claude-opus-4-1-20250805",
    tier: "global",
    input: 15,
    output: 75,
    cacheRead: 1.5,
    cacheWrite5m: 18.75,
    validFrom: "2025-08-05",
    source: PRICE_LIST,
  },
  {
    model: "amazon.titan-embed-text-v2:0",
    tier: "regional",
    input: 0.02,
    validFrom: "2024-04-30",
    source: PRICING_PAGE,
  },
  {
    model: "cohere.command-r-v1:0",
    tier: "regional",
    input: 0.5,
    output: 1.5,
    validFrom: "2024-04-29",
    source: PRICING_PAGE,
  },
  {
    model: "cohere.command-r-plus-v1:0",
    tier: "regional",
    input: 3,
    output: 15,
    validFrom: "2024-04-29",
    source: PRICING_PAGE,
  },
  {
    model: "mistral.mistral-large-2407-v1:0",
    tier: "regional",
    input: 2,
    output: 6,
    validFrom: "2024-07-24",
    source: `${PRICING_PAGE} (us-west-2)`,
  },
  {
    model: "ai21.jamba-1-5-large-v1:0",
    tier: "regional",
    input: 2,
    output: 8,
    validFrom: "2024-09-23",
    source: PRICING_PAGE,
  },
  {
    model: "ai21.jamba-1-5-mini-v1:0",
    tier: "regional",
    input: 0.2,
    output: 0.4,
    validFrom: "2024-09-23",
    source: PRICING_PAGE,
  },
];

import type { LakeRow } from "@bellwether/core/lake/tables";
import { createPriceBook } from "@bellwether/core/prices/price-book";
import { requestRow } from "@bellwether/core/requests/row";
import { describe, expect, it } from "vitest";
import {
  converseBody,
  failedRecord,
  HAIKU,
  invocationOf,
  type Json,
  logRecord,
  userMessages,
} from "../../fixtures/records/build.ts";
import { STREAMS } from "../../fixtures/records/streams.ts";

const NO_COUNTS = { input: {}, output: {} };
const ACCOUNT = "arn:aws:bedrock:eu-west-1:111122223333";
const PROFILE = `${ACCOUNT}:application-inference-profile/a1b2c3d4e5f6`;
const UNMAPPED = `${ACCOUNT}:application-inference-profile/ffffffffffff`;
const OPUS = "anthropic.claude-opus-5-5";
const input = userMessages("How long does the warranty last?");

const book = createPriceBook({ profiles: { [PROFILE]: `us.${HAIKU}` } });

/** The `requests_log` row of a logged call. */
function rowOf(record: Json): LakeRow {
  const invocation = invocationOf(record);
  const { model, usage, at, region, errorCode } = invocation;
  const pricing = book.price(model, usage, at, { failed: errorCode !== undefined, region });
  return requestRow(invocation, pricing, { key: "k", line: 1 });
}

const counted = (inputTokenCount: number, outputTokenCount: number) => ({
  input: { inputTokenCount },
  output: { outputTokenCount },
});
const opus = (modelId: string): Json =>
  logRecord("InvokeModel", { input: {}, output: {} }, { modelId }, counted(1_000, 100));

/** What a call costs in USD, and its parts: input, output, cache read, cache write 5 m, cache write 1 h. */
type Golden = readonly [what: string, record: Json, usd: number, parts: readonly number[]];

// Micro-dollars = tokens × USD per million tokens. Prices: AWS Price List, us-east-1, 2026-10-06 (Claude) and AWS's
// pricing page (Nova, Titan); GPT-5.6: `@pydantic/genai-prices` 0.1.8.
const GOLDEN: readonly Golden[] = [
  [
    // Haiku 4.5 in a geography: 1.10 in, 5.50 out, 0.11 read, 1.375 and 2.20 written.
    // 1200 × 1.1 = 1320 · 350 × 5.5 = 1925 · 9000 × 0.11 = 990 · 3000 × 1.375 = 4125 · 2000 × 2.2 = 4400; sum 12,760.
    "a cached Converse call: its cached tokens stand in envelope and body, and are billed once",
    logRecord(
      "Converse",
      {
        input,
        output: converseBody([{ text: "Two years." }], {
          usage: {
            inputTokens: 1_200,
            outputTokens: 350,
            totalTokens: 15_550,
            cacheReadInputTokens: 9_000,
            cacheWriteInputTokens: 5_000,
            cacheDetails: [
              { ttl: "5m", inputTokens: 3_000 },
              { ttl: "1h", inputTokens: 2_000 },
            ],
          },
        }),
      },
      { modelId: `us.${HAIKU}` },
      {
        input: {
          inputTokenCount: 1_200,
          cacheReadInputTokenCount: 9_000,
          cacheWriteInputTokenCount: 5_000,
        },
        output: { outputTokenCount: 350 },
      },
    ),
    0.01276,
    [0.00132, 0.001925, 0.00099, 0.004125, 0.0044],
  ],
  [
    // Sonnet 4.5 global: 3 in, 15 out. 2000 × 3 = 6000 · 1000 × 15 = 15,000.
    "a streamed Converse call, logged as one message",
    logRecord(
      "ConverseStream",
      { input, output: converseBody([{ text: "Two years." }]) },
      { modelId: "global.anthropic.claude-sonnet-4-5-20250929-v1:0" },
      counted(2_000, 1_000),
    ),
    0.021,
    [0.006, 0.015, 0, 0, 0],
  ],
  [
    // Haiku 4.5 global: 1 in, 5 out, 0.10 read, 1.25 and 2 written; the counts are in the events only.
    // 25 × 1 = 25 · 12 × 5 = 60 · 7 × 0.1 = 0.7 · 10 × 1.25 = 12.5 · 20 × 2 = 40; sum 138.2.
    "InvokeModelWithResponseStream without counts in the envelope",
    logRecord(
      "InvokeModelWithResponseStream",
      { input: {}, output: STREAMS.claude },
      { modelId: `global.${HAIKU}` },
      NO_COUNTS,
    ),
    0.0001382,
    [0.000025, 0.00006, 0.0000007, 0.0000125, 0.00004],
  ],
  [
    // Opus 5.5 in a geography or Region: 4.40 in, 22 out. 1000 × 4.4 = 4400 · 100 × 22 = 2200.
    "a geographic profile by ARN, as InvokeModel logs it",
    opus(`${ACCOUNT}:inference-profile/eu.${OPUS}`),
    0.0066,
    [0.0044, 0.0022, 0, 0, 0],
  ],
  ["the same model by its bare id", opus(OPUS), 0.0066, [0.0044, 0.0022, 0, 0, 0]],
  [
    // Global: 4 in, 20 out.
    "the same call through the global profile, 10 % below",
    opus(`${ACCOUNT}:inference-profile/global.${OPUS}`),
    0.006,
    [0.004, 0.002, 0, 0, 0],
  ],
  [
    // Haiku 4.5 in a geography: 1000 × 1.1 = 1100 · 100 × 5.5 = 550.
    "an application inference profile whose model is configured",
    opus(PROFILE),
    0.00165,
    [0.0011, 0.00055, 0, 0, 0],
  ],
  [
    "a failed call, of whatever model",
    failedRecord("ThrottlingException", { modelId: UNMAPPED }),
    0,
    [0, 0, 0, 0, 0],
  ],
  [
    // Nova Lite: 0.06 in, 0.24 out, 0.015 read, writes at the input rate.
    // 100 × 0.06 = 6 · 50 × 0.24 = 12 · 1000 × 0.015 = 15 · 400 × 0.06 = 24; sum 57.
    "Nova with its own spelling of the cache counts, in the body only",
    logRecord(
      "InvokeModel",
      {
        input: { schemaVersion: "messages-v1" },
        output: {
          output: { message: { role: "assistant", content: [{ text: "Two years." }] } },
          stopReason: "end_turn",
          usage: {
            inputTokens: 100,
            outputTokens: 50,
            totalTokens: 1_550,
            cacheReadInputTokenCount: 1_000,
            cacheWriteInputTokenCount: 400,
          },
        },
      },
      { modelId: "amazon.nova-lite-v1:0" },
      NO_COUNTS,
    ),
    0.000057,
    [0.000006, 0.000012, 0.000015, 0.000024, 0],
  ],
  [
    // GPT-5.6 Sol global: above 272,000 input tokens, cached ones included, 8 in and 0.80 read.
    // 2000 × 8 = 16,000 · 271,000 × 0.8 = 216,800; sum 232,800.
    "the long-context price, reached by cached tokens",
    logRecord(
      "InvokeModel",
      { input: {}, output: {} },
      { modelId: "global.openai.gpt-5.6-sol" },
      {
        input: { inputTokenCount: 2_000, cacheReadInputTokenCount: 271_000 },
        output: { outputTokenCount: 0 },
      },
    ),
    0.2328,
    [0.016, 0, 0.2168, 0, 0],
  ],
  [
    // Titan Embeddings v2: 0.02 in. 8000 × 0.02 = 160.
    "an embedding, which has no output tokens",
    logRecord(
      "InvokeModel",
      { input: { inputText: "warranty" }, output: { embedding: [0.1], inputTextTokenCount: 8_000 } },
      { modelId: "amazon.titan-embed-text-v2:0" },
      NO_COUNTS,
    ),
    0.00016,
    [0.00016, 0, 0, 0, 0],
  ],
];

describe("hand-computed costs", () => {
  it.each(GOLDEN)("%s", (_, record, usd, parts) => {
    const row = rowOf(record);
    expect(Math.abs(Number(row.cost_usd) - usd)).toBeLessThan(1e-12);
    const columns = ["input", "output", "cache_read", "cache_write_5m", "cache_write_1h"].map((kind) =>
      Number(row[`${kind}_pico_usd`]),
    );
    expect(columns).toEqual(parts.map((part) => Math.round(part * 1e12)));
    expect(row.cost_pico_usd).toBe(columns.reduce((sum, part) => sum + part, 0));
    expect(row.price_version).toMatch(/^\d{4}-\d{2}-\d{2}(\+[0-9a-f]{8})?$/);
  });

  it("are missing, not $0, for a profile that nobody mapped", () => {
    const row = rowOf(opus(UNMAPPED));
    for (const column of ["cost_usd", "cost_pico_usd", "input_pico_usd", "output_pico_usd", "price_version"])
      expect(row).not.toHaveProperty(column);
    expect(row).toMatchObject({ unpriced_reason: "unresolved_profile", model_arn: UNMAPPED });
  });
});

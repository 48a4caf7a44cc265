import { createPriceBook } from "@bellwether/core/prices/price-book";
import type { RegionTier } from "@bellwether/core/records/invocation";
import { describe, expect, it } from "vitest";
import { NOVEMBER, OK, ref, usage } from "./calls.ts";

/** USD per 1M tokens as [input, output, cacheRead, cacheWrite5m, cacheWrite1h]; undefined = no such price. */
type Row = readonly [
  input: number,
  output: number | undefined,
  cacheRead?: number,
  cacheWrite5m?: number,
  cacheWrite1h?: number,
];

// AWS Price List rows of us-east-1, 2026-10-06, and AWS's pricing page; Claude cache writes are 1.25× (5 minutes) and
// 2× (1 hour) the input price, cache reads 0.1× unless the row says otherwise; all worked out by hand.
const GLOBAL: Readonly<Record<string, Row>> = {
  "anthropic.claude-haiku-4-5-20251001-v1:0": [1, 5, 0.1, 1.25, 2],
  "anthropic.claude-sonnet-4-5-20250929-v1:0": [3, 15, 0.3, 3.75, 6],
  "anthropic.claude-sonnet-4-6": [3, 15, 0.3, 3.75, 6],
  "anthropic.claude-sonnet-5": [2, 10, 0.2, 2.5, 4],
  "anthropic.claude-sonnet-5-5": [2, 10, 0.2, 2.5, 4],
  "anthropic.claude-opus-4-5-20251101-v1:0": [5, 25, 0.5, 6.25, 10],
  "anthropic.claude-opus-4-6-v1": [5, 25, 0.5, 6.25, 10],
  "anthropic.claude-opus-4-7": [5, 25, 0.5, 6.25, 10],
  "anthropic.claude-opus-4-8": [5, 25, 0.5, 6.25, 10],
  "anthropic.claude-opus-5": [5, 25, 0.5, 6.25, 10],
  "anthropic.claude-opus-5-5": [4, 20, 0.2, 5, 8],
  "anthropic.claude-fable-5": [10, 50, 1, 12.5, 20],
  "anthropic.claude-fable-5-1": [10, 50, 0.25, 12.5, 20],
  "anthropic.claude-sonnet-4-20250514-v1:0": [3, 15, 0.3, 3.75, 6],
  "anthropic.claude-opus-4-20250514-v1:0": [15, 75, 1.5, 18.75, 30],
  "anthropic.claude-opus-4-1-20250805-v1:0": [15, 75, 1.5, 18.75, 30],
  "amazon.nova-2-lite-v1:0": [0.3, 2.5, 0.075, 0.3, 0.3],
};

const REGIONAL: Readonly<Record<string, Row>> = {
  "anthropic.claude-haiku-4-5-20251001-v1:0": [1.1, 5.5, 0.11, 1.375, 2.2],
  "anthropic.claude-sonnet-4-5-20250929-v1:0": [3.3, 16.5, 0.33, 4.125, 6.6],
  "anthropic.claude-sonnet-4-6": [3.3, 16.5, 0.33, 4.125, 6.6],
  "anthropic.claude-sonnet-5": [2.2, 11, 0.22, 2.75, 4.4],
  "anthropic.claude-sonnet-5-5": [2.2, 11, 0.22, 2.75, 4.4],
  "anthropic.claude-opus-4-5-20251101-v1:0": [5.5, 27.5, 0.55, 6.875, 11],
  "anthropic.claude-opus-4-6-v1": [5.5, 27.5, 0.55, 6.875, 11],
  "anthropic.claude-opus-4-7": [5.5, 27.5, 0.55, 6.875, 11],
  "anthropic.claude-opus-4-8": [5.5, 27.5, 0.55, 6.875, 11],
  "anthropic.claude-opus-5": [5.5, 27.5, 0.55, 6.875, 11],
  "anthropic.claude-opus-5-5": [4.4, 22, 0.22, 5.5, 8.8],
  "anthropic.claude-fable-5": [11, 55, 1.1, 13.75, 22],
  "anthropic.claude-fable-5-1": [11, 55, 0.275, 13.75, 22],
  "anthropic.claude-sonnet-4-20250514-v1:0": [3, 15, 0.3, 3.75, 6],
  "anthropic.claude-opus-4-20250514-v1:0": [15, 75, 1.5, 18.75, 30],
  "anthropic.claude-opus-4-1-20250805-v1:0": [15, 75, 1.5, 18.75, 30],
  "anthropic.claude-3-5-haiku-20241022-v1:0": [0.8, 4, 0.08, 1, 1.6],
  "anthropic.claude-3-haiku-20240307-v1:0": [0.25, 1.25],
  "amazon.nova-micro-v1:0": [0.035, 0.14, 0.00875, 0.035, 0.035],
  "amazon.nova-lite-v1:0": [0.06, 0.24, 0.015, 0.06, 0.06],
  "amazon.nova-pro-v1:0": [0.8, 3.2, 0.2, 0.8, 0.8],
  "amazon.nova-premier-v1:0": [2.5, 12.5, 0.625, 2.5, 2.5],
  "amazon.nova-2-lite-v1:0": [0.33, 2.75, 0.0825, 0.33, 0.33],
  "meta.llama3-3-70b-instruct-v1:0": [0.72, 0.72],
  "meta.llama3-1-8b-instruct-v1:0": [0.22, 0.22],
  "meta.llama4-maverick-17b-instruct-v1:0": [0.24, 0.97],
  "meta.llama4-scout-17b-instruct-v1:0": [0.17, 0.66],
  "mistral.mistral-large-2402-v1:0": [4, 12],
  "mistral.mistral-large-2407-v1:0": [2, 6],
  "mistral.mistral-large-3-675b-instruct": [0.5, 1.5],
  "mistral.ministral-3-8b-instruct": [0.15, 0.15],
  "amazon.titan-text-express-v1": [0.2, 0.6],
  "amazon.titan-embed-text-v1": [0.1, undefined],
  "amazon.titan-embed-text-v2:0": [0.02, undefined],
  "openai.gpt-oss-120b-1:0": [0.15, 0.6],
  "deepseek.r1-v1:0": [1.35, 5.4],
  "cohere.command-r-v1:0": [0.5, 1.5],
  "cohere.command-r-plus-v1:0": [3, 15],
  "ai21.jamba-1-5-large-v1:0": [2, 8],
  "ai21.jamba-1-5-mini-v1:0": [0.2, 0.4],
};

const KINDS = [
  ["input", { inputTokens: 1_000_000 }],
  ["output", { outputTokens: 1_000_000 }],
  ["cacheRead", { cacheReadTokens: 1_000_000 }],
  ["cacheWrite5m", { cacheWriteTokens: 1_000_000 }],
  ["cacheWrite1h", { cacheWriteTokens: 1_000_000, cacheWrite1hTokens: 1_000_000 }],
] as const;

const book = createPriceBook();

function expectRow(id: string, tier: RegionTier, row: Row) {
  for (const [index, [kind, counts]] of KINDS.entries()) {
    const usd = row[index];
    const priced = book.price(ref(id, tier), usage(counts), NOVEMBER, OK);
    if (usd === undefined) {
      expect(priced, `${id} ${kind}`).toMatchObject({ kind: "unpriced", reason: "unknown_model" });
      continue;
    }
    expect(priced, `${id} ${kind}`).toMatchObject({ kind: "priced", usd, picoUsd: Math.round(usd * 1e12) });
    expect(priced.kind === "priced" && priced.parts, `${id} ${kind}`).toMatchObject({
      [kind]: Math.round(usd * 1e12),
    });
  }
}

describe("list prices per million tokens", () => {
  it.each(Object.entries(GLOBAL))("global %s", (id, row) => expectRow(id, "global", row));
  it.each(Object.entries(REGIONAL))("bare id %s", (id, row) => expectRow(id, "regional", row));
  it.each(Object.entries(REGIONAL))("geographic profile %s", (id, row) => expectRow(id, "geo", row));

  it("gives no global price to a model that is only listed per Region", () => {
    for (const id of Object.keys(REGIONAL).filter((id) => !(id in GLOBAL))) {
      expect(book.price(ref(id, "global"), usage({ inputTokens: 1 }), NOVEMBER, OK), id).toEqual({
        kind: "unpriced",
        reason: "unknown_model",
        model: `global.${id}`,
      });
    }
  });
});

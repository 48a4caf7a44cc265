import type { LakeRow } from "../lake/tables.ts";
import type { ModelRef, Usage } from "../records/invocation.ts";
import { parseModelId } from "../records/model.ts";
import { COST_PART_COLUMNS, costColumns } from "./cost-columns.ts";
import { type Price, type Pricing, TOKEN_KINDS, type Unpriced } from "./price.ts";
import type { PriceBook } from "./price-book.ts";

/** What a price book says about a `requests_log` row that another one priced. */
export type Repricing =
  /** The row shows this cost already. */
  | { readonly kind: "unchanged" }
  /** `row` is the same request at its next revision, with the new cost. */
  | { readonly kind: "repriced"; readonly row: LakeRow }
  /** The book has no price for it: what the row says stays as it is. */
  | { readonly kind: "unpriced"; readonly reason: Unpriced["reason"] };

const count = (value: LakeRow[string] | undefined): number => (typeof value === "number" ? value : 0);

/** Geographic profiles share one price list, so any of their prefixes gives the model back. */
const PREFIX: Readonly<Record<string, string>> = { global: "global.", geo: "us." };

function modelOf(row: LakeRow): ModelRef {
  if (typeof row.model_arn === "string") return parseModelId(row.model_arn);
  return parseModelId(`${PREFIX[String(row.region_tier)] ?? ""}${String(row.model_id)}`);
}

function usageOf(row: LakeRow): Usage | undefined {
  if (typeof row.input_tokens !== "number") return undefined;
  return {
    inputTokens: row.input_tokens,
    outputTokens: count(row.output_tokens),
    cacheReadTokens: count(row.cache_read_tokens),
    cacheWriteTokens: count(row.cache_write_tokens),
    cacheWrite1hTokens: count(row.cache_write_1h_tokens),
  };
}

/** Prices a `requests_log` row as ingest would: what the price depends on is in its columns. */
export function priceRow(row: LakeRow, prices: PriceBook): Pricing {
  return prices.price(modelOf(row), usageOf(row), Date.parse(String(row.at)), {
    failed: typeof row.error_code === "string",
    region: String(row.region),
  });
}

const shows = (row: LakeRow, { picoUsd, parts }: Price): boolean =>
  row.cost_pico_usd === picoUsd && TOKEN_KINDS.every((kind) => row[COST_PART_COLUMNS[kind]] === parts[kind]);

/**
 * The latest revision of a row under the price book of today. Another name for the same amounts is no change, so doing
 * it twice is doing it once.
 */
export function repriceRow(row: LakeRow, prices: PriceBook): Repricing {
  const pricing = priceRow(row, prices);
  if (pricing.kind === "unpriced") return { kind: "unpriced", reason: pricing.reason };
  if (shows(row, pricing)) return { kind: "unchanged" };
  const { input, output, cacheRead, cacheWrite5m, cacheWrite1h } = pricing.parts;
  const cost = costColumns([input, output, cacheRead, cacheWrite5m, cacheWrite1h, pricing.version]);
  return { kind: "repriced", row: { ...row, ...cost, unpriced_reason: null, rev: count(row.rev) + 1 } };
}

import type { LakeRow } from "../lake/tables.ts";
import { bucketOf } from "./bucket.ts";
import { addTo, binOf } from "./histogram.ts";
import { type CountItem, NONE, type Segment, zeroCounts } from "./items.ts";

/** Count items of one part of a source object, by bucket and segment. */
export type CountItems = Map<string, CountItem>;

const text = (value: unknown): string => (typeof value === "string" ? value : NONE);
const number = (value: unknown): number => (typeof value === "number" ? value : 0);

/** Segment of a `requests_log` row. */
const segmentOf = (row: LakeRow): Segment => ({
  app: text(row.app),
  variant: text(row.variant),
  promptVersion: text(row.prompt_version),
  model: text(row.model_id),
});

/** Adds one kept request to the items of its part. */
export function countRequest(items: CountItems, row: LakeRow, at: number, part: string): void {
  const segment = segmentOf(row);
  const bucket = bucketOf(at);
  const key = JSON.stringify([bucket, segment.app, segment.variant, segment.promptVersion, segment.model]);
  let item = items.get(key);
  if (item === undefined) {
    item = {
      kind: "count",
      bucket,
      segment,
      part,
      counts: zeroCounts(),
      latency: new Map(),
      cost: new Map(),
    };
    items.set(key, item);
  }
  const { counts } = item;
  const failed = row.error_code !== undefined && row.error_code !== null;
  counts.n += 1;
  if (failed) counts.errors += 1;
  if (typeof row.guardrail === "string") counts.guardrail += 1;
  if (typeof row.unpriced_reason === "string") counts.unpriced += 1;
  if (typeof row.pi === "number") counts.eligible += 1;
  if (text(row.rules).split(",").includes("new_user")) counts.newUsers += 1;
  counts.inputTokens += number(row.input_tokens);
  counts.outputTokens += number(row.output_tokens);
  counts.cacheReadTokens += number(row.cache_read_tokens);
  counts.cacheWriteTokens += number(row.cache_write_tokens);
  counts.costPicoUsd += number(row.cost_pico_usd);
  if (failed) return;
  if (typeof row.latency_ms === "number") addTo(item.latency, binOf(row.latency_ms));
  if (typeof row.cost_pico_usd === "number") addTo(item.cost, binOf(row.cost_pico_usd));
}

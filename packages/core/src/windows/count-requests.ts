import type { LakeRow } from "../lake/tables.ts";
import { isFlagged } from "../sampling/decide.ts";
import { bucketOf } from "./bucket.ts";
import { addTo, binOf } from "./histogram.ts";
import type { Counts } from "./items.ts";
import { type CountItem, segmentOf, segmentValues, zeroCounts } from "./items.ts";

/** Count items of one part of a source object, by bucket and segment. */
export type CountItems = Map<string, CountItem>;

const number = (value: unknown): number => (typeof value === "number" ? value : 0);

/** Stop reasons of an answer that was refused (Converse `content_filtered`, Anthropic `refusal`). */
const REFUSALS: ReadonlySet<string> = new Set(["content_filtered", "refusal"]);

/** What sampling decided before any feedback: a retry that finds the feedback on the item must count the same. */
function countSampling(counts: Counts, row: LakeRow): void {
  const { first_pi: firstPi, u, rules } = row;
  if (typeof firstPi !== "number" || typeof u !== "number") return;
  const matched = typeof rules === "string" ? rules.split(",") : [];
  counts.eligible += 1;
  if (isFlagged(matched)) counts.flagged += 1;
  if (matched.includes("new_user")) counts.newUsers += 1;
  if (u < firstPi) counts.drawn += 1;
}

/** Adds one kept request to the items of its part. */
export function countRequest(items: CountItems, row: LakeRow, at: number, part: string): void {
  const segment = segmentOf(row);
  const bucket = bucketOf(at);
  const key = JSON.stringify([bucket, segment.app, ...segmentValues(segment)]);
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
  if (REFUSALS.has(String(row.stop_reason))) counts.refusals += 1;
  if (typeof row.unpriced_reason === "string") counts.unpriced += 1;
  countSampling(counts, row);
  counts.inputTokens += number(row.input_tokens);
  counts.outputTokens += number(row.output_tokens);
  counts.cacheReadTokens += number(row.cache_read_tokens);
  counts.cacheWriteTokens += number(row.cache_write_tokens);
  counts.costPicoUsd += number(row.cost_pico_usd);
  if (failed) return;
  if (typeof row.latency_ms === "number") addTo(item.latency, binOf(row.latency_ms));
  if (typeof row.cost_pico_usd === "number") addTo(item.cost, binOf(row.cost_pico_usd));
}

import type { LakeRow } from "../lake/tables.ts";
import { bucketOf } from "./bucket.ts";
import { addTo, binOf, type Histogram } from "./histogram.ts";
import { type RepricedItem, segmentOf, segmentValues } from "./items.ts";

/** A request as ingest priced it (1e-12 USD, null when unpriced) and as it is priced now. */
export interface PricedTwice {
  readonly row: LakeRow;
  readonly firstPicoUsd: number | null;
}

const picoUsd = (row: LakeRow): number | null =>
  typeof row.cost_pico_usd === "number" ? row.cost_pico_usd : null;

/**
 * Correction items of whole buckets: one per segment in which a request costs something else than ingest counted, and
 * one of zeros where `touched` says that an earlier correction may stand.
 */
export function repricedItems(
  requests: readonly PricedTwice[],
  touched: (requestId: string) => boolean,
): RepricedItem[] {
  const items = new Map<string, { item: RepricedItem; cost: Histogram }>();
  for (const { row, firstPicoUsd: first } of requests) {
    const now = picoUsd(row);
    if (now === first && !touched(String(row.request_id))) continue;
    const segment = segmentOf(row);
    const bucket = bucketOf(Date.parse(String(row.at)));
    const key = JSON.stringify([bucket, segment.app, ...segmentValues(segment)]);
    const known = items.get(key);
    const cost: Histogram = known?.cost ?? new Map();
    if (typeof row.error_code !== "string") {
      if (first !== null) addTo(cost, binOf(first), -1);
      if (now !== null) addTo(cost, binOf(now), 1);
    }
    items.set(key, {
      cost,
      item: {
        kind: "repriced",
        bucket,
        segment,
        costPicoUsd: (known?.item.costPicoUsd ?? 0) + (now ?? 0) - (first ?? 0),
        unpriced: (known?.item.unpriced ?? 0) + Number(now === null) - Number(first === null),
        cost: [],
      },
    });
  }
  return [...items.values()].map(({ item, cost }) => ({
    ...item,
    cost: [...cost].filter(([, count]) => count !== 0).sort(([a], [b]) => a - b),
  }));
}

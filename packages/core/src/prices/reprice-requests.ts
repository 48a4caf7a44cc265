import type { LakeRow, LakeTable } from "../lake/tables.ts";
import { isJudgeRow } from "../requests/decision.ts";
import { fullRow, isKnown, type RequestItem } from "../requests/request-item.ts";
import type { WindowItem } from "../windows/items.ts";
import { type PricedTwice, repricedItems } from "../windows/repriced-items.ts";
import { type PackedCost, packCost } from "./cost-columns.ts";
import type { PriceBook } from "./price-book.ts";
import { type Repricing, repriceRow } from "./reprice.ts";

/** What repricing needs from the world. */
export interface RepriceDeps {
  readonly getRequest: (requestId: string) => Promise<RequestItem | undefined>;
  /** Stores another cost while the item's revision is `rev`; `undefined` when it is not, or the item is gone. */
  readonly saveRepriced: (
    requestId: string,
    rev: number,
    cost: PackedCost,
  ) => Promise<RequestItem | undefined>;
  readonly putWindowItems: (items: readonly WindowItem[], token: string, now: number) => Promise<void>;
  readonly writeLake: (table: LakeTable, part: string, rows: readonly LakeRow[]) => Promise<void>;
  readonly newToken: () => string;
}

export interface RepriceStage {
  readonly prices: PriceBook;
  readonly partName: (...identity: string[]) => string;
  readonly now: number;
  /** Windows of events before this instant may have lost their items; their sums are left alone. */
  readonly windowsFrom: number;
}

/** The requests of a span of event time that ends with no bucket half read, e.g. of a day. */
export interface RequestsOfSpan {
  /** The latest revision of each. */
  readonly rows: readonly LakeRow[];
  /** The first revision of each that the lake has, and its cost: 1e-12 USD, null when unpriced. */
  readonly first: ReadonlyMap<string, { readonly rev: number; readonly picoUsd: number | null }>;
}

/** Requests repriced at a time. */
const AT_A_TIME = 25;
const ATTEMPTS = 4;
/** Most rows that a part of the lake holds. */
const PART_ROWS = 10_000;

/** The row to append: the request's item, while it lives, carries the cost on into rows that feedback writes later. */
async function settle(row: LakeRow, prices: PriceBook, deps: RepriceDeps): Promise<LakeRow> {
  const requestId = String(row.request_id);
  let wanted = row;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const cost = packCost(wanted);
    if (cost === undefined) throw new Error(`repriced ${requestId} without a cost`);
    const saved = await deps.saveRepriced(requestId, Number(wanted.rev) - 1, cost);
    if (saved !== undefined && isKnown(saved)) return fullRow(saved);
    const item = await deps.getRequest(requestId);
    if (item === undefined || !isKnown(item)) return wanted;
    // Feedback was faster, or an earlier run got as far as this item.
    const again = repriceRow(fullRow(item), prices);
    if (again.kind !== "repriced") return fullRow(item);
    wanted = again.row;
  }
  throw new Error(`${requestId} changes too often to be priced now; run it again`);
}

const picoUsdOf = (row: LakeRow | undefined): number | null =>
  typeof row?.cost_pico_usd === "number" ? row.cost_pico_usd : null;

/** Cost that the windows counted. An object that was delivered again has overwritten its first rows; the item knows. */
async function countedPicoUsd(
  requestId: string,
  { first }: RequestsOfSpan,
  deps: RepriceDeps,
): Promise<number | null> {
  const inLake = first.get(requestId);
  if (inLake?.rev === 1) return inLake.picoUsd;
  const item = await deps.getRequest(requestId);
  return item?.row === undefined ? (inLake?.picoUsd ?? null) : picoUsdOf(item.row);
}

/**
 * Prices the requests of a span anew: request items, then window corrections, then lake rows. Every effect is an
 * overwrite or a compare-and-set, and the lake, from which the next run starts, comes last: a run that was cut off is
 * healed by the next, and running it twice is running it once. Gives what became of each row.
 */
export async function repriceRequests(
  span: RequestsOfSpan,
  { prices, partName, now, windowsFrom }: RepriceStage,
  deps: RepriceDeps,
): Promise<Repricing[]> {
  const { rows } = span;
  const repricings = rows.map((row) => repriceRow(row, prices));
  const wanted = repricings.flatMap((repricing) => (repricing.kind === "repriced" ? [repricing.row] : []));
  const settled = new Map<string, LakeRow>();
  for (let from = 0; from < wanted.length; from += AT_A_TIME) {
    const batch = wanted.slice(from, from + AT_A_TIME).map((row) => settle(row, prices, deps));
    for (const row of await Promise.all(batch)) settled.set(String(row.request_id), row);
  }
  const counted: PricedTwice[] = [];
  for (const row of rows) {
    if (isJudgeRow(row) || Date.parse(String(row.at)) < windowsFrom) continue;
    const id = String(row.request_id);
    counted.push({ row: settled.get(id) ?? row, firstPicoUsd: await countedPicoUsd(id, span, deps) });
  }
  const items = repricedItems(counted, (id) => settled.has(id));
  if (items.length > 0) await deps.putWindowItems(items, deps.newToken(), now);
  const changed = [...settled.values()];
  for (let from = 0; from < changed.length; from += PART_ROWS) {
    const some = changed.slice(from, from + PART_ROWS);
    const part = partName("reprice", ...some.map(({ request_id, rev }) => `${request_id}@${rev}`));
    await deps.writeLake("requests_log", part, some);
  }
  return repricings;
}

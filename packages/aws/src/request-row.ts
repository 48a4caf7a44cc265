import type { LakeRow } from "@bellwether/core/lake/tables";
import { costColumns, type PackedCost, packCost } from "@bellwether/core/prices/cost-columns";
import { type Item, JSON_S, readJson } from "./attributes.ts";

interface PackedRow {
  readonly columns: LakeRow;
  readonly cost: PackedCost;
}

/** JSON leaves out what is undefined. */
const LEFT_OUT = {
  cost_usd: undefined,
  cost_pico_usd: undefined,
  input_pico_usd: undefined,
  output_pico_usd: undefined,
  cache_read_pico_usd: undefined,
  cache_write_5m_pico_usd: undefined,
  cache_write_1h_pico_usd: undefined,
  price_version: undefined,
};

/** The row attribute of a request item: eight cost columns become one short list, for items are billed by the KB. */
export function encodeRow(row: LakeRow): Item[string] {
  const cost = packCost(row);
  return JSON_S(cost === undefined ? row : { columns: { ...row, ...LEFT_OUT }, cost });
}

/** The row of a request item as it was stored; undefined while only feedback is known. */
export function readRow(item: Item): LakeRow | undefined {
  const stored = readJson<LakeRow | PackedRow>(item, "row");
  return stored !== undefined && isPacked(stored)
    ? { ...stored.columns, ...costColumns(stored.cost) }
    : stored;
}

const isPacked = (stored: LakeRow | PackedRow): stored is PackedRow =>
  typeof stored.columns === "object" && stored.columns !== null;

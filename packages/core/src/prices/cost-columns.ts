import type { LakeRow, LakeValue } from "../lake/tables.ts";
import { TOKEN_KINDS, type TokenKind } from "./price.ts";

const PICO = 1e12;

/** The `requests_log` column of each token kind's cost. */
export const COST_PART_COLUMNS = {
  input: "input_pico_usd",
  output: "output_pico_usd",
  cacheRead: "cache_read_pico_usd",
  cacheWrite5m: "cache_write_5m_pico_usd",
  cacheWrite1h: "cache_write_1h_pico_usd",
} as const satisfies Record<TokenKind, string>;

/** Cost of one call: whole pico-dollars in the order of `TOKEN_KINDS`, then the price version. */
export type PackedCost = readonly [number, number, number, number, number, string];

/** The cost columns of a priced row, shortened; undefined for a row without a price or without parts. */
export function packCost(row: LakeRow): PackedCost | undefined {
  const parts = TOKEN_KINDS.map((kind) => row[COST_PART_COLUMNS[kind]]);
  const { price_version: version } = row;
  if (typeof version !== "string" || !parts.every((part) => typeof part === "number")) return undefined;
  return [...parts, version] as unknown as PackedCost;
}

/** The eight cost columns that a packed cost stands for. */
export function costColumns([
  input,
  output,
  cacheRead,
  cacheWrite5m,
  cacheWrite1h,
  version,
]: PackedCost): Readonly<Record<string, LakeValue>> {
  const picoUsd = input + output + cacheRead + cacheWrite5m + cacheWrite1h;
  return {
    cost_usd: picoUsd / PICO,
    cost_pico_usd: picoUsd,
    input_pico_usd: input,
    output_pico_usd: output,
    cache_read_pico_usd: cacheRead,
    cache_write_5m_pico_usd: cacheWrite5m,
    cache_write_1h_pico_usd: cacheWrite1h,
    price_version: version,
  };
}

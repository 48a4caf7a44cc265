import { zstdCompressSync } from "node:zlib";
import {
  type Column,
  type ColumnType,
  LAKE_TABLES,
  type LakeRow,
  type LakeTable,
  type LakeValue,
} from "@bellwether/core/lake/tables";
import { parquetWriteBuffer } from "hyparquet-writer";

/** Rows of one part: one row group, held in memory whole. */
export const MAX_PART_ROWS = 10_000;

const PHYSICAL_TYPE = {
  string: "STRING",
  bigint: "INT64",
  int: "INT32",
  double: "DOUBLE",
  boolean: "BOOLEAN",
} as const satisfies Record<ColumnType, string>;

const JS_TYPE = {
  string: "string",
  bigint: "number",
  int: "number",
  double: "number",
  boolean: "boolean",
} as const satisfies Record<ColumnType, string>;

const INT32_MAX = 2 ** 31 - 1;

type Cell = LakeValue | bigint;

const COMPRESSORS = { ZSTD: (bytes: Uint8Array): Uint8Array => zstdCompressSync(bytes) };

/**
 * One Parquet file (zstd, every column optional) of at most 10,000 rows of `table`, with `extra` columns behind those of
 * the table; a missing column is NULL, a lone surrogate becomes U+FFFD. Throws RangeError above 10,000 rows, TypeError on a value its column cannot hold exactly
 * (NaN, an infinity, a fraction or an unsafe integer in an integer column).
 */
export function encodeParquet(
  table: LakeTable,
  rows: readonly LakeRow[],
  extra: readonly Pick<Column, "name" | "type">[] = [],
): Uint8Array {
  if (rows.length > MAX_PART_ROWS) {
    throw new RangeError(`a part holds at most ${MAX_PART_ROWS} rows, got ${rows.length}`);
  }
  const columns = [...LAKE_TABLES[table].columns, ...extra];
  const columnData = columns.map((column) => encodeColumn(table, column, rows));
  const file = parquetWriteBuffer({
    columnData,
    codec: "ZSTD",
    compressors: COMPRESSORS,
    // Hourly partitions already prune; min/max of every column doubled the cost of a row.
    statistics: false,
    rowGroupSize: MAX_PART_ROWS,
    pageSize: 0,
    createdBy: "bellwether",
  });
  return new Uint8Array(file);
}

function encodeColumn(table: LakeTable, column: Pick<Column, "name" | "type">, rows: readonly LakeRow[]) {
  const { name, type } = column;
  const jsType = JS_TYPE[type];
  const data = new Array<Cell>(rows.length);
  let first: LakeValue = null;
  let constant = true;
  for (let i = 0; i < rows.length; i++) {
    const value = rows[i]?.[name] ?? null;
    if (value === null) {
      data[i] = null;
      continue;
    }
    if (typeof value !== jsType || (jsType === "number" && !holds(type, value as number))) {
      throw new TypeError(
        `${table}.${name} is ${type} and cannot hold ${typeof value} ${String(value).slice(0, 80)}`,
      );
    }
    if (first === null) first = value;
    else if (value !== first) constant = false;
    data[i] = type === "bigint" ? BigInt(value) : value;
  }
  return { name, type: PHYSICAL_TYPE[type], data, nullable: true, ...layout(type, constant, first === null) };
}

function holds(type: ColumnType, value: number): boolean {
  if (type === "double") return Number.isFinite(value);
  if (type === "bigint") return Number.isSafeInteger(value);
  return Number.isInteger(value) && value <= INT32_MAX && value >= -INT32_MAX - 1;
}

/** Small parts are mostly constant columns: a one-entry dictionary costs no bits, so zstd would only cost time. */
function layout(type: ColumnType, constant: boolean, empty: boolean) {
  if (empty) return { encoding: "PLAIN", codec: "UNCOMPRESSED" } as const;
  if (constant && type !== "boolean") return { encoding: "RLE_DICTIONARY", codec: "UNCOMPRESSED" } as const;
  // Strings choose between dictionary and plain by their own repetition; numbers rarely repeat enough to pay for one.
  return type === "string" ? {} : ({ encoding: "PLAIN" } as const);
}

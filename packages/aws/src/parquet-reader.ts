import { zstdDecompressSync } from "node:zlib";
import type { DecodedPart, PartColumn } from "@bellwether/core/lake/part-codec";
import type { ColumnType, LakeValue } from "@bellwether/core/lake/tables";
import { type FileMetaData, parquetMetadata, parquetReadObjects, type SchemaElement } from "hyparquet";

/** The part holds a column that the lake has no type for. */
class ForeignColumnError extends Error {}

const COMPRESSORS = { ZSTD: (bytes: Uint8Array): Uint8Array => zstdDecompressSync(bytes) };

/** A Node buffer may lie inside a larger one. */
function arrayBufferOf(bytes: Uint8Array): ArrayBuffer {
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}

function typeOf({ name, type, converted_type, logical_type, num_children }: SchemaElement): ColumnType {
  const foreign = () => new ForeignColumnError(`column ${name} is ${type ?? "nested"}, which no table holds`);
  if (num_children !== undefined) throw foreign();
  const text = converted_type === "UTF8" || logical_type?.type === "STRING";
  if (type === "BYTE_ARRAY" && text) return "string";
  // A timestamp or a decimal is no plain number.
  const plain = converted_type === undefined || converted_type === "INT_64" || converted_type === "INT_32";
  if (!plain || (logical_type !== undefined && logical_type.type !== "INTEGER")) throw foreign();
  if (type === "INT64") return "bigint";
  if (type === "INT32") return "int";
  if (type === "DOUBLE") return "double";
  if (type === "BOOLEAN") return "boolean";
  throw foreign();
}

const columnsOf = ({ schema: [, ...columns] }: FileMetaData): PartColumn[] =>
  columns.map((element) => ({ name: element.name, type: typeOf(element) }));

/** Rows of a Parquet file, from its footer alone; throws for what is no Parquet file. */
export const rowCount = (bytes: Uint8Array): number => Number(parquetMetadata(arrayBufferOf(bytes)).num_rows);

/**
 * Reads a part back. Throws ForeignColumnError for a column of a type that no table has, RangeError for an integer
 * beyond ±(2^53 − 1), and whatever the reader throws for what is no Parquet file.
 */
export async function decodeParquet(bytes: Uint8Array): Promise<DecodedPart> {
  const buffer = arrayBufferOf(bytes);
  const metadata = parquetMetadata(buffer);
  const columns = columnsOf(metadata);
  const file = {
    byteLength: buffer.byteLength,
    slice: (from: number, to?: number) => buffer.slice(from, to),
  };
  const read = await parquetReadObjects({ file, metadata, compressors: COMPRESSORS });
  const integers = columns.flatMap(({ name, type }) => (type === "bigint" ? [name] : []));
  for (const row of read) for (const name of integers) row[name] = exact(name, row[name]);
  return { columns, rows: read as Record<string, LakeValue>[] };
}

function exact(name: string, value: unknown): LakeValue {
  if (typeof value !== "bigint") return null;
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError(`column ${name} holds ${value}`);
  return number;
}

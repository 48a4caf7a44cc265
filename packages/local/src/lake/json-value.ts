import {
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  type DuckDBValue,
} from "@duckdb/node-api";

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/**
 * A DuckDB value as JSON can carry it: an integer beyond ±(2^53 − 1) and a decimal of more digits than a double holds
 * become strings, dates and times their text, a map an object, a blob base64; NaN and infinities stay numbers.
 */
export function toJsonValue(value: DuckDBValue): JsonValue {
  if (
    value === null ||
    typeof value === "boolean" ||
    typeof value === "number" ||
    typeof value === "string"
  ) {
    return value;
  }
  if (typeof value === "bigint") return exactNumber(value.toString());
  if (value instanceof DuckDBDecimalValue) return exactNumber(value.toString());
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue)
    return value.items.map(toJsonValue);
  if (value instanceof DuckDBStructValue) return object(Object.entries(value.entries));
  if (value instanceof DuckDBMapValue) {
    return object(value.entries.map((entry) => [keyText(entry.key), entry.value]));
  }
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString("base64");
  return value.toString();
}

/** Digits that a double gives back unchanged. */
const EXACT_DIGITS = 15;

function exactNumber(text: string): number | string {
  const number = Number(text);
  const exact = text.includes(".")
    ? text.replace(/\D/g, "").length <= EXACT_DIGITS
    : Number.isSafeInteger(number);
  return exact ? number : text;
}

function object(entries: readonly (readonly [string, DuckDBValue])[]): JsonValue {
  return Object.fromEntries(entries.map(([name, value]) => [name, toJsonValue(value)]));
}

function keyText(key: DuckDBValue): string {
  const json = toJsonValue(key);
  return typeof json === "string" ? json : JSON.stringify(json);
}

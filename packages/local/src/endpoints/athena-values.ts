import { isObject } from "./json-service.ts";

/** DuckDB type → the name Athena reports in ColumnInfo. */
const TYPE_NAMES: Readonly<Record<string, string>> = {
  BOOLEAN: "boolean",
  TINYINT: "tinyint",
  SMALLINT: "smallint",
  INTEGER: "integer",
  BIGINT: "bigint",
  // Athena counts and sums integers in bigint; DuckDB widens them.
  HUGEINT: "bigint",
  UINTEGER: "bigint",
  UBIGINT: "bigint",
  FLOAT: "float",
  DOUBLE: "double",
  VARCHAR: "varchar",
  JSON: "varchar",
  UUID: "varchar",
  ENUM: "varchar",
  BLOB: "varbinary",
  DATE: "date",
  TIMESTAMP: "timestamp",
  TIMESTAMP_S: "timestamp",
  TIMESTAMP_MS: "timestamp",
  TIMESTAMP_NS: "timestamp",
  "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
  DECIMAL: "decimal",
  STRUCT: "row",
  MAP: "map",
  // The type of a bare NULL; Athena's is `unknown`.
  '"NULL"': "unknown",
  SQLNULL: "unknown",
};

/** The Athena name of a DuckDB type such as `DECIMAL(18,3)` or `VARCHAR[]`; throws on a type that has none. */
export function athenaType(duckdbType: string): string {
  if (duckdbType.endsWith("]")) return "array";
  const name = duckdbType.replace(/\(.*$/s, "");
  const athena = Object.hasOwn(TYPE_NAMES, name) ? TYPE_NAMES[name] : undefined;
  if (athena === undefined) throw new Error(`no Athena type for ${duckdbType}`);
  return athena;
}

/** A value as Athena prints it in VarCharValue; `undefined` for null (the field is left out). */
export function varCharValue(value: unknown, type: string): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === "number" && (type === "double" || type === "float")) return javaDouble(value);
  if (type.startsWith("timestamp") || type === "date") return timeText(value, type);
  return nested(value);
}

function nested(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return `[${value.map(nested).join(", ")}]`;
  if (isObject(value) && Object.getPrototypeOf(value) === Object.prototype) {
    return `{${Object.entries(value)
      .map(([key, inner]) => `${key}=${nested(inner)}`)
      .join(", ")}}`;
  }
  if (value instanceof Uint8Array)
    return Buffer.from(value)
      .toString("hex")
      .replace(/..(?=.)/g, "$& ");
  return String(value);
}

/** `2026-11-21 17:04:40.989`: Athena's timestamp has milliseconds. */
function timeText(value: unknown, type: string): string {
  const text = (value instanceof Date ? value.toISOString() : String(value)).replace("T", " ");
  const match = /^(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d:\d\d)(?:\.(\d+))?)?/.exec(text);
  if (match === null) return text;
  const [, day = "", time = "00:00:00", fraction = ""] = match;
  if (type === "date") return day;
  const stamp = `${day} ${time}.${fraction.slice(0, 3).padEnd(3, "0")}`;
  return type === "timestamp" ? stamp : `${stamp} UTC`;
}

/** Double.toString of Java, which Athena prints: always a fraction, an exponent outside [1e-3, 1e7). */
function javaDouble(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const magnitude = Math.abs(value);
  if (magnitude === 0 || (magnitude >= 1e-3 && magnitude < 1e7)) {
    const plain = Object.is(value, -0) ? "-0" : String(value);
    return plain.includes(".") ? plain : `${plain}.0`;
  }
  const [mantissa = "", exponent = ""] = value.toExponential().split("e");
  return `${mantissa.includes(".") ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
}

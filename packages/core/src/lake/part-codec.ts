import { type ColumnType, LAKE_TABLES, type LakeRow, type LakeTable } from "./tables.ts";

export interface PartColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** A part as it was written: with its own columns, whatever the table has today. */
export interface DecodedPart {
  readonly columns: readonly PartColumn[];
  readonly rows: readonly LakeRow[];
}

/** Parquet, both ways. */
export interface PartCodec {
  /** Rows by the footer alone; throws for what is no Parquet file. */
  readonly rowCount: (bytes: Uint8Array) => number;
  /** Throws for a column of a type that no table has, and for what is no Parquet file. */
  readonly decode: (bytes: Uint8Array) => Promise<DecodedPart>;
  /** At most 10,000 rows, with `extra` columns behind those of the table. */
  readonly encode: (table: LakeTable, rows: readonly LakeRow[], extra: readonly PartColumn[]) => Uint8Array;
}

/** Two parts say otherwise about a column: they cannot be one. */
class ColumnConflictError extends Error {}

/**
 * Columns that a part has and the table has not (a later release wrote it): they are kept. Throws ColumnConflictError
 * when a column has another type than in the table or in an earlier part.
 */
export function extraColumns(table: LakeTable, parts: readonly DecodedPart[]): readonly PartColumn[] {
  const known: ReadonlyMap<string, ColumnType> = new Map(
    LAKE_TABLES[table].columns.map(({ name, type }) => [name, type]),
  );
  const extra = new Map<string, ColumnType>();
  for (const { name, type } of parts.flatMap(({ columns }) => columns)) {
    const expected = known.get(name) ?? extra.get(name);
    if (expected !== undefined && expected !== type)
      throw new ColumnConflictError(`${table}.${name} is ${expected}, in a part ${type}`);
    if (expected === undefined) extra.set(name, type);
  }
  return [...extra].map(([name, type]) => ({ name, type }));
}

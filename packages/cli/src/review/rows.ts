import type { RunSql } from "../lake-query.ts";

/** Rows of a statement as objects by column name. */
export async function rowsOf(runSql: RunSql, sql: string): Promise<Record<string, unknown>[]> {
  const { columns, rows } = await runSql(sql);
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i] ?? null])));
}

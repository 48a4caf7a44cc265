import type { Lake } from "@bellwether/local/lake/open-lake";

/** Runs SQL and gives a record per row; the caller names the columns it selects. */
export async function table<Row>(lake: Lake, sql: string): Promise<Row[]> {
  const { columns, rows } = await lake.runSql(sql);
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i] ?? null])) as Row);
}

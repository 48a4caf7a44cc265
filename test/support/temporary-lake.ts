import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeParquet } from "@bellwether/aws/parquet";
import { type LakeRow, type LakeTable, partitionOf } from "@bellwether/core/lake/tables";
import { openLake, type SqlResult } from "@bellwether/local/lake/open-lake";

export type Parts = Partial<Record<LakeTable, readonly (readonly LakeRow[])[]>>;

/** Where a part goes whose first row has no readable `at`. */
const ANY_HOUR = Date.UTC(2026, 5, 6, 7);

/** A new folder with one Parquet file per part, in the hour of its first row. */
export function writeTemporaryLake(parts: Parts): string {
  const dir = mkdtempSync(join(tmpdir(), "lake-"));
  for (const [table, files] of Object.entries(parts) as [LakeTable, readonly (readonly LakeRow[])[]][]) {
    for (const [i, rows] of files.entries()) {
      const at = Date.parse(String(rows[0]?.at));
      const folder = join(dir, table, partitionOf(Number.isNaN(at) ? ANY_HOUR : at));
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `part-${i}.parquet`), encodeParquet(table, rows));
    }
  }
  return dir;
}

export interface TemporaryLake {
  readonly dir: string;
  runSql(sql: string): Promise<SqlResult>;
  /** Rows as objects by column name. */
  select(sql: string): Promise<Record<string, unknown>[]>;
  remove(): void;
}

/** The lake of `parts`, opened; `remove` closes it and deletes the folder. */
export async function openTemporaryLake(parts: Parts): Promise<TemporaryLake> {
  const dir = writeTemporaryLake(parts);
  const lake = await openLake(dir);
  return {
    dir,
    runSql: lake.runSql,
    select: async (sql) => {
      const { columns, rows } = await lake.runSql(sql);
      return rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i]])));
    },
    remove: () => {
      lake.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

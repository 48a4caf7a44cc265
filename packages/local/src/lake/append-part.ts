import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encodeParquet, MAX_PART_ROWS } from "@bellwether/aws/parquet";
import { type LakeRow, type LakeTable, partitionOf } from "@bellwether/core/lake/tables";

/** Writes rows of one hour of `at` as a part of the lake under `dir`; a part is there whole or not at all, and overwrites its namesake. */
export async function appendPart(
  dir: string,
  table: LakeTable,
  part: string,
  rows: readonly LakeRow[],
): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const folder = join(dir, table, partitionOf(Date.parse(String(first.at))));
  await mkdir(folder, { recursive: true });
  for (let from = 0; from < rows.length; from += MAX_PART_ROWS) {
    const file = join(folder, `${part}-${from / MAX_PART_ROWS}.parquet`);
    // The lake reads *.parquet only.
    await writeFile(`${file}.unfinished`, encodeParquet(table, rows.slice(from, from + MAX_PART_ROWS)));
    await rename(`${file}.unfinished`, file);
  }
}

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";

/** A Parquet file of another writer (DuckDB) with the rows of a SELECT. */
export async function foreignPart(select: string): Promise<Uint8Array> {
  const dir = mkdtempSync(join(tmpdir(), "foreign-"));
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  try {
    const file = join(dir, "part.parquet");
    await connection.run(`copy (${select}) to '${file}' (format parquet, compression zstd)`);
    return readFileSync(file);
  } finally {
    connection.closeSync();
    instance.closeSync();
    rmSync(dir, { recursive: true, force: true });
  }
}

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { encodeParquet } from "@bellwether/aws/parquet";
import { decodeParquet, rowCount } from "@bellwether/aws/parquet-reader";
import type { CompactDeps } from "@bellwether/core/lake/compact";
import { type LakeRow, type LakeTable, partitionOf } from "@bellwether/core/lake/tables";
import { LAKE_VIEWS } from "@bellwether/core/lake/views";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";

/** The crash of a test: power cut after so many writes and deletes. */
export class PowerCut extends Error {}

let connection: Promise<DuckDBConnection> | undefined;

/** One for a test file: opening a whole lake anew for every state takes too long. */
function duckDb(): Promise<DuckDBConnection> {
  connection ??= DuckDBInstance.create(":memory:", { threads: "1" }).then((instance) => instance.connect());
  return connection;
}

/** Lake parts in memory behind the verbs of S3. */
export interface MemoryParts {
  readonly objects: Map<string, { bytes: Uint8Array; etag: string }>;
  readonly deps: CompactDeps;
  /** What was done, in order. */
  readonly log: string[];
  put(table: LakeTable, at: string, part: string, rows: readonly LakeRow[]): void;
  putBytes(key: string, bytes: Uint8Array): void;
  /** Answers of SQL statements over the lake as it is, rows as JSON text in order. */
  answers(...sql: readonly string[]): Promise<string[]>;
}

/** `effects`: writes and deletes until the power is cut; `hook` runs before each. */
export function memoryParts({
  effects = Number.POSITIVE_INFINITY,
  hook = () => undefined,
}: {
  effects?: number;
  hook?: (what: string) => void | Promise<void>;
} = {}): MemoryParts {
  const objects: MemoryParts["objects"] = new Map();
  const log: string[] = [];
  let written = 0;
  const put = (key: string, bytes: Uint8Array): void => {
    written += 1;
    objects.set(key, { bytes, etag: `"${written}-${bytes.length}"` });
  };
  const effect = async (what: string): Promise<void> => {
    if (log.length >= effects) throw new PowerCut(what);
    log.push(what);
    await hook(what);
  };
  return {
    objects,
    log,
    put: (table, at, part, rows) =>
      put(`${table}/${partitionOf(Date.parse(at))}/${part}.parquet`, encodeParquet(table, rows)),
    putBytes: put,
    deps: {
      async *listParts(table) {
        const keys = [...objects.keys()].filter((key) => key.startsWith(`${table}/`)).sort();
        for (const key of keys) yield { key, bytes: objects.get(key)?.bytes.length ?? 0 };
      },
      readPart: async (key) => objects.get(key),
      writePart: async (key, bytes) => {
        await effect(`write ${key}`);
        put(key, bytes);
      },
      deletePart: async (key, etag) => {
        await effect(`delete ${key}`);
        const found = objects.get(key);
        if (found !== undefined && found.etag !== etag) return false;
        objects.delete(key);
        return true;
      },
      rowCount,
      decode: decodeParquet,
      encode: encodeParquet,
      outOfTime: () => false,
    },
    answers: async (...sql) => {
      const dir = mkdtempSync(join(tmpdir(), "parts-"));
      try {
        for (const [key, { bytes }] of objects) {
          mkdirSync(dirname(join(dir, key)), { recursive: true });
          writeFileSync(join(dir, key), bytes);
        }
        const answers: string[] = [];
        const connection = await duckDb();
        for (const { name, table, sql: view } of LAKE_VIEWS) {
          if (![...objects.keys()].some((key) => key.startsWith(`${table}/`))) continue;
          await connection.run(
            `create or replace view ${table} as select * from read_parquet('${dir}/${table}/*/*/*.parquet', union_by_name = true, hive_partitioning = true)`,
          );
          await connection.run(`create or replace view ${name} as ${view}`);
        }
        for (const statement of sql)
          answers.push(JSON.stringify((await connection.runAndReadAll(statement)).getRowsJson()));
        return answers;
      } finally {
        rmSync(dir, { recursive: true, force: true });
      }
    },
  };
}

import { existsSync, globSync } from "node:fs";
import { resolve, sep } from "node:path";
import { ANALYST_VIEWS } from "@bellwether/core/lake/analyst-views";
import { type ColumnType, LAKE_TABLES, type LakeTable } from "@bellwether/core/lake/tables";
import { LAKE_VIEWS, PARTITION_COLUMNS } from "@bellwether/core/lake/views";
import { type DuckDBConnection, DuckDBInstance, StatementType } from "@duckdb/node-api";
import { toDuckDbSql } from "./athena-dialect.ts";
import { type JsonValue, toJsonValue } from "./json-value.ts";

export interface SqlResult {
  /** `type` is a DuckDB type name. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly JsonValue[])[];
}

export interface Lake {
  /** Runs one SELECT over the views and log tables; rejects for anything else and for SQL errors. */
  runSql(sql: string): Promise<SqlResult>;
  close(): void;
}

const DUCKDB_TYPES: Readonly<Record<ColumnType, string>> = {
  string: "varchar",
  bigint: "bigint",
  int: "integer",
  double: "double",
  boolean: "boolean",
};

const SETTINGS = {
  memory_limit: "2GB",
  threads: "2",
  autoinstall_known_extensions: "false",
  autoload_known_extensions: "false",
};

/**
 * Opens the Parquet lake under `dir` for read-only SQL as Athena offers it: the log tables with their partition
 * columns `dt` and `hour`, and the views; a table without files is empty. `now` reads every part once into memory, which
 * pays from the second query on. Throws when `dir` does not exist.
 */
export async function openLake(
  dir: string,
  { read }: { readonly read: "at_query" | "now" } = { read: "at_query" },
): Promise<Lake> {
  const root = resolve(dir).split(sep).join("/");
  if (!existsSync(root)) throw new Error(`there is no lake at ${root}`);
  const instance = await DuckDBInstance.create(":memory:", SETTINGS);
  const connection = await instance.connect();
  const close = () => {
    connection.closeSync();
    instance.closeSync();
  };
  try {
    for (const table of Object.keys(LAKE_TABLES) as LakeTable[])
      await connection.run(logTable(root, table, read));
    const kind = read === "now" ? "table" : "view";
    for (const { name, sql } of LAKE_VIEWS) await connection.run(`create ${kind} ${name} as ${sql}`);
    for (const { name, sql } of ANALYST_VIEWS) await connection.run(`create view ${name} as ${sql}`);
    await connection.run(`set allowed_directories = [${literal(`${root}/`)}]`);
    await connection.run("set enable_external_access = false");
    await connection.run("set lock_configuration = true");
  } catch (error) {
    close();
    throw error;
  }
  return { runSql: (sql) => runSelect(connection, sql), close };
}

function logTable(root: string, table: LakeTable, read: "at_query" | "now"): string {
  const columns = [
    ...LAKE_TABLES[table].columns.map(({ name, type }) => ({ name: `"${name}"`, type: DUCKDB_TYPES[type] })),
    ...PARTITION_COLUMNS.map((name) => ({ name, type: "varchar" })),
  ];
  const parts = `${table}/dt=*/hour=*/*.parquet`;
  const typed = columns.map(({ name, type }) => `cast(null as ${type}) as ${name}`).join(", ");
  const empty = `select ${typed} where false`;
  if (globSync(parts, { cwd: root }).length === 0) return `create view ${table} as ${empty}`;
  const files = `${root.replace(/[*?[]/g, "[$&]")}/${parts}`;
  const names = columns.map(({ name }) => name).join(", ");
  // A part of an earlier release lacks the columns that came later: as in Athena they are NULL.
  const written = `select * from read_parquet(${literal(files)}, union_by_name = true, hive_partitioning = true, hive_types = {'dt': varchar, 'hour': varchar})`;
  const source = `select ${names} from (${empty} union all by name ${written})`;
  // DuckDB compares the escaped pattern with the allowed directory, so a folder name that needs escaping is read now.
  return read === "at_query" && files.startsWith(`${root}/`)
    ? `create view ${table} as ${source}`
    : `set preserve_insertion_order = false; create table ${table} as ${source}`;
}

async function runSelect(connection: DuckDBConnection, sql: string): Promise<SqlResult> {
  const word = firstWord(sql);
  if (word === undefined) throw new Error("the query is empty");
  const statements = await connection.extractStatements(toDuckDbSql(sql));
  if (statements.count !== 1) throw new Error(`one statement at a time, got ${statements.count}`);
  // Preparing already touches files for COPY and EXPORT, so the first word decides before the type does.
  if (!READING.has(word)) throw readOnly(word);
  const statement = await statements.prepare(0);
  try {
    const type = statement.statementType;
    if (type !== StatementType.SELECT) throw readOnly(StatementType[type] ?? `statement type ${type}`);
    const reader = await statement.runAndReadAll();
    const types = reader.columnTypes();
    return {
      columns: reader.columnNames().map((name, i) => ({ name, type: String(types[i]) })),
      rows: reader.getRows().map((row) => row.map(toJsonValue)),
    };
  } finally {
    statement.destroySync();
  }
}

const READING: ReadonlySet<string> = new Set(["select", "with", "values", "table", "show", "describe"]);

function firstWord(sql: string): string | undefined {
  const bare = sql.replace(/^(?:--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/|[\s;(])*/, "");
  return /^(?:\w+|\S)/.exec(bare)?.[0].toLowerCase();
}

const readOnly = (found: string): Error =>
  new Error(`the lake is read-only: only SELECT is allowed, got ${found.toUpperCase()}`);

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

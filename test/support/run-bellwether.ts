import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import type { Summary } from "@bellwether/cli/report/summary";
import { type Lake, openLake } from "@bellwether/local/lake/open-lake";

const BIN = resolve("packages/cli/src/bellwether.js");

interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line tool in a process of its own, as a user would. */
async function runBellwether(args: readonly string[]): Promise<CommandResult> {
  const child = spawn(process.execPath, [BIN, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const exited = new Promise<number | null>((done, fail) => {
    child.once("error", fail);
    child.once("exit", done);
  });
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { code, stdout, stderr };
}

export type Row = Readonly<Record<string, unknown>>;

export interface Replayed {
  readonly report: Summary;
  /** Rows of a SELECT over the run's lake. */
  select(sql: string): Promise<Row[]>;
}

/** A temporary folder that `remove` deletes. */
export function temporaryFolder(name: string): { readonly dir: string; remove(): void } {
  const dir = mkdtempSync(join(tmpdir(), `${name}-`));
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

async function select(lake: Lake, sql: string): Promise<Row[]> {
  const { columns, rows } = await lake.runSql(sql);
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i]])));
}

/** Rows of a SELECT over the lake below `dir`. */
export async function selectFrom(dir: string, sql: string): Promise<Row[]> {
  const lake = await openLake(dir);
  try {
    return await select(lake, sql);
  } finally {
    lake.close();
  }
}

/** SELECT over a lake that no longer changes: it is read once, and stays in memory as long as the test's process. */
function selectFromFinal(dir: string): (sql: string) => Promise<Row[]> {
  let lake: Promise<Lake> | undefined;
  return async (sql) => {
    lake ??= openLake(dir, { read: "now" });
    return select(await lake, sql);
  };
}

/** `bellwether replay` of the folder `DIR/logs` into `DIR/out`; rejects when it does not exit with 0. */
export async function replayFolder(
  dir: string,
  files: {
    readonly rollout?: unknown;
    readonly config?: unknown;
    /** Lines of the feedback file. */
    readonly feedback?: readonly string[];
  } = {},
): Promise<Replayed> {
  const { feedback, ...documents } = files;
  const contents = Object.entries(documents).map(([option, json]) => [option, JSON.stringify(json)] as const);
  if (feedback !== undefined) contents.push(["feedback", feedback.join("\n")]);
  const given = contents.flatMap(([option, content]) => {
    const file = join(dir, `${option}.json`);
    writeFileSync(file, content);
    return [`--${option}`, file];
  });
  const out = join(dir, "out");
  const result = await runBellwether([
    "replay",
    "--logs",
    join(dir, "logs"),
    ...given,
    "--out",
    out,
    "--json",
  ]);
  if (result.code !== 0) throw new Error(`replay exited with ${result.code}: ${result.stderr}`);
  const report = JSON.parse(result.stdout) as Summary;
  const stored = JSON.parse(readFileSync(join(out, "report.json"), "utf8")) as Summary;
  if (stored.records.read !== report.records.read) throw new Error("report.json is not what --json printed");
  return { report, select: selectFromFinal(join(out, "lake")) };
}

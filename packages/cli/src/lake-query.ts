import { statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { AthenaClient } from "@aws-sdk/client-athena";
import { type QueryResult, runQuery } from "@bellwether/aws/athena";
import { UsageError } from "./arguments.ts";

export interface LakeLocation {
  /** Folder that a replay or demo wrote; its lake is under `lake/`. */
  readonly out: string | undefined;
  readonly workGroup?: string;
  readonly database?: string;
}

/** Runs one SQL statement; throws QueryFailedError when it fails. */
export type RunSql = (sql: string) => Promise<QueryResult>;

/**
 * Runs one SQL statement, see `withLake`. Throws UsageError when there is no lake, QueryFailedError when the statement
 * fails.
 */
export const queryLake = (location: LakeLocation, sql: string): Promise<QueryResult> =>
  withLake(location, (runSql) => runSql(sql));

/**
 * Lends a function that runs SQL in Athena: the one that AWS_ENDPOINT_URL_ATHENA names, else a local endpoint over the
 * lake under `out`, which is opened once. Throws UsageError when there is no lake.
 */
export async function withLake<Answer>(
  location: LakeLocation,
  use: (runSql: RunSql) => Promise<Answer>,
): Promise<Answer> {
  const { out, ...names } = location;
  if (process.env.AWS_ENDPOINT_URL_ATHENA) return withAthena(names, use);
  const dir = lakeFolder(out);
  // DuckDB loads in a tenth of a second that a real Athena does not need.
  const [{ openLake }, { startAthena }, { createClock }] = await Promise.all([
    import("@bellwether/local/lake/open-lake"),
    import("@bellwether/local/endpoints/athena"),
    import("@bellwether/local/clock"),
  ]);
  const lake = await openLake(dir);
  const athena = await startAthena({ clock: createClock(Date.now()), runSql: lake.runSql });
  const client = new AthenaClient({
    endpoint: athena.url,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  try {
    return await use((sql) => runQuery({ client, wait, ...names }, sql));
  } finally {
    client.destroy();
    await athena.stop();
    lake.close();
  }
}

/** Lends a function that runs SQL in the Athena of the environment. */
export async function withAthena<Answer>(
  names: Omit<LakeLocation, "out">,
  use: (runSql: RunSql) => Promise<Answer>,
): Promise<Answer> {
  const client = new AthenaClient({});
  try {
    return await use((sql) => runQuery({ client, wait, ...names }, sql));
  } finally {
    client.destroy();
  }
}

/** The lake that a replay or demo wrote under `out`; throws UsageError when there is none. */
export function lakeFolder(out: string | undefined): string {
  if (out === undefined)
    throw new UsageError("--out DIR is missing: the folder that a replay or the demo wrote");
  const dir = join(out, "lake");
  if (statSync(dir, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new UsageError(`no lake at ${dir}: run \`bellwether replay --logs LOGS --out ${out}\` first`);
  }
  return dir;
}

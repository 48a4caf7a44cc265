import { randomUUID } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import { releaseLakeLease, takeLakeLease } from "@bellwether/aws/lake-lease";
import { objectStore } from "@bellwether/aws/object-store";
import { encodeParquet } from "@bellwether/aws/parquet";
import { decodeParquet, rowCount } from "@bellwether/aws/parquet-reader";
import { personalItems } from "@bellwether/aws/personal-items";
import type { ForgetDeps } from "@bellwether/core/forget/deps";
import type { EnvironmentName } from "@bellwether/core/topology";
import { UsageError } from "../arguments.ts";
import { lakeFolder, withAthena, withLake } from "../lake-query.ts";
import { rowsOf } from "../review/rows.ts";
import { folderObjects } from "./folder-objects.ts";

/** Larger logs are not rewritten in memory. */
const UNZIPPED_LIMIT_BYTES = 1024 ** 3;

const FORMATS = {
  codec: { decode: decodeParquet, encode: encodeParquet, rowCount },
  unzip: (bytes: Uint8Array) => gunzipSync(bytes, { maxOutputLength: UNZIPPED_LIMIT_BYTES }),
  zip: (bytes: Uint8Array) => gzipSync(bytes),
};

type Use<T> = (deps: ForgetDeps) => Promise<T>;
type OnProgress = ForgetDeps["onProgress"];

/** Lends the lake that a replay wrote under `out` and the logs that it read; throws UsageError when there is no lake. */
export async function withFolders<T>(
  out: string,
  logs: string | undefined,
  onProgress: OnProgress,
  use: Use<T>,
): Promise<T> {
  const lake = folderObjects(lakeFolder(out));
  return withLake({ out }, (runSql) =>
    use({
      ...FORMATS,
      select: (sql) => rowsOf(runSql, sql),
      lake,
      // A replay resolves the paths of every bucket in its folder.
      logs: logs === undefined ? undefined : { ...folderObjects(logs), bucket: undefined },
      items: undefined,
      onProgress,
    }),
  );
}

const NEEDED: readonly EnvironmentName[] = [
  "LAKE_BUCKET",
  "LOGS_BUCKET",
  "REQUESTS_TABLE",
  "REVIEWS_TABLE",
  "STATE_TABLE",
];
/** Long enough for years of a lake; given back at the end. */
const LEASE_MS = 6 * 3_600_000;

/** Lends a deployed stage, in which nobody merges parts meanwhile; throws UsageError when the environment names none. */
export async function withStagePlaces<T>(
  names: { readonly workGroup?: string; readonly database?: string },
  onProgress: OnProgress,
  use: Use<T>,
): Promise<T> {
  const missing = NEEDED.find((name) => !process.env[name]);
  if (missing !== undefined)
    throw new UsageError(
      `--out DIR is missing, and so is environment variable ${missing} of a deployed stage (${NEEDED.join(", ")})`,
    );
  const { LAKE_BUCKET = "", LOGS_BUCKET = "" } = process.env;
  const holder = `forget ${randomUUID()}`;
  const now = Date.now();
  if (!(await takeLakeLease(holder, now, now + LEASE_MS)))
    throw new Error(
      "the lake is being rewritten (compaction, or another forget); try again in a quarter of an hour",
    );
  try {
    return await withAthena(names, (runSql) =>
      use({
        ...FORMATS,
        select: (sql) => rowsOf(runSql, sql),
        lake: objectStore(LAKE_BUCKET),
        logs: { ...objectStore(LOGS_BUCKET), bucket: LOGS_BUCKET },
        items: personalItems,
        onProgress,
      }),
    );
  } finally {
    await releaseLakeLease(holder);
  }
}

import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { AthenaClient } from "@aws-sdk/client-athena";
import { type QueryResult, runQuery } from "@bellwether/aws/athena";
import { writeLake } from "@bellwether/aws/lake";
import { getRequest, saveRepriced } from "@bellwether/aws/requests-table";
import { putWindowItems } from "@bellwether/aws/windows-table";
import type { RepriceDeps } from "@bellwether/core/prices/reprice-requests";
import type { EnvironmentName } from "@bellwether/core/topology";
import { UsageError } from "../arguments.ts";

const NEEDED: readonly EnvironmentName[] = ["LAKE_BUCKET", "REQUESTS_TABLE", "WINDOWS_TABLE", "STATE_TABLE"];

/** Runs `work` with the verbs of repricing against AWS; throws UsageError when the environment names no stage. */
export async function withStage<T>(
  names: { readonly workGroup?: string; readonly database?: string },
  work: (deps: RepriceDeps & { readonly runSql: (sql: string) => Promise<QueryResult> }) => Promise<T>,
): Promise<T> {
  const missing = NEEDED.find((name) => !process.env[name]);
  if (missing !== undefined)
    throw new UsageError(
      `--out DIR is missing, and so is environment variable ${missing} of a deployed stage (${NEEDED.join(", ")})`,
    );
  const client = new AthenaClient({});
  try {
    return await work({
      getRequest,
      saveRepriced,
      putWindowItems,
      writeLake,
      newToken: randomUUID,
      runSql: (sql) => runQuery({ client, wait, ...names }, sql),
    });
  } finally {
    client.destroy();
  }
}

import { setTimeout as sleep } from "node:timers/promises";
import { AthenaClient } from "@aws-sdk/client-athena";
import { QueryFailedError, type QueryResult, runQuery } from "./athena.ts";
import { QUIET } from "./clients.ts";
import { environment } from "./environment.ts";

/** Waiting longer would hold up the page that the answer is for, ms. */
const PATIENCE_MS = 60_000;

let client: AthenaClient | undefined;

/** Runs one SQL statement over the lake; throws QueryFailedError when it fails or takes longer than a minute. */
export async function queryLake(sql: string): Promise<QueryResult> {
  client ??= new AthenaClient(QUIET);
  let waited = 0;
  const wait = async (ms: number): Promise<void> => {
    waited += ms;
    if (waited > PATIENCE_MS) throw new QueryFailedError("the query took longer than a minute");
    await sleep(ms);
  };
  const [workGroup, database] = [environment("ATHENA_WORKGROUP"), environment("LAKE_DATABASE")];
  return runQuery({ client, wait, workGroup, database }, sql);
}

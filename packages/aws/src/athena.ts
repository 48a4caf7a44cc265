import {
  type AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type Row,
  StartQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import { type AthenaValue, readAthenaValue } from "./athena-value.ts";

export interface QueryDeps {
  readonly client: Pick<AthenaClient, "send">;
  /** Resolves after `ms` milliseconds. */
  readonly wait: (ms: number) => Promise<void>;
  readonly workGroup?: string;
  readonly database?: string;
}

export interface QueryResult {
  /** `type` is an Athena type name. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly AthenaValue[])[];
}

/** Athena ended the query without a result: the SQL is wrong, a limit was hit, or somebody cancelled it. */
export class QueryFailedError extends Error {}

/** Waits between polls, ms: a small local query is done at once, a real one takes seconds. */
const FIRST_WAIT = 10;
const LONGEST_WAIT = 1_000;

/** Runs one SQL statement in Athena and reads all its pages; throws QueryFailedError with Athena's reason. */
export async function runQuery(deps: QueryDeps, sql: string): Promise<QueryResult> {
  const { QueryExecutionId: id } = await deps.client.send(
    new StartQueryExecutionCommand({
      QueryString: sql,
      ...(deps.workGroup === undefined ? {} : { WorkGroup: deps.workGroup }),
      ...(deps.database === undefined ? {} : { QueryExecutionContext: { Database: deps.database } }),
    }),
  );
  await finished(deps, id);
  const rows: Row[] = [];
  let token: string | undefined;
  let columns: { name: string; type: string }[] = [];
  do {
    const page = await deps.client.send(
      new GetQueryResultsCommand({
        QueryExecutionId: id,
        ...(token === undefined ? {} : { NextToken: token }),
      }),
    );
    if (token === undefined) {
      const info = page.ResultSet?.ResultSetMetadata?.ColumnInfo ?? [];
      columns = info.map(({ Name, Type }) => ({ name: Name ?? "", type: Type ?? "unknown" }));
    }
    for (const row of page.ResultSet?.Rows ?? []) rows.push(row);
    token = page.NextToken;
  } while (token !== undefined);
  return {
    columns,
    rows: rows
      .slice(isHeader(rows[0], columns) ? 1 : 0)
      .map(({ Data }) => columns.map(({ type }, i) => readAthenaValue(Data?.[i]?.VarCharValue, type))),
  };
}

/** A SELECT answers with the column names as its first row, SHOW and DESCRIBE do not. */
function isHeader(row: Row | undefined, columns: QueryResult["columns"]): boolean {
  return row !== undefined && columns.every(({ name }, i) => row.Data?.[i]?.VarCharValue === name);
}

async function finished({ client, wait }: QueryDeps, id: string | undefined): Promise<void> {
  for (let pause = FIRST_WAIT; ; pause = Math.min(LONGEST_WAIT, pause * 2)) {
    const { QueryExecution } = await client.send(new GetQueryExecutionCommand({ QueryExecutionId: id }));
    const status = QueryExecution?.Status;
    if (status?.State === "SUCCEEDED") return;
    if (status?.State === "FAILED" || status?.State === "CANCELLED") {
      throw new QueryFailedError(status.StateChangeReason ?? `the query was ${status.State.toLowerCase()}`);
    }
    await wait(pause);
  }
}

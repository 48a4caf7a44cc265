import type { VirtualClock } from "../clock.ts";
import { athenaType, varCharValue } from "./athena-values.ts";
import { deterministicId, type Endpoint } from "./endpoint.ts";
import { type JsonObject, ServiceError, startJsonService } from "./json-service.ts";

/** The answer of one SQL statement; `type` is a DuckDB type name, rows are arrays in column order. */
export interface SqlResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly unknown[])[];
}

export interface AthenaOptions {
  readonly clock: VirtualClock;
  /** Runs a statement over the lake's views; a rejection becomes the reason of a FAILED query. */
  readonly runSql: (sql: string) => Promise<SqlResult>;
}

interface Table {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly unknown[])[];
}

type QueryState =
  | { readonly state: "RUNNING" }
  | { readonly state: "SUCCEEDED"; readonly table: Table; readonly at: number }
  | { readonly state: "FAILED"; readonly reason: string; readonly at: number }
  | { readonly state: "CANCELLED"; readonly at: number };

interface Execution {
  readonly id: string;
  readonly sql: string;
  readonly input: JsonObject;
  readonly submitted: number;
  status: QueryState;
}

/** GetQueryResults answers at most 1,000 rows a call (Athena quotas). */
const MAX_RESULTS = 1_000;
/** Executions remembered; the oldest is forgotten first. */
const MAX_EXECUTIONS = 200;

/** Starts an Athena endpoint (AWS JSON 1.1) over any SQL function. */
export function startAthena({ clock, runSql }: AthenaOptions): Promise<Endpoint> {
  const executions = new Map<string, Execution>();
  const tokens = new Map<unknown, string>();
  let started = 0;

  const find = (input: JsonObject): Execution => {
    const execution = executions.get(String(input.QueryExecutionId));
    if (execution === undefined)
      throw invalidRequest(`QueryExecution ${input.QueryExecutionId} was not found`);
    return execution;
  };

  const run = async (execution: Execution): Promise<void> => {
    let outcome: QueryState;
    try {
      const { columns, rows } = await runSql(execution.sql);
      const table = { columns: columns.map(({ name, type }) => ({ name, type: athenaType(type) })), rows };
      outcome = { state: "SUCCEEDED", table, at: clock.now() };
    } catch (error) {
      outcome = {
        state: "FAILED",
        reason: error instanceof Error ? error.message : String(error),
        at: clock.now(),
      };
    }
    if (execution.status.state === "RUNNING") execution.status = outcome;
  };

  const start = (input: JsonObject): JsonObject => {
    const sql = input.QueryString;
    if (typeof sql !== "string" || sql.trim() === "") throw invalidRequest("QueryString is required");
    const token = input.ClientRequestToken;
    const known = token === undefined ? undefined : executions.get(tokens.get(token) ?? "");
    if (known !== undefined) {
      if (known.sql !== sql) throw invalidRequest("the ClientRequestToken belongs to another query");
      return { QueryExecutionId: known.id };
    }
    started += 1;
    const id = deterministicId("query", started);
    const execution: Execution = { id, sql, input, submitted: clock.now(), status: { state: "RUNNING" } };
    executions.set(id, execution);
    if (token !== undefined) tokens.set(token, id);
    forgetOldest(executions, tokens);
    void run(execution); // never rejects: a failed statement is a state
    return { QueryExecutionId: id };
  };

  const stop = (input: JsonObject): JsonObject => {
    const execution = find(input);
    if (execution.status.state === "RUNNING") execution.status = { state: "CANCELLED", at: clock.now() };
    return {};
  };

  return startJsonService({
    target: "AmazonAthena",
    version: "1.1",
    operations: {
      StartQueryExecution: start,
      GetQueryExecution: (input) => ({ QueryExecution: describe(find(input)) }),
      GetQueryResults: (input) => resultPage(find(input), input),
      StopQueryExecution: stop,
    },
  });
}

function describe({ id, sql, input, submitted, status }: Execution): JsonObject {
  return {
    QueryExecutionId: id,
    Query: sql,
    StatementType: "DML",
    QueryExecutionContext: input.QueryExecutionContext ?? {},
    WorkGroup: input.WorkGroup ?? "primary",
    Status: {
      State: status.state,
      SubmissionDateTime: submitted / 1_000,
      ...(status.state === "RUNNING" ? {} : { CompletionDateTime: status.at / 1_000 }),
      ...(status.state === "FAILED" ? { StateChangeReason: status.reason } : {}),
    },
  };
}

function resultPage({ status }: Execution, input: JsonObject): JsonObject {
  if (status.state !== "SUCCEEDED")
    throw invalidRequest(`the query has no results, its state is ${status.state}`);
  const { columns, rows } = status.table;
  const size = input.MaxResults === undefined ? MAX_RESULTS : Number(input.MaxResults);
  if (!Number.isInteger(size) || size < 1 || size > MAX_RESULTS)
    throw invalidRequest(`MaxResults must be 1 to ${MAX_RESULTS}`);
  const from = input.NextToken === undefined ? 0 : Number(input.NextToken);
  if (!Number.isInteger(from) || from < 0) throw invalidRequest(`no page ${input.NextToken}`);

  // The header is the first row of the first page and counts as one.
  const lines = Array.from({ length: Math.max(0, Math.min(from + size, rows.length + 1) - from) }, (_, i) => {
    const row = rows[from + i - 1];
    const values =
      row === undefined
        ? columns.map(({ name }) => name)
        : columns.map(({ type }, c) => varCharValue(row[c], type));
    return { Data: values.map((value) => (value === undefined ? {} : { VarCharValue: value })) };
  });
  return {
    ResultSet: {
      Rows: lines,
      ResultSetMetadata: {
        ColumnInfo: columns.map(({ name, type }) => ({
          CatalogName: "hive",
          Name: name,
          Label: name,
          Type: type,
          Nullable: "UNKNOWN",
        })),
      },
    },
    ...(from + size < rows.length + 1 ? { NextToken: String(from + size) } : {}),
  };
}

function forgetOldest(executions: Map<string, Execution>, tokens: Map<unknown, string>): void {
  for (const id of [...executions.keys()].slice(0, -MAX_EXECUTIONS)) {
    executions.delete(id);
    for (const [token, owner] of tokens) if (owner === id) tokens.delete(token);
  }
}

function invalidRequest(message: string): ServiceError {
  return new ServiceError("InvalidRequestException", message);
}

import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  paginateGetQueryResults,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import { createClock } from "@bellwether/local/clock";
import { type SqlResult, startAthena } from "@bellwether/local/endpoints/athena";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterEach, describe, expect, it } from "vitest";

const NOW = Date.parse("2026-11-21T17:00:00Z");
const running: { stop(): unknown }[] = [];
afterEach(async () => {
  for (const each of running.splice(0).reverse()) await each.stop();
});

async function start(runSql: (sql: string) => Promise<SqlResult>) {
  const athena = await startAthena({ clock: createClock(NOW), runSql });
  const client = new AthenaClient({
    endpoint: athena.url,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
  running.push(athena, { stop: () => client.destroy() });
  const submit = async (QueryString: string, ClientRequestToken?: string) => {
    const answer = await client.send(new StartQueryExecutionCommand({ QueryString, ClientRequestToken }));
    return answer.QueryExecutionId;
  };
  const describeQuery = async (id: string | undefined) =>
    (await client.send(new GetQueryExecutionCommand({ QueryExecutionId: id }))).QueryExecution;
  const finished = async (id: string | undefined) => {
    for (;;) {
      const execution = await describeQuery(id);
      if (execution?.Status?.State !== "RUNNING") return execution;
    }
  };
  return { athena, client, submit, describeQuery, finished };
}

async function duckdb(): Promise<(sql: string) => Promise<SqlResult>> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  running.push({
    stop: () => {
      connection.closeSync();
      instance.closeSync();
    },
  });
  return async (sql) => {
    const reader = await connection.runAndReadAll(sql);
    const types = reader.columnTypes().map(String);
    return {
      columns: reader.columnNames().map((name, i) => ({ name, type: types[i] ?? "" })),
      rows: reader.getRowsJS(),
    };
  };
}

describe("the Athena endpoint", () => {
  it("answers a DuckDB query in Athena's shape", async () => {
    const { client, submit, finished, athena } = await start(await duckdb());
    const id = await submit(
      `SELECT 'bot' AS app, 12::BIGINT AS n, 3 AS i, 1.0::DOUBLE AS mean, true AS ok, NULL::VARCHAR AS nothing,
         TIMESTAMP '2026-11-21 17:04:40.989' AS at, ['a', 'b'] AS rules, sum(range) AS total FROM range(4)`,
    );
    expect(await finished(id)).toMatchObject({
      Status: { State: "SUCCEEDED", SubmissionDateTime: new Date(NOW), CompletionDateTime: new Date(NOW) },
    });
    const { ResultSet, NextToken } = await client.send(new GetQueryResultsCommand({ QueryExecutionId: id }));
    expect(NextToken).toBeUndefined();
    expect(ResultSet?.ResultSetMetadata?.ColumnInfo?.map(({ Name, Type }) => [Name, Type])).toEqual([
      ["app", "varchar"],
      ["n", "bigint"],
      ["i", "integer"],
      ["mean", "double"],
      ["ok", "boolean"],
      ["nothing", "varchar"],
      ["at", "timestamp"],
      ["rules", "array"],
      ["total", "bigint"],
    ]);
    expect(ResultSet?.Rows?.map((row) => row.Data?.map((cell) => cell.VarCharValue))).toEqual([
      ["app", "n", "i", "mean", "ok", "nothing", "at", "rules", "total"],
      ["bot", "12", "3", "1.0", "true", undefined, "2026-11-21 17:04:40.989", "[a, b]", "6"],
    ]);
    expect(ResultSet?.Rows?.[1]?.Data?.[5]).toEqual({});
    expect(athena.calls).toMatchObject({ StartQueryExecution: 1, GetQueryResults: 1 });
  });

  it("pages, counting the header as a row of the first page", async () => {
    const rows = Array.from({ length: 2_500 }, (_, i) => [i]);
    const { client, submit, finished } = await start(async () => ({
      columns: [{ name: "n", type: "INTEGER" }],
      rows,
    }));
    const id = await submit("SELECT n");
    await finished(id);
    const pages: (string | undefined)[][] = [];
    for await (const { ResultSet } of paginateGetQueryResults({ client }, { QueryExecutionId: id })) {
      pages.push(ResultSet?.Rows?.map((row) => row.Data?.[0]?.VarCharValue) ?? []);
    }
    expect(pages.map((page) => page.length)).toEqual([1_000, 1_000, 501]);
    expect(pages.flat()).toEqual(["n", ...rows.map(([n]) => String(n))]);
    const small = await client.send(new GetQueryResultsCommand({ QueryExecutionId: id, MaxResults: 1 }));
    expect(small.ResultSet?.Rows).toHaveLength(1);
    expect(small.NextToken).toBeDefined();
  });

  it("answers an empty table with its header", async () => {
    const { client, submit, finished } = await start(async () => ({
      columns: [{ name: "n", type: "DOUBLE" }],
      rows: [],
    }));
    const id = await submit("SELECT n");
    await finished(id);
    const { ResultSet, NextToken } = await client.send(
      new GetQueryResultsCommand({ QueryExecutionId: id, MaxResults: 1 }),
    );
    expect(ResultSet?.Rows).toEqual([{ Data: [{ VarCharValue: "n" }] }]);
    expect(NextToken).toBeUndefined();
  });

  it("fails a query with the reason, and has no results of it", async () => {
    const { client, submit, finished } = await start(await duckdb());
    const id = await submit("SELECT nonsense");
    const execution = await finished(id);
    expect(execution?.Status).toMatchObject({
      State: "FAILED",
      StateChangeReason: expect.stringContaining("nonsense"),
    });
    const results = client.send(new GetQueryResultsCommand({ QueryExecutionId: id }));
    await expect(results).rejects.toMatchObject({ name: "InvalidRequestException" });
  });

  it("fails a query whose column has no Athena type", async () => {
    const { submit, finished } = await start(await duckdb());
    const execution = await finished(await submit("SELECT INTERVAL 1 DAY AS d"));
    expect(execution?.Status).toMatchObject({
      State: "FAILED",
      StateChangeReason: expect.stringContaining("INTERVAL"),
    });
  });

  it("is running until it is done, and stays cancelled once stopped", async () => {
    const gate = Promise.withResolvers<SqlResult>();
    const { client, submit, describeQuery } = await start(() => gate.promise);
    const id = await submit("SELECT 1");
    expect((await describeQuery(id))?.Status?.State).toBe("RUNNING");
    const early = client.send(new GetQueryResultsCommand({ QueryExecutionId: id }));
    await expect(early).rejects.toThrow("RUNNING");
    await client.send(new StopQueryExecutionCommand({ QueryExecutionId: id }));
    gate.resolve({ columns: [], rows: [] });
    expect((await describeQuery(id))?.Status?.State).toBe("CANCELLED");
  });

  it("starts a query once per client request token", async () => {
    const asked: string[] = [];
    const { submit } = await start(async (sql) => {
      asked.push(sql);
      return { columns: [], rows: [] };
    });
    const token = "t".repeat(32);
    expect(await submit("SELECT 1", token)).toBe(await submit("SELECT 1", token));
    await expect(submit("SELECT 2", token)).rejects.toMatchObject({ name: "InvalidRequestException" });
    expect(await submit("SELECT 1")).not.toBe(await submit("SELECT 1"));
    expect(asked).toEqual(["SELECT 1", "SELECT 1", "SELECT 1"]);
  });

  it("knows no query it was not given", async () => {
    const { describeQuery } = await start(async () => ({ columns: [], rows: [] }));
    await expect(describeQuery("other")).rejects.toMatchObject({ name: "InvalidRequestException" });
  });
});

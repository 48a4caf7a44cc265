import { AthenaClient } from "@aws-sdk/client-athena";
import { QueryFailedError, runQuery } from "@bellwether/aws/athena";
import { readAthenaValue } from "@bellwether/aws/athena-value";
import { createClock } from "@bellwether/local/clock";
import { startAthena } from "@bellwether/local/endpoints/athena";
import { describe, expect, it } from "vitest";

type RunSql = Parameters<typeof startAthena>[0]["runSql"];

async function query(runSql: RunSql, wait: (ms: number) => Promise<void> = async () => {}) {
  const athena = await startAthena({ clock: createClock(0), runSql });
  const client = new AthenaClient({
    endpoint: athena.url,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  try {
    return {
      result: await runQuery({ client, wait, workGroup: "team", database: "lake" }, "select 1"),
      calls: athena.calls,
    };
  } finally {
    client.destroy();
    await athena.stop();
  }
}

describe("runQuery", () => {
  it("pages through the results and drops the header once", async () => {
    const rows = Array.from({ length: 2_001 }, (_, i) => [i, i % 2 ? null : "n"]);
    const { result, calls } = await query(async () => ({
      columns: [
        { name: "n", type: "BIGINT" },
        { name: "text", type: "VARCHAR" },
      ],
      rows,
    }));
    expect(result.columns).toEqual([
      { name: "n", type: "bigint" },
      { name: "text", type: "varchar" },
    ]);
    expect(result.rows).toEqual(rows);
    expect(calls.GetQueryResults).toBe(3);
  });

  it("waits longer and longer for a slow query", async () => {
    const pauses: number[] = [];
    let finish: () => void = () => {};
    const slow = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const { result } = await query(
      async () => {
        await slow;
        return { columns: [{ name: "n", type: "INTEGER" }], rows: [[1]] };
      },
      async (ms) => {
        pauses.push(ms);
        if (pauses.length === 9) finish();
      },
    );
    expect(result.rows).toEqual([[1]]);
    expect(pauses.slice(0, 9)).toEqual([10, 20, 40, 80, 160, 320, 640, 1_000, 1_000]);
  });

  it("rejects with Athena's reason", async () => {
    const failing = query(() => Promise.reject(new Error("no such column")));
    await expect(failing).rejects.toThrow(QueryFailedError);
    await expect(failing).rejects.toThrow("no such column");
  });
});

describe("readAthenaValue", () => {
  it.each<[string | undefined, string, unknown]>([
    [undefined, "varchar", null],
    ["", "varchar", ""],
    ["42", "varchar", "42"],
    ["true", "boolean", true],
    ["false", "boolean", false],
    ["9007199254740991", "bigint", 9007199254740991],
    ["9007199254740992", "bigint", "9007199254740992"],
    ["1.0E-12", "double", 1e-12],
    ["NaN", "double", "NaN"],
    ["Infinity", "double", "Infinity"],
    ["0.30", "decimal", 0.3],
    ["[]", "array", []],
    ["[1, null, -2.5E-7]", "array", [1, null, -2.5e-7]],
    ["[a, 1]", "array", ["a", "1"]],
    ["[[1, 2], [3]]", "array", [[1, 2], [3]]],
    ["[9007199254740993]", "array", ["9007199254740993"]],
    ["2026-06-06 07:00:00.000", "timestamp", "2026-06-06 07:00:00.000"],
  ])("reads %j of type %s", (text, type, value) => {
    expect(readAthenaValue(text, type)).toEqual(value);
  });
});

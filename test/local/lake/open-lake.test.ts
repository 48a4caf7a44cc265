import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LAKE_TABLES } from "@bellwether/core/lake/tables";
import { LAKE_VIEWS } from "@bellwether/core/lake/views";
import { openLake } from "@bellwether/local/lake/open-lake";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { foreignPart } from "../../support/foreign-part.ts";
import { openTemporaryLake, type TemporaryLake, writeTemporaryLake } from "../../support/temporary-lake.ts";

const AT = "2026-06-06T07:30:00.000Z";

describe("an opened lake", () => {
  let lake: TemporaryLake;
  beforeAll(async () => {
    lake = await openTemporaryLake({
      requests_log: [
        [{ request_id: "a", at: AT, rev: 1, cost_pico_usd: 2 ** 53 - 1 }],
        [{ request_id: "b", at: "2026-06-07T00:00:00.000Z", rev: 1, cost_pico_usd: 2 ** 53 - 1 }],
      ],
    });
  });
  afterAll(() => lake.remove());

  it("has the partition columns as text", async () => {
    expect(await lake.select("select request_id, dt, hour from requests_log order by request_id")).toEqual([
      { request_id: "a", dt: "2026-06-06", hour: "07" },
      { request_id: "b", dt: "2026-06-07", hour: "00" },
    ]);
  });

  it("reads `at` without quotes, as Athena does", async () => {
    expect(
      await lake.select(
        "select at, r.AT as t from requests as r where at > '2026-06-06' and hour = '07' order by at",
      ),
    ).toEqual([{ at: AT, t: AT }]);
    const untouched = `select 'at' as word, timestamp '2026-06-06 07:00:00' at time zone 'UTC' is not null as zoned -- at\n`;
    expect(await lake.select(untouched)).toEqual([{ word: "at", zoned: true }]);
  });

  it.each(LAKE_VIEWS)(
    "shows $name with typed columns although $table may have no files",
    async ({ name, columns, table }) => {
      const result = await lake.runSql(`select * from ${name} where rev < 0`);
      expect(result.rows).toEqual([]);
      expect(result.columns.map((column) => column.name)).toEqual(columns);
      const athena = {
        string: "VARCHAR",
        bigint: "BIGINT",
        int: "INTEGER",
        double: "DOUBLE",
        boolean: "BOOLEAN",
      };
      const types = Object.fromEntries(result.columns.map((column) => [column.name, column.type]));
      for (const column of LAKE_TABLES[table].columns)
        expect(types[column.name], column.name).toBe(athena[column.type]);
    },
  );

  it("answers in values that JSON can carry", async () => {
    const [row] =
      await lake.select(`select sum(cost_pico_usd) as beyond, count(*) as n, cast(1.5 as decimal(10, 2)) as price,
      cast('12345678901234567.25' as decimal(20, 2)) as long_price, date '2026-06-06' as d,
      timestamp '2026-06-06 07:00:00' as t, array_agg(request_id order by request_id) as ids,
      {'a': cast(1 as bigint), 'b': null} as pair, map([cast(1 as bigint)], [true]) as m, true as yes, null as nothing
      from requests`);
    expect(row).toEqual({
      beyond: "18014398509481982",
      n: 2,
      price: 1.5,
      long_price: "12345678901234567.25",
      d: "2026-06-06",
      t: "2026-06-06 07:00:00",
      ids: ["a", "b"],
      pair: { a: 1, b: null },
      m: { "1": true },
      yes: true,
      nothing: null,
    });
    expect(() => JSON.stringify(row)).not.toThrow();
  });

  it.each([
    "create table mine(a integer)",
    "insert into requests values (1)",
    "delete from requests",
    "update requests set rev = 2",
    "drop view requests",
    "copy requests to '/tmp/leak.csv'",
    "attach ':memory:' as other",
    "install httpfs",
    "load httpfs",
    "set threads = 1",
    "pragma threads = 1",
    "explain analyze delete from requests",
    "call pragma_version()",
    "export database '/tmp/leak'",
    "begin",
  ])("refuses %s", async (sql) => {
    await expect(lake.runSql(sql)).rejects.toThrow(/read-only|one statement/);
  });

  it("takes one statement", async () => {
    await expect(lake.runSql("select 1; select 2")).rejects.toThrow("one statement at a time, got 2");
    await expect(lake.runSql("select 1; drop view requests")).rejects.toThrow("one statement at a time");
    await expect(lake.runSql(" ; -- nothing")).rejects.toThrow("the query is empty");
    expect(await lake.select("select 1 as one;")).toEqual([{ one: 1 }]);
  });

  it.each(["read_text('/etc/hostname')", "read_csv('/etc/hostname')", "glob('/etc/*')", "'/etc/hostname'"])(
    "cannot read %s",
    async (source) => {
      await expect(lake.runSql(`select * from ${source}`)).rejects.toThrow();
    },
  );

  it("says what is wrong with a query", async () => {
    await expect(lake.runSql("select no_such from requests")).rejects.toThrow(/no_such/);
    await expect(lake.runSql("selec 1")).rejects.toThrow(/selec/);
  });
});

describe("openLake", () => {
  it.each(["at_query", "now"] as const)("reads parts of other releases, %s", async (read) => {
    const part = (...names: readonly string[]): Promise<Uint8Array> =>
      foreignPart(`select ${names.map((name) => `'${name}' as ${name}`).join(", ")}`);
    const dir = writeTemporaryLake({ feedback_log: [[{ feedback_id: "today", kind: "thumbs", rev: 1 }]] });
    const folder = "dt=2026-06-06/hour=07";
    writeFileSync(join(dir, "feedback_log", folder, "old.parquet"), await part("feedback_id"));
    writeFileSync(join(dir, "feedback_log", folder, "newer.parquet"), await part("feedback_id", "mood"));
    // Every part of this table is older than its other columns.
    mkdirSync(join(dir, "objects_log", folder), { recursive: true });
    writeFileSync(join(dir, "objects_log", folder, "old.parquet"), await part("source_key"));
    const lake = await openLake(dir, { read });
    const rows = async (sql: string) => (await lake.runSql(sql)).rows;
    expect(await rows("select feedback_id, kind from feedback_log order by 1, 2")).toEqual([
      ["feedback_id", null],
      ["feedback_id", null],
      ["today", "thumbs"],
    ]);
    expect(await rows("select source_key, kept from objects")).toEqual([["source_key", null]]);
    lake.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it("rejects a folder that does not exist", async () => {
    await expect(openLake(join(tmpdir(), "no-such-lake"))).rejects.toThrow("there is no lake at");
  });

  it("opens a folder without a single file", async () => {
    const dir = mkdtempSync(join(tmpdir(), "empty-lake-"));
    const lake = await openLake(dir);
    expect((await lake.runSql("select count(*) from requests")).rows).toEqual([[0]]);
    lake.close();
    rmSync(dir, { recursive: true });
  });

  it.each(["it's", "a[b]", "star*", "what?", "sp ace"])("opens a folder named %s", async (name) => {
    const written = writeTemporaryLake({ requests_log: [[{ request_id: "a", at: AT, rev: 1 }]] });
    const parent = mkdtempSync(join(tmpdir(), "lakes-"));
    mkdirSync(join(parent, name));
    const dir = join(parent, name, "lake");
    renameSync(written, dir);
    const lake = await openLake(dir);
    expect((await lake.runSql("select request_id from requests")).rows).toEqual([["a"]]);
    lake.close();
    rmSync(parent, { recursive: true });
  });
});

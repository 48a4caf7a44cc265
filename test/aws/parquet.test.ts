import { encodeParquet, MAX_PART_ROWS } from "@bellwether/aws/parquet";
import { type Column, LAKE_TABLES, type LakeRow, type LakeTable } from "@bellwether/core/lake/tables";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openTemporaryLake } from "../support/temporary-lake.ts";

const TABLES = Object.keys(LAKE_TABLES) as LakeTable[];

async function readBack(table: LakeTable, rows: readonly LakeRow[]): Promise<unknown[][]> {
  const lake = await openTemporaryLake({ [table]: [rows] });
  try {
    const names = LAKE_TABLES[table].columns.map(({ name }) => `"${name}"`).join(", ");
    const result = await lake.runSql(`select ${names} from ${table}`);
    return result.rows.map((row) => [...row]);
  } finally {
    lake.remove();
  }
}

function expected(table: LakeTable, rows: readonly LakeRow[]): unknown[][] {
  return rows.map((row) =>
    LAKE_TABLES[table].columns.map(({ name }) => {
      const value = row[name] ?? null;
      return typeof value === "string" ? value.toWellFormed() : value;
    }),
  );
}

const EXTREMES: Record<Column["type"], readonly (string | number | boolean)[]> = {
  string: ["", "naïve 日本語 🙂", "\ud800 lone \udc00", "null\u0000byte", "'; drop table requests_log --"],
  bigint: [0, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 2 ** 31],
  int: [0, -1, 4, 2 ** 31 - 1, -(2 ** 31)],
  double: [0, -0.5, Number.MAX_VALUE, Number.MIN_VALUE, 0.1],
  boolean: [true, false, false, true, true],
};

describe("encodeParquet, read back by DuckDB", () => {
  it.each(TABLES)("keeps every column of %s, with a NULL in each", async (table) => {
    const { columns } = LAKE_TABLES[table];
    const full = EXTREMES.string.map((_, i) =>
      Object.fromEntries(columns.map(({ name, type }) => [name, EXTREMES[type][i] ?? null])),
    );
    const holes = columns.map(({ name }, i) => ({ ...full[i % full.length], [name]: null }));
    const rows = [...full, ...holes, {}];
    expect(await readBack(table, rows)).toEqual(expected(table, rows));
  });

  it.each([1, 2, 7, 8, 9, 1000])("keeps %i rows whose columns are constant or empty", async (n) => {
    const row = { request_id: "same", cost_pico_usd: 12, pi: 0.02, priority: 4, outcome: null };
    const rows = Array.from({ length: n }, () => row);
    expect(await readBack("requests_log", rows)).toEqual(expected("requests_log", rows));
  });

  it("keeps booleans that are all alike", async () => {
    const rows = Array.from({ length: 40 }, () => ({ feedback_id: "f", negative: true }));
    expect(await readBack("feedback_log", rows)).toEqual(expected("feedback_log", rows));
  });

  it("keeps any mixture of values", async () => {
    const cell: Record<Column["type"], fc.Arbitrary<string | number | boolean | null>> = {
      string: fc.option(fc.string({ unit: "binary" })),
      bigint: fc.option(fc.maxSafeInteger()),
      int: fc.option(fc.integer()),
      double: fc.option(
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => (Object.is(x, -0) ? 0 : x)),
      ),
      boolean: fc.option(fc.boolean()),
    };
    const row = fc.record(
      Object.fromEntries(LAKE_TABLES.feedback_log.columns.map(({ name, type }) => [name, cell[type]])),
    );
    const wide = fc.record(
      Object.fromEntries(LAKE_TABLES.requests_log.columns.map(({ name, type }) => [name, cell[type]])),
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 60 }), async (rows) => {
        expect(await readBack("feedback_log", rows)).toEqual(expected("feedback_log", rows));
      }),
      { numRuns: 15 },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(wide, { minLength: 1, maxLength: 30 }), async (sparse) => {
        const rows = sparse as LakeRow[];
        expect(await readBack("requests_log", rows)).toEqual(expected("requests_log", rows));
      }),
      { numRuns: 15 },
    );
  });

  it("writes a full part and one without rows", async () => {
    const rows = Array.from({ length: MAX_PART_ROWS }, (_, i) => ({ request_id: `r-${i}`, rev: i % 3 }));
    expect(await readBack("requests_log", rows)).toEqual(expected("requests_log", rows));
    expect(await readBack("requests_log", [])).toEqual([]);
  });

  it("is the same bytes for the same rows", () => {
    const rows = [{ request_id: "a", u: 0.25 }, { request_id: "b" }];
    expect(encodeParquet("requests_log", rows)).toEqual(encodeParquet("requests_log", rows));
  });
});

describe("encodeParquet refuses", () => {
  it("more than 10,000 rows", () => {
    const rows = Array.from({ length: MAX_PART_ROWS + 1 }, () => ({}));
    expect(() => encodeParquet("requests_log", rows)).toThrow(RangeError);
  });

  it.each<[string, LakeRow]>([
    ["NaN", { cost_usd: Number.NaN }],
    ["an infinity", { latency_ms: Number.POSITIVE_INFINITY }],
    ["a fraction in a bigint", { input_tokens: 1.5 }],
    ["an unsafe integer", { cost_pico_usd: 2 ** 53 }],
    ["an int above 32 bits", { priority: 2 ** 31 }],
    ["a number in a string column", { request_id: 7 }],
    ["text in a number column", { u: "0.5" }],
    ["a boolean in a bigint", { rev: true }],
  ])("%s, naming the column", (_, row) => {
    expect(() => encodeParquet("requests_log", [row])).toThrow(TypeError);
    expect(() => encodeParquet("requests_log", [row])).toThrow(`requests_log.${Object.keys(row)[0]}`);
  });
});

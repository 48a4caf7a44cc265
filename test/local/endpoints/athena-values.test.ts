import { athenaType, varCharValue } from "@bellwether/local/endpoints/athena-values";
import { describe, expect, it } from "vitest";

describe("Athena's type names", () => {
  it.each([
    ["VARCHAR", "varchar"],
    ["BIGINT", "bigint"],
    ["HUGEINT", "bigint"],
    ["INTEGER", "integer"],
    ["DOUBLE", "double"],
    ["FLOAT", "float"],
    ["BOOLEAN", "boolean"],
    ["TIMESTAMP", "timestamp"],
    ["TIMESTAMP WITH TIME ZONE", "timestamp with time zone"],
    ["DATE", "date"],
    ["DECIMAL(18,3)", "decimal"],
    ["VARCHAR[]", "array"],
    ["STRUCT(a INTEGER, b VARCHAR)", "row"],
    ["STRUCT(a INTEGER)[]", "array"],
    ["MAP(VARCHAR, BIGINT)", "map"],
  ])("%s is %s", (duckdb, athena) => {
    expect(athenaType(duckdb)).toBe(athena);
  });

  it("are not invented", () => {
    expect(() => athenaType("INTERVAL")).toThrow("no Athena type for INTERVAL");
    expect(() => athenaType("toString")).toThrow();
  });
});

describe("Athena's texts", () => {
  it.each<[unknown, string, string | undefined]>([
    [null, "varchar", undefined],
    [undefined, "double", undefined],
    ["", "varchar", ""],
    [12n, "bigint", "12"],
    [7, "integer", "7"],
    [true, "boolean", "true"],
    // Double.toString of Java
    [1, "double", "1.0"],
    [0.1, "double", "0.1"],
    [-0, "double", "-0.0"],
    [1234567, "double", "1234567.0"],
    [1e7, "double", "1.0E7"],
    [12345678.9, "double", "1.23456789E7"],
    [0.001, "double", "0.001"],
    [0.00012, "double", "1.2E-4"],
    [Number.NaN, "double", "NaN"],
    [Number.NEGATIVE_INFINITY, "double", "-Infinity"],
    [new Date("2026-11-21T17:04:40.989Z"), "timestamp", "2026-11-21 17:04:40.989"],
    ["2026-11-21 17:04:40", "timestamp", "2026-11-21 17:04:40.000"],
    ["2026-11-21 17:04:40.123456", "timestamp", "2026-11-21 17:04:40.123"],
    ["2026-11-21 17:04:40+00", "timestamp with time zone", "2026-11-21 17:04:40.000 UTC"],
    ["2026-11-21", "date", "2026-11-21"],
    [["a", "b", null], "array", "[a, b, null]"],
    [{ a: 1, b: "x" }, "row", "{a=1, b=x}"],
    [new Uint8Array([1, 255]), "varbinary", "01 ff"],
  ])("%s as %s is %s", (value, type, text) => {
    expect(varCharValue(value, type)).toBe(text);
  });
});

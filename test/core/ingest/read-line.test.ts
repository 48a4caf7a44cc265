import type { LogLine } from "@bellwether/core/ingest/log-line";
import { readLine } from "@bellwether/core/ingest/read-line";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DELIVERED_AT, record, recordLine } from "./record-line.ts";

const line = (text: string, number = 3): LogLine => ({ kind: "line", number, bytes: Buffer.from(text) });
const read = (text: string) => readLine(line(text), DELIVERED_AT);
const fate = (text: string): unknown[] =>
  read(text).map((result) => (result.kind === "rejected" ? result.rejection.reason : result.kind));
const hashes = (text: string): unknown[] =>
  read(text).map((result) => (result.kind === "record" ? result.bodyHash : result.kind));
const at = (ms: number): string => recordLine("r1", { timestamp: new Date(ms).toISOString() });

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const DEEP = 200_000;

describe("readLine", () => {
  it.each<[string, string, unknown[]]>([
    ["a record", recordLine("r1"), ["record"]],
    ["a record with a carriage return", `${recordLine("r1")}\r`, ["record"]],
    ["a record behind a byte order mark", `\ufeff${recordLine("r1")}`, ["record"]],
    ["nothing", "", ["ignored"]],
    ["blanks", " \t\r", ["ignored"]],
    ["half a line", recordLine("r1").slice(0, 90), ["not_json"]],
    ["a number", "42", ["not_object"]],
    ["null", "null", ["not_object"]],
    ["an empty array", "[]", ["not_object"]],
    ["another log", '{"schemaType":"Other"}', ["not_model_invocation"]],
    ["a future schema", recordLine("r1", { schemaVersion: "2.0" }), ["unsupported_schema_version"]],
    [
      "NaN tokens as JSON writes them",
      recordLine("r1", { input: { inputTokenCount: null } }),
      ["invalid_tokens"],
    ],
    ["deep nesting", `${'{"a":'.repeat(DEEP)}1${"}".repeat(DEEP)}`, ["too_deep"]],
    ["glued records", recordLine("r1") + recordLine("r2"), ["record", "record"]],
    ["an array with a stranger", JSON.stringify([record("r1"), {}]), ["record", "not_model_invocation"]],
    ["prototype keys", `{"__proto__":{"a":1},${recordLine("r1").slice(1)}`, ["record"]],
    ["30 days old", at(DELIVERED_AT - 30 * DAY), ["record"]],
    ["older than 30 days", at(DELIVERED_AT - 30 * DAY - 1), ["timestamp_out_of_range"]],
    ["2 hours ahead", at(DELIVERED_AT + 2 * HOUR), ["record"]],
    ["more than 2 hours ahead", at(DELIVERED_AT + 2 * HOUR + 1), ["timestamp_out_of_range"]],
  ])("reads %s", (_name, text, expected) => {
    expect(fate(text)).toEqual(expected);
  });

  it("keeps line number and bytes of what it rejects", () => {
    expect(read("oops")).toMatchObject([{ kind: "rejected", line: 3, raw: Buffer.from("oops") }]);
  });

  it("rejects a line that is too long with its head, and damage without a line", () => {
    expect(readLine({ kind: "too_long", number: 7, head: Buffer.from("{") }, DELIVERED_AT)).toMatchObject([
      { kind: "rejected", line: 7, rejection: { reason: "line_too_long" }, raw: Buffer.from("{") },
    ]);
    expect(
      readLine({ kind: "damaged", reason: "gzip_damaged", detail: "incorrect data check" }, DELIVERED_AT),
    ).toMatchObject([
      { kind: "rejected", line: null, rejection: { reason: "gzip_damaged", detail: "incorrect data check" } },
    ]);
  });

  it("fingerprints the body: equal for the same bytes, different for any change, wherever the line is", () => {
    const [one] = hashes(recordLine("r1"));
    expect(hashes(recordLine("r1"))).toEqual([one]);
    expect(hashes(recordLine("r1", { region: "us-east-2" }))).not.toEqual([one]);
    const glued = hashes(recordLine("r1") + recordLine("r2"));
    expect(glued[0]).toBe(one);
    expect(hashes(recordLine("r2") + recordLine("r1"))).toEqual(glued.toReversed());
  });

  it("never throws, and gives at least one result for any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const results = readLine({ kind: "line", number: 1, bytes: Buffer.from(bytes) }, DELIVERED_AT);
        expect(results.length).toBeGreaterThan(0);
      }),
    );
  });
});

import { parseRecord } from "@bellwether/core/records/parse";
import { requestRow, sourceRef } from "@bellwether/core/requests/row";
import { describe, expect, it } from "vitest";
import { chatRecord, DAY_MS, failedChat } from "../../support/chat-record.ts";

const SOURCE = { key: "AWSLogs/x.json.gz", line: 7 };
const PRICED = {
  kind: "priced",
  usd: 0.0012,
  picoUsd: 1_200_000_000,
  parts: { input: 0.001, output: 0.0002, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 },
} as const;
const UNPRICED = { kind: "unpriced", reason: "unknown_model", model: "m" } as const;
const rowOf = (record: unknown, price: typeof PRICED | typeof UNPRICED = PRICED) => {
  const parsed = parseRecord(record);
  if (!parsed.ok) throw new Error("the fixture is no record");
  return requestRow(parsed.value, price, SOURCE);
};
const chat = { id: "r-1", at: DAY_MS };

describe("sourceRef", () => {
  it.each([
    [{ key: "a/b.gz", line: 1 }, "a/b.gz#1"],
    [{ key: "a/b.gz", line: 1, position: 0 }, "a/b.gz#1"],
    [{ key: "a/b.gz", line: 9, position: 2 }, "a/b.gz#9.2"],
  ])("%j is %s", (source, expected) => {
    expect(sourceRef(source)).toBe(expected);
  });
});

describe("requestRow", () => {
  it("says who, what, when and where", () => {
    const row = rowOf(
      chatRecord({
        ...chat,
        variant: "v1",
        user: "ann",
        tags: { tenant: "t", feature: "f", session: "s", env: "prod", traceId: "x" },
      }),
    );
    expect(row).toMatchObject({
      request_id: "r-1",
      at: "2026-10-06T00:00:00.000Z",
      app: "shop",
      variant: "v1",
      prompt_version: "v1",
      user_id: "ann",
      session_id: "s",
      tenant: "t",
      feature: "f",
      env: "prod",
      trace_id: "x",
      operation: "Converse",
      source_key: SOURCE.key,
      source_line: 7,
      cost_usd: 0.0012,
      cost_pico_usd: 1_200_000_000,
    });
  });

  it("leaves out what is absent instead of writing a zero or an empty text", () => {
    const row = rowOf(chatRecord(chat), UNPRICED);
    for (const column of [
      "variant",
      "user_id",
      "session_id",
      "cost_usd",
      "cost_pico_usd",
      "error_code",
      "guardrail",
    ])
      expect(row).not.toHaveProperty(column);
    expect(row.unpriced_reason).toBe("unknown_model");
  });

  it("calls a failed call without a variant unattributed, never stable", () => {
    expect(rowOf(failedChat("r-2", DAY_MS))).toMatchObject({
      variant: "unattributed",
      error_code: "ThrottlingException",
    });
    expect(rowOf(failedChat("r-2", DAY_MS, "v2")).variant).toBe("v2");
  });
});

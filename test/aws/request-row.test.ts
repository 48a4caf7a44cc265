import { encodeRow, readRow } from "@bellwether/aws/request-row";
import { createPriceBook } from "@bellwether/core/prices/price-book";
import { parseRecord } from "@bellwether/core/records/parse";
import { requestRow } from "@bellwether/core/requests/row";
import { describe, expect, it } from "vitest";
import { chatRecord, DAY_MS, failedChat } from "../support/chat-record.ts";

const book = createPriceBook();

function rowOf(record: unknown) {
  const parsed = parseRecord(record);
  if (!parsed.ok) throw new Error("the fixture is no record");
  const { model, usage, at, region, errorCode } = parsed.value;
  const pricing = book.price(model, usage, at, { failed: errorCode !== undefined, region });
  return requestRow(parsed.value, pricing, { key: "AWSLogs/x.json.gz", line: 7 });
}

const roundTrip = (row: ReturnType<typeof rowOf>) => readRow({ row: encodeRow(row) });

describe("the row of a request item", () => {
  it.each([
    ["a priced call", chatRecord({ id: "r-1", at: DAY_MS, variant: "v1", user: "ann" })],
    ["a failed call", failedChat("r-2", DAY_MS)],
    [
      "an unpriced call",
      chatRecord({ id: "r-3", at: DAY_MS, overrides: { modelId: "vendor.never-heard-of" } }),
    ],
  ])("comes back as it was: %s", (_, record) => {
    const row = rowOf(record);
    expect(roundTrip(row)).toEqual(row);
  });

  it("spends no more bytes on five parts and a version than on the bare total", () => {
    const row = rowOf(chatRecord({ id: "r-1", at: DAY_MS }));
    const bare = Object.fromEntries(
      Object.entries(row).filter(
        ([name]) => !/_pico_usd$|price_version/.test(name) || name === "cost_pico_usd",
      ),
    );
    expect(encodeRow(row).S?.length).toBeLessThanOrEqual(JSON.stringify(bare).length + 20);
  });

  it("is not there before the record is", () => {
    expect(readRow({})).toBeUndefined();
  });
});

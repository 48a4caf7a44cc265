import { parseTimestamp } from "@bellwether/core/records/timestamp";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

describe("parseTimestamp", () => {
  it.each([
    ["2026-10-06T07:55:04Z", Date.UTC(2026, 9, 6, 7, 55, 4)],
    ["2026-10-06T07:55:04z", Date.UTC(2026, 9, 6, 7, 55, 4)],
    ["2026-10-06T07:55:04.5Z", Date.UTC(2026, 9, 6, 7, 55, 4, 500)],
    ["2026-10-06T07:55:04.123999Z", Date.UTC(2026, 9, 6, 7, 55, 4, 123)],
    ["2026-10-06T09:55:04+02:00", Date.UTC(2026, 9, 6, 7, 55, 4)],
    ["2026-10-06T02:25:04-0530", Date.UTC(2026, 9, 6, 7, 55, 4)],
    ["2026-10-06T07:55:04", Date.UTC(2026, 9, 6, 7, 55, 4)],
    ["2025-05-15 14:17:22.000000000", Date.UTC(2025, 4, 15, 14, 17, 22)],
    ["2024-02-29T00:00:00Z", Date.UTC(2024, 1, 29)],
  ])("reads %s", (text, ms) => {
    expect(parseTimestamp(text)).toBe(ms);
  });

  it.each([
    "",
    "NaN",
    "<timestamp>",
    "1759737304",
    "2026-13-01T00:00:00Z",
    "2026-00-01T00:00:00Z",
    "2026-02-30",
    "2026-02-30T00:00:00Z",
    "2026-02-29T00:00:00Z",
    "2100-02-29T00:00:00Z",
    "2026-04-31T00:00:00Z",
    "2026-10-06T24:00:00Z",
    "2026-10-06T07:60:00Z",
    "2026-10-06T07:55:60Z",
    "2026-10-06T07:55:04+15:00",
    "2026-10-06T07:55:04+02:75",
    "0098-10-06T07:55:04Z",
    "2026-10-06T07:55:04Z trailing",
    "2026-10-06",
  ])("refuses %j", (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });

  it("reads back every instant that Date writes", () => {
    const instants = fc.date({
      min: new Date("0100-01-01"),
      max: new Date("9999-12-31"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instants, (date) => {
        expect(parseTimestamp(date.toISOString())).toBe(date.getTime());
      }),
    );
  });
});

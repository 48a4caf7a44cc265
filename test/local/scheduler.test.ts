import { createScheduler, settledUntil } from "@bellwether/local/scheduler";
import { describe, expect, it } from "vitest";

const MINUTE = 60_000;
const schedules = [
  { name: "often", rateMinutes: 1 },
  { name: "seldom", rateMinutes: 5 },
] as const;
const iso = (minutes: number) => new Date(minutes * MINUTE).toISOString();

describe("createScheduler", () => {
  it("is due at whole multiples of the rate", () => {
    const scheduler = createScheduler(schedules);
    expect(scheduler.dueAt(5 * MINUTE)).toEqual(["often", "seldom"]);
    expect(scheduler.dueAt(6 * MINUTE)).toEqual(["often"]);
    expect(scheduler.nextTickAt(5 * MINUTE)).toBe(6 * MINUTE);
    expect(scheduler.nextTickAt(5 * MINUTE + 1)).toBe(6 * MINUTE);
  });

  it("skips to the first tick at or after the instant a function named", () => {
    const scheduler = createScheduler(schedules);
    scheduler.finish("often", { settledUntil: iso(7.5) });
    scheduler.finish("seldom", { settledUntil: iso(11) });
    expect(scheduler.nextTickAt(MINUTE)).toBe(8 * MINUTE);
    scheduler.finish("often", { settledUntil: null });
    expect(scheduler.nextTickAt(MINUTE)).toBe(15 * MINUTE);
    scheduler.finish("seldom", { settledUntil: null });
    expect(scheduler.nextTickAt(MINUTE)).toBe(Number.POSITIVE_INFINITY);
  });

  it("never skips for a function that promises nothing, and forgets promises when work arrives", () => {
    const scheduler = createScheduler(schedules);
    scheduler.finish("often", { settledUntil: null });
    expect(scheduler.nextTickAt(MINUTE)).toBe(2 * MINUTE);
    scheduler.finish("seldom", { settledUntil: null });
    scheduler.noteWork();
    expect(scheduler.nextTickAt(MINUTE)).toBe(2 * MINUTE);
    scheduler.finish("often", { settledUntil: null });
    scheduler.finish("seldom", undefined);
    expect(scheduler.nextTickAt(MINUTE)).toBe(2 * MINUTE);
  });

  it("without schedules has no minute to live through", () => {
    expect(createScheduler([]).nextTickAt(0)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("settledUntil", () => {
  it.each([
    [undefined, undefined],
    [null, undefined],
    ["done", undefined],
    [{}, undefined],
    [{ settledUntil: null }, Number.POSITIVE_INFINITY],
    [{ settledUntil: "1970-01-01T00:01:00Z" }, MINUTE],
  ])("reads %j as %s", (answer, expected) => {
    expect(settledUntil(answer)).toBe(expected);
  });

  it("refuses what is no date", () => {
    expect(() => settledUntil({ settledUntil: "soon" })).toThrow(RangeError);
  });
});

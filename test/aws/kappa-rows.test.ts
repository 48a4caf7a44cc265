import { kappaRows, putKappaRow } from "@bellwether/aws/kappa-rows";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTables } from "../support/local-tables.ts";

const MINUTE = 60_000;
const FROM = Date.parse("2026-10-06T23:58:00Z");
const row = (minute: number, estimation: number) => ({
  from: FROM + minute * MINUTE,
  estimation,
  triage: 0.01,
  canaryRate: 1,
});
let tables: Awaited<ReturnType<typeof startTables>>;
beforeAll(async () => {
  tables = await startTables("state");
});
afterAll(() => tables.stop());

const between = async (from: number, until: number) =>
  (await kappaRows(FROM + from * MINUTE, FROM + until * MINUTE)).map(({ estimation }) => estimation);

describe("the rows of kappa", () => {
  it("are none before pace has written one", async () => {
    expect(await between(0, 100)).toEqual([]);
  });

  it("are the one in force at the beginning and those of the span, ascending, over midnight", async () => {
    // Written out of order; minute 4 is on the next day.
    for (const each of [row(4, 0.4), row(0, 0.1), row(1, 0.2), row(2, 0.3)]) await putKappaRow(each, FROM);
    expect(await between(0, 0)).toEqual([0.1]);
    expect(await between(0.5, 0.9)).toEqual([0.1]);
    expect(await between(0.5, 1)).toEqual([0.1, 0.2]);
    expect(await between(1, 4)).toEqual([0.2, 0.3, 0.4]);
    expect(await between(3, 3.9)).toEqual([0.3]);
    expect(await between(50, 90)).toEqual([0.4]);
    expect(await between(-10, -1)).toEqual([]);
    expect(await between(-10, 1)).toEqual([0.1, 0.2]);
  });

  it("are overwritten by minute", async () => {
    await putKappaRow(row(2, 0.35), FROM);
    expect(await between(2, 2)).toEqual([0.35]);
    expect(await kappaRows(FROM + 2 * MINUTE, FROM + 2 * MINUTE)).toEqual([row(2, 0.35)]);
  });
});

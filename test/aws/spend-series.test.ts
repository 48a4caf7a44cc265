import { getBudgetWatch, saveBudgetWatch } from "@bellwether/aws/budget-watch";
import { saveHour } from "@bellwether/aws/hour-totals";
import { readBucketSpend, readHourlySpend } from "@bellwether/aws/spend-series";
import { newWatch } from "@bellwether/core/budget/budget-watch";
import { BUCKET_MS, CELL_MS } from "@bellwether/core/windows/bucket";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTables } from "../support/local-tables.ts";

let tables: Awaited<ReturnType<typeof startTables>>;
beforeAll(async () => {
  tables = await startTables("state");
});
afterAll(() => tables.stop());

/** The last hour of a day. */
const HOUR = Date.parse("2026-11-19T23:00:00Z");
const bucket = (start: number, picoUsd: number) => ({
  start,
  picoUsd,
  priced: 7,
  unpriced: 1,
  judgePicoUsd: 5,
});
const save = (hour: number, ...picoUsd: readonly number[]) =>
  saveHour(
    "bot",
    hour,
    {
      total: new Map(),
      traffic: [],
      spend: picoUsd.map((pico, i) => bucket(hour + (i + 1) * BUCKET_MS, pico)),
    },
    hour,
  );

describe("the spend of closed hours", () => {
  it("comes back by hour and by bucket, over midnight, inside the span that was asked for", async () => {
    await save(HOUR, 40, 2);
    await save(HOUR + CELL_MS, 9e15);
    await save(HOUR + 3 * CELL_MS);
    const hours = await readHourlySpend("bot", HOUR - 71 * 24 * CELL_MS, HOUR + 4 * CELL_MS);
    expect([...hours]).toEqual([
      [HOUR, 42],
      [HOUR + CELL_MS, 9e15],
      [HOUR + 3 * CELL_MS, 0],
    ]);
    expect([...(await readHourlySpend("bot", HOUR + 1, HOUR + 2 * CELL_MS)).keys()]).toEqual([
      HOUR + CELL_MS,
    ]);
    expect(await readBucketSpend("bot", HOUR, HOUR + CELL_MS)).toEqual([
      bucket(HOUR + BUCKET_MS, 40),
      bucket(HOUR + 2 * BUCKET_MS, 2),
    ]);
    expect(await readBucketSpend("bot", HOUR + CELL_MS, HOUR + 2 * CELL_MS)).toEqual([
      bucket(HOUR + CELL_MS + BUCKET_MS, 9e15),
    ]);
    expect((await readHourlySpend("another", 0, HOUR + CELL_MS)).size).toBe(0);
  });

  it("is replaced when the hour is made anew, and stays as it is when that is done twice", async () => {
    await save(HOUR, 40, 2, 1);
    await save(HOUR, 40, 2, 1);
    const hours = await readHourlySpend("bot", HOUR, HOUR + 2 * CELL_MS);
    expect([...hours]).toEqual([
      [HOUR, 43],
      [HOUR + CELL_MS, 9e15],
    ]);
    expect(await readBucketSpend("bot", HOUR, HOUR + CELL_MS)).toHaveLength(3);
  });
});

describe("what detect-cost remembers", () => {
  it("has one writer: a state is stored only over the one that was read", async () => {
    expect(await getBudgetWatch("bot")).toBeUndefined();
    const first = { ...newWatch(HOUR), seq: 1 };
    expect(await saveBudgetWatch("bot", first)).toBe(true);
    expect(await saveBudgetWatch("bot", first)).toBe(false);
    const entry = {
      about: { kind: "burn" as const },
      level: "page" as const,
      openedAt: HOUR,
      quietUntil: { ticket: HOUR, page: HOUR },
      until: null,
    };
    const next = { ...first, seq: 2, until: HOUR + BUCKET_MS, incidents: { burn: entry } };
    const answers = await Promise.all([next, next].map((watch) => saveBudgetWatch("bot", watch)));
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await saveBudgetWatch("bot", { ...next, seq: 4 })).toBe(false);
    expect(await getBudgetWatch("bot")).toEqual(next);
  });
});

import { getSentinel, saveSentinel } from "@bellwether/aws/sentinel-state";
import type { SentinelState } from "@bellwether/core/sentinel/sentinel-tick";
import { freshWatch } from "@bellwether/core/sentinel/shift";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTables } from "../support/local-tables.ts";

const state = (seq: number): SentinelState => ({
  seq,
  dataset: "golden/a.jsonl",
  judge: "j",
  day: 0,
  reference: { a: 0.5 },
  referenceJudge: "j",
  watch: freshWatch(),
  moved: null,
});

let tables: Awaited<ReturnType<typeof startTables>>;
beforeAll(async () => {
  tables = await startTables("state");
});
afterAll(() => tables.stop());

it("stores one look after the other, and the first of two at once", async () => {
  expect(await getSentinel()).toBeUndefined();
  expect(await saveSentinel(state(1))).toBe(true);
  expect(await saveSentinel(state(1))).toBe(false);
  expect(await saveSentinel(state(3))).toBe(false);
  expect(await saveSentinel(state(2))).toBe(true);
  expect(await getSentinel()).toEqual(state(2));
});

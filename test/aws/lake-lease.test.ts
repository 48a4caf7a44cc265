import { releaseLakeLease, takeLakeLease } from "@bellwether/aws/lake-lease";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTables } from "../support/local-tables.ts";

let tables: Awaited<ReturnType<typeof startTables>>;
beforeAll(async () => {
  tables = await startTables("state");
});
afterAll(() => tables.stop());

it("one at a time rewrites the lake, until it is done or its time is over", async () => {
  expect(await takeLakeLease("compact", 1_000, 2_000)).toBe(true);
  expect(await takeLakeLease("forget", 1_500, 9_000)).toBe(false);
  // The same run asks again.
  expect(await takeLakeLease("compact", 1_500, 3_000)).toBe(true);
  await releaseLakeLease("forget");
  expect(await takeLakeLease("forget", 2_500, 9_000)).toBe(false);
  expect(await takeLakeLease("forget", 3_001, 9_000)).toBe(true);
  // The one whose time was over cannot end another's.
  await releaseLakeLease("compact");
  expect(await takeLakeLease("compact", 3_002, 9_000)).toBe(false);
  await releaseLakeLease("forget");
  expect(await takeLakeLease("compact", 3_003, 9_000)).toBe(true);
});

import { createAsyncInvocations } from "@bellwether/local/async-invocations";
import { expect, it } from "vitest";

const MINUTE = 60_000;

it("tries an asynchronous invocation three times, after one and two more minutes, then counts it as failed", async () => {
  const events: unknown[] = [];
  const invocations = createAsyncInvocations(async (name, event) => {
    events.push([name, event]);
    throw new Error("no");
  });
  invocations.add("rollback", "e", 0);
  const attempts: number[] = [];
  while (invocations.nextAt() !== Number.POSITIVE_INFINITY) {
    const now = invocations.nextAt();
    expect(await invocations.runNext(now - 1)).toBe(false);
    expect(await invocations.runNext(now)).toBe(true);
    attempts.push(now);
  }
  expect(attempts).toEqual([0, MINUTE, 3 * MINUTE]);
  expect(events).toEqual([1, 2, 3].map(() => ["rollback", "e"]));
  expect(invocations.failed()).toBe(1);
});

it("runs waiting invocations in the order they came", async () => {
  const seen: unknown[] = [];
  const invocations = createAsyncInvocations(async (_, event) => seen.push(event));
  for (const event of ["a", "b"]) invocations.add("rollback", event, 5);
  while (await invocations.runNext(5));
  expect(seen).toEqual(["a", "b"]);
  expect(invocations.failed()).toBe(0);
});

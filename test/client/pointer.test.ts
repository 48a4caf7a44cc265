import { createPointerCache, type Pointer, type PointerRead } from "@bellwether/client/pointer";
import { countProblems } from "@bellwether/client/problems";
import { describe, expect, it } from "vitest";
import { type Gate, gate, manualTime } from "./manual-time.ts";

const POINTER: Pointer = { stable: "v1", canary: "v2", share: 0.2, salt: "shop#3", generation: 3 };
const found = (pointer: Partial<Pointer> = {}): PointerRead => ({
  kind: "found",
  pointer: { ...POINTER, ...pointer },
});
const REFRESH_MS = 30_000;

/** A cache whose reads wait for the test to answer them. */
function start() {
  const time = manualTime();
  const reads: Gate<PointerRead>[] = [];
  const problems = countProblems(undefined);
  const cache = createPointerCache({
    read: () => {
      const read = gate<PointerRead>();
      reads.push(read);
      return read.promise;
    },
    refreshMs: REFRESH_MS,
    now: time.clock.wall,
    every: time.every,
    report: problems.report,
  });
  /** Settles the latest read and waits until the cache has seen it. */
  const answer = async (read: PointerRead | Error) => {
    const settled = cache.ready();
    if (read instanceof Error) reads.at(-1)?.fail(read);
    else reads.at(-1)?.open(read);
    return settled;
  };
  return { time, reads, cache, answer, problems };
}

describe("the pointer cache", () => {
  it("reads once at the start and answers the fallback until that read ends", async () => {
    const { reads, cache, answer } = start();
    expect(reads).toHaveLength(1);
    expect(cache.current()).toEqual({ pointer: undefined, source: "fallback" });
    expect(await answer(found())).toBe(true);
    expect(cache.current()).toEqual({ pointer: POINTER, source: "pointer" });
    expect(reads).toHaveLength(1);
  });

  it("answers from memory and reads again in the background, once, when the pointer is old", async () => {
    const { time, reads, cache, answer } = start();
    await answer(found());
    time.advance(REFRESH_MS - 1);
    cache.current();
    expect(reads).toHaveLength(1);
    time.advance(1);
    for (let call = 0; call < 100; call++) expect(cache.current().pointer).toEqual(POINTER);
    expect(reads).toHaveLength(2);
    await answer(found({ canary: null, share: 0, generation: 4 }));
    expect(cache.current().pointer).toMatchObject({ canary: null, generation: 4 });
  });

  it("refreshes by timer too, so that an idle server does not start a burst with an old pointer", async () => {
    const { time, reads, answer, cache } = start();
    await answer(found());
    time.advance(REFRESH_MS);
    time.tick();
    expect(reads).toHaveLength(2);
    cache.stop();
    expect(time.timers()).toBe(0);
  });

  it("keeps the last known pointer while reads fail, for however long, and says that it is stale", async () => {
    const { time, cache, answer, problems } = start();
    await answer(found());
    for (let hour = 1; hour <= 48; hour++) {
      time.advance(3_600_000);
      expect(await answer(new Error("connect ECONNREFUSED"))).toBe(false);
      expect(cache.current()).toEqual({ pointer: POINTER, source: "stale" });
    }
    expect(problems.counts()).toEqual({ pointer_unreadable: 48 });
    time.advance(REFRESH_MS);
    expect(await answer(found({ generation: 5 }))).toBe(true);
    expect(cache.current()).toMatchObject({ pointer: { generation: 5 }, source: "pointer" });
  });

  it("tries again five seconds after a failure, not at every call", async () => {
    const { time, reads, cache, answer } = start();
    await answer(new Error("down"));
    time.advance(4_999);
    cache.current();
    expect(reads).toHaveLength(1);
    time.advance(1);
    cache.current();
    cache.current();
    expect(reads).toHaveLength(2);
  });

  it("starts over after a Lambda was frozen in the middle of a read, and ignores that read's late answer", async () => {
    const { time, reads, cache, answer } = start();
    await answer(found());
    time.advance(REFRESH_MS);
    cache.current();
    expect(reads).toHaveLength(2);
    // Frozen here; thawed ten minutes later by the next invocation.
    time.advance(600_000);
    expect(cache.current()).toEqual({ pointer: POINTER, source: "stale" });
    expect(reads).toHaveLength(3);
    await answer(found({ canary: null, share: 0, generation: 4 }));
    reads[1]?.open(found());
    await reads[1]?.promise;
    expect(await cache.ready()).toBe(true);
    expect(cache.current()).toMatchObject({ pointer: { canary: null, generation: 4 }, source: "pointer" });
  });

  it("is ready at once while fresh, and waits for a read when a thawed Lambda finds it old", async () => {
    const { time, reads, cache, answer } = start();
    await answer(found());
    expect(await cache.ready()).toBe(true);
    time.advance(600_000);
    const ready = cache.ready();
    expect(reads).toHaveLength(2);
    reads[1]?.open(found({ generation: 4 }));
    expect(await ready).toBe(true);
    expect(cache.current().pointer?.generation).toBe(4);
  });

  it("is not ready, without an error, when there is nothing to read", async () => {
    const { cache, answer, problems } = start();
    expect(await answer({ kind: "missing" })).toBe(false);
    expect(cache.current()).toEqual({ pointer: undefined, source: "fallback" });
    expect(problems.counts()).toEqual({ pointer_missing: 1 });
  });

  it("stops a canary whose document disappeared, and keeps its stable version", async () => {
    const { time, cache, answer, problems } = start();
    await answer(found());
    for (let read = 0; read < 3; read++) {
      time.advance(REFRESH_MS);
      await answer({ kind: "missing" });
    }
    expect(cache.current()).toEqual({
      pointer: { ...POINTER, canary: null, share: 0 },
      source: "stale",
    });
    expect(problems.counts()).toEqual({ pointer_missing: 1 });
  });

  it("keeps what it knows when the document cannot be read, and when the clock is set back", async () => {
    const { time, reads, cache, answer, problems } = start();
    await answer(found());
    time.advance(REFRESH_MS);
    expect(await answer({ kind: "invalid", detail: "share is unusable" })).toBe(false);
    expect(cache.current()).toEqual({ pointer: POINTER, source: "stale" });
    expect(problems.counts()).toEqual({ pointer_invalid: 1 });
    time.advance(-3_600_000);
    cache.current();
    expect(reads).toHaveLength(3);
  });
});

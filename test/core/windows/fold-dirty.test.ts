import { BUCKET_MS } from "@bellwether/core/windows/bucket";
import { foldItems } from "@bellwether/core/windows/fold";
import { encodeFold } from "@bellwether/core/windows/fold-codec";
import { type FoldDeps, foldDirty } from "@bellwether/core/windows/fold-dirty";
import { describe, expect, it } from "vitest";
import { range, START } from "../rollout/arms.ts";
import { calls, type MemoryState, memoryState } from "../rollout/memory-state.ts";

const HOUR = 3_600_000;
const span = { from: START - HOUR, until: START + HOUR, now: START + HOUR };
const fold = (state: MemoryState, deps: FoldDeps = state.deps) => foldDirty("bot", span, deps);
const written = (count = 3): MemoryState => {
  const state = memoryState();
  for (const n of range(count)) state.write(calls("v1", START + n * BUCKET_MS, n + 1), `w-${n}`);
  return state;
};
/** Are the stored folds what the items give now? */
function expectFolded(state: MemoryState): void {
  for (const [bucket, items] of state.items) {
    const stored = state.folds.get(bucket)?.fold ?? new Map();
    expect(encodeFold(stored)).toEqual(encodeFold(foldItems([...items.values()])));
  }
  expect(state.marks.size).toBe(0);
}

describe("foldDirty", () => {
  it("folds what is dirty and closed, notes it, and clears its marks", async () => {
    const state = written();
    expect(await fold(state)).toEqual({ watermark: span.until, changed: true, open: null, backlog: false });
    expectFolded(state);
    expect(state.note?.newest).toBe(START + 2 * BUCKET_MS);
  });

  it("leaves everything as it is when nothing is dirty", async () => {
    const state = written();
    await fold(state);
    const { note, read } = state;
    const reads = read.length;
    expect(await fold(state)).toMatchObject({ changed: false });
    expect([state.note, state.read.length]).toEqual([note, reads]);
  });

  it("leaves an open bucket alone and says when it begins", async () => {
    const state = written();
    const half = { ...span, until: START + 2 * BUCKET_MS };
    expect(await foldDirty("bot", half, state.deps)).toMatchObject({ open: START + 2 * BUCKET_MS });
    expect(state.folds.has(START + 2 * BUCKET_MS)).toBe(false);
    expect([...state.marks.keys()]).toEqual([START + 2 * BUCKET_MS]);
  });

  it("names each hour it changed once", async () => {
    const state = written();
    state.write(calls("v1", START - HOUR, 1), "early");
    const hours: (readonly number[])[] = [];
    await fold(state, { ...state.deps, noteFolded: async (_app, note) => void hours.push(note.hours) });
    expect(hours).toEqual([[START - HOUR, START]]);
  });

  it("by two at once ends with the newer items, though one of them read the older", async () => {
    const state = written(1);
    let release = (): void => undefined;
    const newer = new Promise<void>((resolve) => {
      release = resolve;
    });
    let slow = true;
    const readBucket: FoldDeps["readBucket"] = async (app, bucket) => {
      const items = await state.deps.readBucket(app, bucket);
      if (slow) {
        slow = false;
        await newer;
      }
      return items;
    };
    const first = fold(state, { ...state.deps, readBucket });
    state.write(calls("v1", START, 40, 4, "later"), "later");
    await fold(state);
    release();
    await first;
    expectFolded(state);
    expect(state.folds.get(START)?.version).toBe(2);
  });

  it("gives up on a bucket that somebody else stores again and again, and leaves its marks", async () => {
    const state = written(1);
    const saveFold: FoldDeps["saveFold"] = async () => false;
    await expect(fold(state, { ...state.deps, saveFold })).rejects.toThrow("changed 8 times");
    expect(state.marks.size).toBe(1);
    await fold(state);
    expectFolded(state);
  });

  /** Deps that take `calls` calls and die at the next, before or after its effect. */
  function dying(state: MemoryState, takes: number, after: boolean): { deps: FoldDeps; died: () => boolean } {
    let made = 0;
    const wrap =
      <A extends unknown[], T>(verb: (...args: A) => Promise<T>) =>
      async (...args: A): Promise<T> => {
        const number = made++;
        if (number < takes) return verb(...args);
        if (number === takes && after) await verb(...args);
        throw new Error("dead");
      };
    const { dirtyMarks, clearMarks, readBucket, foldVersion, saveFold, noteFolded, newToken } = state.deps;
    const deps: FoldDeps = {
      dirtyMarks: wrap(dirtyMarks),
      clearMarks: wrap(clearMarks),
      readBucket: wrap(readBucket),
      foldVersion: wrap(foldVersion),
      saveFold: wrap(saveFold),
      noteFolded: wrap(noteFolded),
      newToken,
    };
    return { deps, died: () => made > takes };
  }

  it("that dies at any call, before or after its effect, is healed by the next", async () => {
    let deaths = 0;
    for (const after of [false, true]) {
      for (let takes = 0; ; takes++) {
        const state = written();
        const { deps, died } = dying(state, takes, after);
        await fold(state, deps).catch(() => undefined);
        if (!died()) break;
        deaths += 1;
        await fold(state);
        expectFolded(state);
        // Whoever reads the folds later learns that they changed.
        expect(state.note?.newest).toBe(START + 2 * BUCKET_MS);
      }
    }
    // Marks, note and clearing once, and three calls for each of three buckets.
    expect(deaths).toBe(2 * 12);
  });
});

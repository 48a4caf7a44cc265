import type { Epoch } from "@bellwether/core/rollout/document";
import { BUCKET_MS, CELL_MS } from "@bellwether/core/windows/bucket";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bucket, EPOCH, lifeOf, RUN, range, runOf, START } from "./arms.ts";

/** Share of the canary and requests of both arms, cell by cell. */
const shown = (cells: ReturnType<typeof lifeOf>) =>
  cells.map(({ share, arms }) => [share, arms.stable.counts.n, arms.canary.counts.n]);
const at = (minute: number): number => START + minute * 60_000;
const shares = (first: number, ...later: readonly (readonly [minute: number, share: number])[]) => {
  const cuts = [[0, first] as const, ...later];
  const epochs = cuts.map(
    ([minute, share], n): Epoch => ({
      ...EPOCH,
      from: at(minute),
      to: cuts[n + 1] === undefined ? null : at(cuts[n + 1]?.[0] ?? 0),
      share,
      generation: 4 + n,
    }),
  );
  const [one = EPOCH, ...more] = epochs;
  return runOf([one, ...more]);
};

describe("the cells of a canary's life", () => {
  it("are its hours, quiet ones included", () => {
    const cells = lifeOf([
      bucket(0, { n: 8 }, { n: 2 }),
      bucket(11, { n: 4 }),
      bucket(40, undefined, { n: 1 }),
    ]);
    expect(shown(cells)).toEqual([
      [0.2, 12, 2],
      [0.2, 0, 0],
      [0.2, 0, 0],
      [0.2, 0, 1],
    ]);
  });

  it("begin with the hour of their start, also when that was quiet", () => {
    expect(shown(lifeOf([bucket(25, { n: 3 })]))).toEqual([
      [0.2, 0, 0],
      [0.2, 0, 0],
      [0.2, 3, 0],
    ]);
    expect(lifeOf([])).toEqual([]);
  });

  it("hold nothing from before their start", () => {
    const buckets = [bucket(0, { n: 9 }), bucket(6, { n: 1 })];
    expect(shown(lifeOf(buckets, RUN, START + BUCKET_MS))).toEqual([[0.2, 1, 0]]);
  });

  it("are cut where the share changes, and a bucket in which it changed has none", () => {
    // The pointer moved 32 minutes into the hour, inside the seventh bucket.
    const run = shares(0.05, [32, 0.25]);
    const cells = lifeOf(
      range(12).map((n) => bucket(n, { n: 1 }, { n: 1 })),
      run,
    );
    expect(shown(cells)).toEqual([
      [0.05, 6, 6],
      [null, 1, 1],
      [0.25, 5, 5],
    ]);
  });

  it("lose no bucket to a change on its edge", () => {
    const run = shares(0.05, [30, 0.25]);
    const cells = lifeOf(
      range(12).map((n) => bucket(n, { n: 1 })),
      run,
    );
    expect(shown(cells)).toEqual([
      [0.05, 6, 0],
      [0.25, 6, 0],
    ]);
  });

  it("have one null for two changes within five minutes", () => {
    const run = shares(0.05, [31, 0.25], [33, 0.5]);
    const cells = lifeOf(
      range(12).map((n) => bucket(n, { n: 1 })),
      run,
    );
    expect(shown(cells)).toEqual([
      [0.05, 6, 0],
      [null, 1, 0],
      [0.5, 5, 0],
    ]);
  });

  it("hold every request once, in order of time and at most an hour long, whatever the shares did", () => {
    const minutes = fc.uniqueArray(fc.integer({ min: 1, max: 600 }), { maxLength: 6 });
    const used = fc.uniqueArray(fc.nat(120), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(minutes, used, (changes, indices) => {
        const sorted = changes.toSorted((a, b) => a - b);
        const run = shares(0.05, ...sorted.map((minute, n) => [minute, 0.1 + n / 10] as const));
        const buckets = indices
          .toSorted((a, b) => a - b)
          .map((n) => bucket(n, { n: 2 ** (n % 20) }, { n: 1 }));
        const cells = lifeOf(buckets, run);
        const sum = (of: (arms: (typeof cells)[number]["arms"]) => number) =>
          cells.reduce((total, { arms }) => total + of(arms), 0);
        expect(sum(({ stable }) => stable.counts.n)).toBe(
          indices.reduce((total, n) => total + 2 ** (n % 20), 0),
        );
        expect(sum(({ canary }) => canary.counts.n)).toBe(indices.length);
        // A cell for every hour up to the last bucket, and more only where a share changed.
        const hours = Math.floor((Math.max(...indices) * BUCKET_MS) / CELL_MS) + 1;
        expect(cells.length).toBeGreaterThanOrEqual(hours);
        expect(cells.length).toBeLessThanOrEqual(hours + 2 * sorted.length);
        for (const { share } of cells)
          expect([null, 0.05, ...sorted.map((_, n) => 0.1 + n / 10)]).toContain(share);
      }),
    );
  });
});

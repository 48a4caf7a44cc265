import { mergeFolds, SPANS, type Span, windowParts } from "@bellwether/core/rollup/spans";
import { BUCKET_MS, CELL_MS } from "@bellwether/core/windows/bucket";
import { encodeFold } from "@bellwether/core/windows/fold-codec";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bucketFold, bucketItems, START, segment } from "./folds.ts";

describe("windowParts", () => {
  it("takes whole hours from their totals and both ends from buckets", () => {
    const until = START + 7 * CELL_MS + 3 * BUCKET_MS;
    expect(windowParts("1h", until)).toEqual({
      hours: [START + 7 * CELL_MS, START + 7 * CELL_MS],
      buckets: [
        [until - CELL_MS, START + 7 * CELL_MS],
        [START + 7 * CELL_MS, until],
      ],
    });
    expect(windowParts("24h", START)).toEqual({ hours: [START - SPANS["24h"], START], buckets: [] });
  });

  it("covers every bucket of the window once and none outside, wherever it ends", () => {
    const anyEnd = fc.integer({ min: 0, max: 12 * 24 * 9 });
    fc.assert(
      fc.property(fc.constantFrom<Span>("1h", "24h", "7d"), anyEnd, (span, end) => {
        const until = START + end * BUCKET_MS;
        const { hours, buckets } = windowParts(span, until);
        const pieces = [...buckets, ...(hours[0] < hours[1] ? [hours] : [])].sort((a, b) => a[0] - b[0]);
        let edge = until - SPANS[span];
        for (const [from, to] of pieces) {
          expect(from).toBe(edge);
          edge = to;
        }
        expect(edge).toBe(until);
        for (const hour of hours) expect(hour % CELL_MS).toBe(0);
      }),
    );
  });
});

describe("mergeFolds", () => {
  it("gives the same sums in whatever order the parts are read", () => {
    const parts = Array.from({ length: 12 }, (_, index) =>
      bucketFold(
        bucketItems(index, segment("v1"), 7, [{ id: `a${index}`, score: 0.1 + index / 13, pi: 0.3 }]),
        bucketItems(index, segment("v2"), 3, [{ id: `b${index}`, score: 1 - index / 17, pi: 0.07 }]),
      ),
    );
    fc.assert(
      fc.property(fc.shuffledSubarray(parts, { minLength: parts.length }), (shuffled) => {
        expect(encodeFold(mergeFolds(shuffled))).toEqual(encodeFold(mergeFolds(parts)));
      }),
    );
  });
});

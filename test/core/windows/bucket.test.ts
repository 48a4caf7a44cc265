import { BUCKET_MS, bucketOf, CELL_MS, cellOf, instantKey, instantOf } from "@bellwether/core/windows/bucket";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const at = (text: string): number => Date.parse(text);
const instant = fc.integer({ min: 0, max: at("2100-01-01T00:00:00Z") });

describe("buckets and cells", () => {
  it.each([
    ["2026-10-06T07:55:00.000Z", "2026-10-06T07:55:00Z", "2026-10-06T07:00:00Z"],
    ["2026-10-06T07:59:59.999Z", "2026-10-06T07:55:00Z", "2026-10-06T07:00:00Z"],
    ["2026-10-06T08:00:00.000Z", "2026-10-06T08:00:00Z", "2026-10-06T08:00:00Z"],
    ["2026-02-28T23:59:59.999Z", "2026-02-28T23:55:00Z", "2026-02-28T23:00:00Z"],
  ])("%s lies in %s and %s", (text, bucket, cell) => {
    expect(bucketOf(at(text))).toBe(at(bucket));
    expect(cellOf(at(text))).toBe(at(cell));
  });

  it("hold every instant, and a bucket lies in one cell", () => {
    fc.assert(
      fc.property(instant, (t) => {
        expect(t - bucketOf(t)).toBeGreaterThanOrEqual(0);
        expect(t - bucketOf(t)).toBeLessThan(BUCKET_MS);
        expect(cellOf(bucketOf(t))).toBe(cellOf(t));
        expect(CELL_MS % BUCKET_MS).toBe(0);
      }),
    );
  });

  it("have keys that sort like time and can be read back", () => {
    expect(instantKey(at("2026-10-06T07:55:00Z"))).toBe("2026-10-06T07:55Z");
    fc.assert(
      fc.property(instant, instant, (a, b) => {
        const [x, y] = [bucketOf(a), bucketOf(b)];
        expect(instantOf(instantKey(x))).toBe(x);
        expect(instantKey(x) < instantKey(y)).toBe(x < y);
        expect(instantOf(`${instantKey(x)}#v1#part`)).toBe(x);
      }),
    );
  });
});

import { createMetricStore, MINUTE, percentileOf, statistic } from "@bellwether/local/endpoints/metric-store";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const id = { namespace: "N", name: "M", dimensions: { b: "2", a: "1" } };
const value = (x: number, count = 1) => ({ count, sum: x * count, minimum: x, maximum: x });

function filled(values: readonly number[]) {
  const store = createMetricStore();
  for (const [i, x] of values.entries()) store.add(id, i * 20_000, value(x));
  return [...(store.find(id)?.minutes.values() ?? [])];
}

describe("the metric store", () => {
  it("computes every statistic over several minutes", () => {
    const buckets = filled([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(buckets).toHaveLength(4);
    const all = ["SampleCount", "Sum", "Average", "Minimum", "Maximum", "p50", "p90", "p99.9", "p100"];
    expect(all.map((name) => statistic(name, buckets))).toEqual([10, 55, 5.5, 1, 10, 5, 9, 10, 10]);
  });

  it("has no datapoint where nothing was published", () => {
    expect(statistic("Sum", [])).toBeUndefined();
    expect(statistic("p50", [])).toBeUndefined();
  });

  it("has no percentile of a statistic set, unless its samples are all equal", () => {
    const store = createMetricStore();
    store.add(id, 0, { count: 3, sum: 12, minimum: 4, maximum: 4 });
    const buckets = () => [...(store.find(id)?.minutes.values() ?? [])];
    expect(statistic("p50", buckets())).toBe(4);
    store.add(id, 0, { count: 2, sum: 3, minimum: 1, maximum: 2 });
    expect(statistic("p50", buckets())).toBeUndefined();
    expect(statistic("Average", buckets())).toBe(3);
  });

  it("adds what is published twice", () => {
    const store = createMetricStore();
    store.add(id, 0, value(5));
    store.add({ ...id, dimensions: { a: "1", b: "2" } }, 0, value(5));
    expect(statistic("Sum", [...(store.find(id)?.minutes.values() ?? [])])).toBe(10);
    expect(store.all()).toHaveLength(1);
  });

  it("keeps the newest minutes with data and says that it forgot others", () => {
    const store = createMetricStore();
    for (let minute = 0; minute < 200; minute++) store.add(id, minute * MINUTE, value(1));
    expect(store.find(id)?.minutes.size).toBe(180);
    expect(store.find(id)?.forgottenUntil).toBe(19);
    store.add(id, 5 * MINUTE, value(1));
    expect(store.find(id)?.minutes.has(5)).toBe(false);
    store.keep(300);
    for (let minute = 200; minute < 400; minute++) store.add(id, minute * MINUTE, value(1));
    expect(store.find(id)?.minutes.size).toBe(300);
  });

  it("takes the percentile by nearest rank", () => {
    const numbers = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(numbers, fc.integer({ min: 1, max: 100 }), (values, percent) => {
        const sorted = [...values].sort((a, b) => a - b);
        const rank = Math.max(1, Math.ceil((percent / 100) * values.length));
        expect(statistic(`p${percent}`, filled(values))).toBe(sorted[rank - 1]);
      }),
    );
  });

  it.each([
    ["p95", 95],
    ["p99.9", 99.9],
    ["p100", 100],
    ["p0", undefined],
    ["p101", undefined],
    ["Average", undefined],
    ["tm90", undefined],
  ])("reads %s as %s percent", (name, percent) => {
    expect(percentileOf(name)).toBe(percent);
  });
});

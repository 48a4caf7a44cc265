import { BASELINE_MS, COST_RANGE, costOf, freezeBaseline } from "@bellwether/core/rollout/baseline";
import { CELL_MS } from "@bellwether/core/windows/bucket";
import { binOf } from "@bellwether/core/windows/histogram";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bucket, range, START } from "./arms.ts";

const freeze = (buckets: Parameters<typeof freezeBaseline>[0], watermark = START) =>
  freezeBaseline(buckets, "v1", START, watermark);
const day = range(10).map((index) =>
  bucket(index - 20, { n: 10, usd: 0.004, latencyMs: 800 + index, scores: [0.9, 0.7, 0.8] }),
);

describe("freezeBaseline", () => {
  it("takes stable's day before the canary, and counts evidence from the canary's start", () => {
    const baseline = freeze(day);
    expect(baseline?.from).toBe(START);
    expect(baseline?.quality.mean).toBeCloseTo(0.8, 12);
    expect(baseline?.quality.sd).toBeCloseTo(Math.sqrt(0.02 / 3), 9);
    expect((baseline?.p95LatencyMs ?? 0) / 809).toBeCloseTo(1, 1);
    // A steady app: the cap leaves room for four times the mean.
    expect((baseline?.cost?.cap ?? 0) / 16e9).toBeCloseTo(1, 1);
    expect(baseline?.cost?.linear.mean).toBeCloseTo(0.25, 9);
  });

  it("waits until stable has a hundred requests, and then begins at a whole hour", () => {
    const thin = [...range(9).map((index) => bucket(index - 20, { n: 10 }))];
    expect(freeze(thin, START + 59 * 60_000)).toBeUndefined();
    const later = [...thin, bucket(0, { n: 5 }), bucket(13, { n: 5 })];
    expect(freeze(later, START + CELL_MS)).toBeUndefined();
    expect(freeze(later, START + 2 * CELL_MS - 1)).toBeUndefined();
    expect(freeze(later, START + 2 * CELL_MS)?.from).toBe(START + 2 * CELL_MS);
  });

  it("begins at the next whole hour when the canary starts inside one", () => {
    const startedAt = START + 10 * 60_000;
    const buckets = range(6).map((index) => bucket(index + 2, { n: 20 }));
    expect(freezeBaseline(buckets, "v1", startedAt, START + 3 * CELL_MS)?.from).toBe(START + CELL_MS);
  });

  it("looks at stable only, and no further back than a day", () => {
    expect(freeze(range(20).map((index) => bucket(index - 20, undefined, { n: 100 })))).toBeUndefined();
    const old = bucket(-BASELINE_MS / 300_000 - 1, { n: 1_000 });
    expect(freeze([old])).toBeUndefined();
  });

  it("falls back on constants for a quality hardly judged, and has no p95 without latencies", () => {
    expect(freeze([bucket(-1, { n: 200, scores: range(19).map(() => 0.1) })])?.quality).toEqual({
      mean: 0.8,
      sd: 0.25,
    });
    const failing = freeze([bucket(-1, { n: 200, errors: 150 })]);
    expect(failing).toBeDefined();
    expect(failing).not.toHaveProperty("p95LatencyMs");
  });

  it("bounds the spread of a judge that always says the same", () => {
    expect(freeze([bucket(-1, { n: 200, scores: range(40).map(() => 1) })])?.quality).toEqual({
      mean: 1,
      sd: 0.05,
    });
  });

  it("has no cost where stable is unpriced or free", () => {
    const unpriced = bucket(-1, { n: 200 });
    unpriced.fold.get("v1")?.cost.clear();
    expect(freeze([unpriced])).not.toHaveProperty("cost");
    expect(freeze([bucket(-1, { n: 200, usd: 0 })])).not.toHaveProperty("cost");
  });
});

describe("costOf", () => {
  const cap = 1e10;

  it.each([
    ["linear", 1e10, 1],
    ["linear", 5e9, 0.5],
    ["linear", 9e12, 1],
    ["linear", 0, 0],
    ["log", 1e10, 1],
    ["log", 1e8, 0.5],
    ["log", 9e12, 1],
    ["log", 0, 0],
    ["log", 1, 0],
  ] as const)("%s of %d pico-dollars under a cap of 1e10 is %d", (scale, pico, expected) => {
    expect(costOf(scale, cap)(binOf(pico))).toBeCloseTo(expected, 1);
  });

  it("lies in [0, 1], rises with cost, and adds the same for the same factor on the logarithm", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 1e14, noNaN: true }),
        fc.constantFrom("linear", "log"),
        (pico, scale) => {
          const value = costOf(scale, cap);
          expect(value(binOf(pico))).toBeGreaterThanOrEqual(0);
          expect(value(binOf(3 * pico))).toBeLessThanOrEqual(1);
          expect(value(binOf(3 * pico))).toBeGreaterThanOrEqual(value(binOf(pico)));
          if (scale === "log" && pico > 2e6 && pico < 3e9)
            expect(value(binOf(3 * pico)) - value(binOf(pico))).toBeCloseTo(
              Math.log(3) / Math.log(COST_RANGE),
              2,
            );
        },
      ),
    );
  });
});

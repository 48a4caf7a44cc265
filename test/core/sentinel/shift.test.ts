import { freshWatch, shiftOf, watchShift } from "@bellwether/core/sentinel/shift";
import { seededUniform as seeded } from "@bellwether/stats/uniform";
import { describe, expect, it } from "vitest";

const named = (values: readonly number[]) => Object.fromEntries(values.map((value, i) => [`c${i}`, value]));

/** Days until the judge is said to have moved by `by` from the first day on; Infinity within `days`. */
function daysUntil(by: number, seed: number, days: number): number {
  const random = seeded(seed);
  const noise = (sd: number) =>
    sd * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const reference = Array.from({ length: 100 }, () => 0.3 + 0.5 * random());
  let watch = freshWatch();
  for (let day = 1; day <= days; day++) {
    const shift = shiftOf(named(reference), named(reference.map((f) => f + by + noise(0.06))));
    if (shift === undefined) throw new Error("no cases");
    const looked = watchShift(watch, shift, false);
    if (looked.moved) return day;
    watch = looked.watch;
  }
  return Number.POSITIVE_INFINITY;
}

describe("shiftOf", () => {
  it("is the paired difference over its standard error, by hand", () => {
    // Differences .1, .2, .3: mean .2, sd .1.
    expect(shiftOf({ a: 0.1, b: 0.2, c: 0.3 }, { c: 0.6, a: 0.2, b: 0.4 })).toEqual({
      mean: expect.closeTo(0.2, 12),
      z: expect.closeTo(0.2 / (0.1 / Math.sqrt(3)), 9),
      cases: 3,
    });
  });

  it("compares cases scored both times, and nothing with fewer than two", () => {
    expect(shiftOf({ a: 0.1, b: 0.5, gone: 1 }, { a: 0.2, b: 0.6, fresh: 0 })?.cases).toBe(2);
    expect(shiftOf({ a: 0.1 }, { a: 0.2 })).toBeUndefined();
  });

  it("is sure of a shift without spread, and of no shift without one", () => {
    expect(shiftOf({ a: 0, b: 0.5 }, { a: 0.25, b: 0.75 })).toEqual({ mean: 0.25, z: 8, cases: 2 });
    expect(shiftOf({ a: 0, b: 0.5 }, { a: 0, b: 0.5 })).toEqual({ mean: 0, z: 0, cases: 2 });
  });
});

describe("watchShift", () => {
  it("finds a shift of .02 among 100 noisy cases within days (stats B4: 3, 90 % within 5)", () => {
    const delays = Array.from({ length: 60 }, (_, seed) => daysUntil(0.02, seed, 30)).sort((a, b) => a - b);
    expect(delays[30]).toBeLessThanOrEqual(3);
    expect(delays[54]).toBeLessThanOrEqual(5);
  });

  it("is silent for a year in most years of a judge that stays as it is", () => {
    const alarms = Array.from({ length: 40 }, (_, seed) => daysUntil(0, seed, 365)).filter(Number.isFinite);
    expect(alarms.length).toBeLessThan(20);
  });

  it("rings at once after a change of judge, and only for a shift that matters", () => {
    const shift = { mean: 0.05, z: 3.1, cases: 100 };
    expect(watchShift(freshWatch(), shift, true).moved).toBe(true);
    expect(watchShift(freshWatch(), shift, false).moved).toBe(false);
    expect(watchShift(freshWatch(), { ...shift, z: 2.9 }, true).moved).toBe(false);
    expect(watchShift(freshWatch(), { ...shift, mean: 0.009 }, true).moved).toBe(false);
  });
});

import { forecastAhead, observeNext, startHoltWinters } from "@bellwether/stats/holt-winters";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const RATES = { level: 0.5, trend: 0.4, season: 0.2, damping: 0.9, maxTrend: 10, maxSurprise: 1_000 };

describe("Holt–Winters with additive season and damped trend", () => {
  it("starts at the mean, with mean deviations as season and no trend", () => {
    expect(startHoltWinters([1, 3, 3, 5], 2)).toEqual({ n: 4, level: 3, trend: 0, season: [-1, 1] });
  });

  it("takes the steps of a table worked by hand", () => {
    const start = { n: 4, level: 10, trend: 1, season: [-2, 2] };
    // Forecasts: 10 + .9·1 − 2, and 10 + (.9 + .81)·1 + 2.
    expect(forecastAhead(start, 1, RATES)).toBeCloseTo(8.9, 12);
    expect(forecastAhead(start, 2, RATES)).toBeCloseTo(13.71, 12);
    // y = 9.9: level = .5·(9.9 + 2) + .5·10.9 = 11.4; trend = .4·1.4 + .6·.9 = 1.1; season = .2·(9.9 − 10.9) + .8·(−2) = −1.8.
    const next = observeNext(start, 9.9, RATES);
    expect(next.n).toBe(5);
    expect(next.level).toBeCloseTo(11.4, 12);
    expect(next.trend).toBeCloseTo(1.1, 12);
    expect(next.season[0]).toBeCloseTo(-1.8, 12);
    expect(next.season[1]).toBe(2);
    expect(start.season).toEqual([-2, 2]);
  });

  it("limits the trend either way, so that a jump is no growth", () => {
    const start = startHoltWinters([0, 0], 2);
    expect(observeNext(start, 100, { ...RATES, maxTrend: 0.01 }).trend).toBe(0.01);
    expect(observeNext(start, -100, { ...RATES, maxTrend: 0.01 }).trend).toBe(-0.01);
  });

  it("learns from an outlier no more than from the largest surprise", () => {
    const start = startHoltWinters([1, -1, 1, -1], 2);
    const limited = { ...RATES, maxSurprise: 3 };
    expect(observeNext(start, 500, limited)).toEqual(observeNext(start, 4, RATES));
    expect(observeNext(start, -500, limited)).toEqual(observeNext(start, -2, RATES));
  });

  it("repeats a season that repeats exactly, for any horizon", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -20, max: 20, noNaN: true }), { minLength: 7, maxLength: 7 }),
        fc.integer({ min: 1, max: 40 }),
        (week, ahead) => {
          let state = startHoltWinters([...week, ...week], 7);
          for (const y of [...week, ...week, ...week]) state = observeNext(state, y, RATES);
          expect(forecastAhead(state, ahead, RATES)).toBeCloseTo(week[(ahead - 1) % 7] ?? Number.NaN, 6);
        },
      ),
    );
  });

  it("follows a line without damping", () => {
    const rates = { ...RATES, damping: 1 };
    let state = startHoltWinters([0, 1], 1);
    for (let t = 2; t < 200; t++) state = observeNext(state, t, rates);
    expect(forecastAhead(state, 5, rates)).toBeCloseTo(204, 6);
  });

  it.each([
    ["no whole period", () => startHoltWinters([1, 2, 3], 2)],
    ["no observation", () => startHoltWinters([], 2)],
    ["an observation that is not finite", () => startHoltWinters([1, Number.NaN], 2)],
    [
      "a next one that is not finite",
      () => observeNext(startHoltWinters([1, 2], 2), Number.POSITIVE_INFINITY, RATES),
    ],
    ["a horizon of 0", () => forecastAhead(startHoltWinters([1, 2], 2), 0, RATES)],
  ])("refuses %s", (_, act) => {
    expect(act).toThrow(RangeError);
  });
});

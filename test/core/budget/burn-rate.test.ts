import { burnRate, burnReadings } from "@bellwether/core/budget/burn-rate";
import { spendBetween, windowStart } from "@bellwether/core/budget/history";
import { parseBudgetPolicy } from "@bellwether/core/budget/policy";
import { seasonalShare } from "@bellwether/core/budget/seasonal-share";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { history, PICO } from "./histories.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** November has 30 days, the month of the workbook's table. */
const NOW = Date.UTC(2026, 10, 10, 12);
const BUDGET = 7_200;
const { burnRates } = parseBudgetPolicy("budgets: {}").default;

const burning = (usdAt: (at: number) => number, until = NOW, knownFrom = NOW - 5 * DAY) => {
  const spend = history(knownFrom, until, usdAt);
  return { spend, share: seasonalShare(spend) };
};

describe("burn rate", () => {
  // Site Reliability Workbook, ch. 5, table 5-8: share of a 30-day budget, window, burn rate.
  it.each([
    [0.02, 1, 14.4],
    [0.05, 6, 6],
    [0.1, 72, 1],
  ])("%f of the month's budget in %i h is a burn rate of %f", (part, hours, rate) => {
    const perBucket = (part * BUDGET) / (hours * 12);
    const { spend, share } = burning((at) => (at >= NOW - hours * HOUR ? perBucket : 0));
    expect(share.kind).toBe("flat");
    expect(burnRate(spend, share, BUDGET * PICO, hours * HOUR)?.burn).toBeCloseTo(rate, 9);
  });

  it("is 1 when the budget is spent evenly", () => {
    const { spend, share } = burning(() => BUDGET / (30 * 24 * 12));
    for (const { long, short, standing } of burnReadings(spend, share, BUDGET * PICO, burnRates)) {
      expect([long.burn, short.burn]).toEqual([expect.closeTo(1, 9), expect.closeTo(1, 9)]);
      expect(standing).toBe("under");
    }
  });

  it("needs both windows over the factor: a runaway that is over pages no more", () => {
    const allowed = BUDGET / (30 * 24 * 12);
    const standings = (usdAt: (at: number) => number) => {
      const { spend, share } = burning(usdAt);
      return burnReadings(spend, share, BUDGET * PICO, burnRates).map(({ standing }) => standing);
    };
    expect(standings((at) => (at >= NOW - HOUR ? 20 : 1) * allowed)).toEqual(["over", "under", "over"]);
    expect(standings((at) => (at >= NOW - HOUR && at < NOW - HOUR / 12 ? 20 : 1) * allowed)[0]).toBe("under");
    // 13.5 times as fast is below 14.4, yet above 90 % of it.
    expect(standings((at) => (at >= NOW - HOUR ? 13.5 : 1) * allowed)[0]).toBe("near");
  });

  it("is at least what it says when only the end of the window is known, and nothing without data", () => {
    const { spend, share } = burning(() => 10, NOW, NOW - HOUR / 2);
    expect(burnRate(spend, share, BUDGET * PICO, HOUR)).toMatchObject({ known: "part", burn: 6 });
    expect(burnRate(spend, share, BUDGET * PICO, HOUR / 4)).toMatchObject({ known: "whole", burn: 12 });
    const nothing = history(NOW, NOW, () => 0);
    expect(burnReadings(nothing, seasonalShare(nothing), BUDGET * PICO, burnRates)).toEqual([]);
  });

  it("takes the month in which the window ends, to its last instant", () => {
    const [october, november] = [Date.UTC(2026, 10, 1), Date.UTC(2026, 11, 1)];
    for (const [until, days] of [
      [october, 31],
      [october + HOUR, 30],
      [november, 30],
    ] as const) {
      const { spend, share } = burning(() => 1, until, until - 2 * DAY);
      expect(burnRate(spend, share, days * 24 * 12 * PICO, HOUR)?.burn).toBeCloseTo(1, 9);
    }
  });

  it("ends long windows at the start of an hour and counts exactly what lies in them", () => {
    const until = NOW + 25 * 60_000;
    const spend = history(NOW - 5 * DAY, until, () => 1);
    expect(windowStart(spend, HOUR)).toBe(until - HOUR);
    expect(windowStart(spend, 6 * HOUR)).toBe(until - 6 * HOUR);
    expect(windowStart(spend, 72 * HOUR)).toBe(NOW - 72 * HOUR);
    expect(spendBetween(spend, until - HOUR, until)).toBe(12 * PICO);
    expect(spendBetween(spend, NOW - 72 * HOUR, until)).toBe((72 * 12 + 5) * PICO);
  });

  it("never falls when more is spent and is never NaN", () => {
    const amount = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(
        amount,
        amount,
        fc.integer({ min: 0, max: 20 * 24 }),
        fc.constantFrom(HOUR / 12, HOUR, 6 * HOUR, 72 * HOUR),
        fc.integer({ min: 1, max: 40 }),
        (usd, more, hoursKnown, length, burst) => {
          const start = NOW - hoursKnown * HOUR;
          const rate = (extra: number) => {
            const spend = history(start, NOW, (at) => usd + (at >= NOW - burst * (HOUR / 12) ? extra : 0));
            return burnRate(spend, seasonalShare(spend), BUDGET * PICO, length)?.burn;
          };
          const [less, higher] = [rate(0), rate(more)];
          if (hoursKnown === 0) {
            expect(less).toBeUndefined();
            return;
          }
          expect(Number.isFinite(less)).toBe(true);
          // What is spent today is not what is expected of today, so the share stays as it is.
          expect(higher).toBeGreaterThanOrEqual(less ?? Number.NaN);
        },
      ),
      { numRuns: 40 },
    );
  });
});

import { forecastMonth, forecastUniform, type MonthForecast } from "@bellwether/core/budget/forecast";
import type { SpendHistory } from "@bellwether/core/budget/history";
import { seasonalShare } from "@bellwether/core/budget/seasonal-share";
import { normalQuantile } from "@bellwether/stats/normal";
import { seededUniform } from "@bellwether/stats/uniform";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { daily, history, PICO } from "./histories.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Start of a Saturday; 10 whole days of November are left. */
const NOW = Date.UTC(2026, 10, 21);
const at = (days: readonly number[], until = NOW) => daily(until - days.length * DAY, days, until);

const forecast = (spend: SpendHistory, budgetUsd = 1_000): MonthForecast =>
  forecastMonth(spend, seasonalShare(spend), budgetUsd * PICO, seededUniform(1));

function known(result: MonthForecast): Extract<MonthForecast, { status: "forecast" }> {
  if (result.status !== "forecast") throw new Error(`it is ${result.status}`);
  return result;
}

const week = (weekday: number, weekend: number) => (day: number) =>
  new Date(NOW - day * DAY).getUTCDay() % 6 === 0 ? weekend : weekday;
const days = (n: number, usd: (daysAgo: number) => number) => Array.from({ length: n }, (_, i) => usd(n - i));

describe("month-end forecast", () => {
  it("is spent plus the remaining days of a week that repeats", () => {
    const result = known(forecast(at(days(70, week(30, 6)))));
    // Of the 20 days gone 5 are weekend: 15·30 + 5·6; of the 10 left 4: 6·30 + 4·6.
    expect(result.spentPicoUsd / PICO).toBeCloseTo(480, 6);
    expect(result.expectedPicoUsd / PICO).toBeCloseTo(684, 3);
    expect(result.overBudget).toBe(0);
    expect(known(forecast(at(days(70, week(30, 6))), 683)).overBudget).toBe(1);
  });

  it("counts of today what is still to come of it", () => {
    const evening = NOW + 18 * HOUR;
    const spend = history(NOW - 70 * DAY, evening, () => 24 / 288);
    const result = known(forecast(spend));
    expect(result.spentPicoUsd / PICO).toBeCloseTo(20 * 24 + 18, 3);
    expect(result.expectedPicoUsd / PICO).toBeCloseTo(30 * 24, 3);
  });

  it("is learning below 14 whole days: how long still, and the plain run-rate, no interval", () => {
    const start = NOW - 5 * DAY + HOUR;
    const result = forecast(history(start, NOW, () => 24 / 288));
    expect(result).toMatchObject({ status: "learning", daysLeft: 10, missingBefore: start });
    expect(result).not.toHaveProperty("overBudget");
    if (result.status !== "learning") throw new Error("not learning");
    expect((result.runRatePicoUsd ?? 0) / PICO).toBeCloseTo(5 * 24 - 1 + 240, 6);
    expect(forecast(history(NOW - HOUR / 2, NOW, () => 1))).toMatchObject({
      daysLeft: 14,
      runRatePicoUsd: null,
    });
    expect(forecast(at(days(14, () => 10)))).toMatchObject({ status: "forecast" });
  });

  it("knows nothing without data", () => {
    expect(forecast(history(NOW, NOW, () => 0))).toMatchObject({ status: "unknown" });
  });

  it("forecasts days without spend as such, and forgets an outage within days", () => {
    const nothing = known(forecast(at(days(70, () => 0))));
    expect([nothing.expectedPicoUsd, nothing.interval95, nothing.overBudget]).toEqual([0, [0, 0], 0]);
    const office = known(forecast(at(days(70, week(30, 0)))));
    expect(office.expectedPicoUsd / PICO).toBeCloseTo(15 * 30 + 6 * 30, 0);
    // 190 are spent, 100 are still to come.
    const outage = (daysAgo: number) =>
      known(forecast(at(days(70, (ago) => (ago === daysAgo ? 0 : 10))))).expectedPicoUsd / PICO - 190;
    expect(outage(2)).toBeGreaterThan(70);
    expect(Math.abs(outage(8) - 100)).toBeLessThan(15);
  });

  it("takes a jump for a new level and not for growth that goes on", () => {
    const result = known(forecast(at(days(70, (ago) => (ago <= 6 ? 50 : 10)))));
    // The level is not reached yet; twice of it would be.
    expect(result.expectedPicoUsd / PICO).toBeLessThan(14 * 10 + 6 * 50 + 2 * 10 * 50);
    expect(result.interval95[1]).toBeGreaterThan(result.expectedPicoUsd);
  });

  it("is certain at the end of the month's last day", () => {
    const end = Date.UTC(2026, 11, 1);
    const result = known(
      forecast(
        at(
          days(70, () => 10),
          end,
        ),
        299,
      ),
    );
    expect(result.expectedPicoUsd / PICO).toBeCloseTo(300, 6);
    expect(result.interval95).toEqual([result.spentPicoUsd, result.spentPicoUsd]);
    expect(result.overBudget).toBe(1);
    const lastEvening = known(forecast(history(end - 70 * DAY, end - HOUR, () => 24 / 288)));
    expect(lastEvening.expectedPicoUsd / PICO).toBeCloseTo(720, 3);
  });

  it("gives the same answer to the same question, and other apps other draws", () => {
    const spend = at(days(40, (ago) => 10 + (ago % 5)));
    const draw = (app: string, when: number) =>
      forecastMonth(spend, seasonalShare(spend), 400 * PICO, forecastUniform(app, when));
    expect(draw("bot", NOW)).toEqual(draw("bot", NOW + 3 * DAY));
    expect(draw("bot", NOW)).not.toEqual(draw("other", NOW));
  });

  it("is finite and ordered for any history, and no likelier to pass a larger budget", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 14, maxLength: 70 }),
        (usd) => {
          const result = known(forecast(at(usd), 1_000));
          const { spentPicoUsd, expectedPicoUsd, interval80, interval95, overBudget } = result;
          const ordered = [
            spentPicoUsd,
            interval95[0],
            interval80[0],
            expectedPicoUsd,
            interval80[1],
            interval95[1],
          ];
          expect(ordered.every(Number.isFinite)).toBe(true);
          expect(ordered).toEqual([...ordered].sort((a, b) => a - b));
          expect(known(forecast(at(usd), 2_000)).overBudget).toBeLessThanOrEqual(overBudget);
        },
      ),
      { numRuns: 10 },
    );
  });

  it("covers the true month-end about as often as it says", () => {
    const uniform = seededUniform(2026);
    const noise = () => normalQuantile(Math.min(1 - 1e-12, Math.max(1e-12, uniform())));
    const runs = 200;
    let [inside80, inside95] = [0, 0];
    for (let run = 0; run < runs; run++) {
      let persistent = noise();
      const usd = Array.from({ length: 70 + 10 }, (_, i) => {
        persistent = 0.6 * persistent + 0.8 * noise();
        return week(100, 40)(70 - i) * Math.exp(0.1 * persistent);
      });
      const result = known(forecast(at(usd.slice(0, 70))));
      const truth = result.spentPicoUsd + usd.slice(70).reduce((sum, each) => sum + each, 0) * PICO;
      if (truth >= result.interval80[0] && truth <= result.interval80[1]) inside80 += 1;
      if (truth >= result.interval95[0] && truth <= result.interval95[1]) inside95 += 1;
    }
    // Over 600 runs it is .81 and .93; the binomial sd of 200 is .028 and .018.
    expect(inside80 / runs).toBeGreaterThan(0.73);
    expect(inside80 / runs).toBeLessThan(0.89);
    expect(inside95 / runs).toBeGreaterThan(0.88);
  });
});

import { monthOf } from "@bellwether/core/budget/calendar";
import { expectedShare, seasonalShare } from "@bellwether/core/budget/seasonal-share";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { history } from "./histories.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A Monday. */
const NOW = Date.UTC(2026, 10, 23);
const month = monthOf(NOW);
const isOffice = (at: number) => {
  const date = new Date(at);
  return date.getUTCDay() % 6 !== 0 && date.getUTCHours() >= 8 && date.getUTCHours() < 18;
};
const hourShare = (share: ReturnType<typeof seasonalShare>, from: number) =>
  expectedShare(share, { from, until: from + HOUR }, month);

describe("seasonal share", () => {
  it("is flat below 14 whole days and says so", () => {
    const share = seasonalShare(history(NOW - 14 * DAY + HOUR, NOW, () => 1));
    expect(share).toMatchObject({ kind: "flat", days: 13 });
    expect(hourShare(share, NOW + 3 * HOUR)).toBeCloseTo(1 / 720, 12);
    expect(seasonalShare(history(NOW - 14 * DAY, NOW, () => 1))).toMatchObject({
      kind: "seasonal",
      days: 14,
    });
  });

  it("is flat when nothing was spent", () => {
    expect(seasonalShare(history(NOW - 20 * DAY, NOW, () => 0))).toMatchObject({ kind: "flat", days: 20 });
  });

  it("expects of office hours what they usually spend", () => {
    // 3 an hour in the office, 1 else: a week costs 5·(10·3 + 14) + 2·24 = 268 and the month in hours of 1:
    const share = seasonalShare(history(NOW - 28 * DAY, NOW, (at) => (isOffice(at) ? 3 : 1)));
    let total = 0;
    for (let at = month.from; at < month.until; at += HOUR) total += isOffice(at) ? 3 : 1;
    expect(hourShare(share, NOW + 9 * HOUR)).toBeCloseTo(3 / total, 12);
    expect(hourShare(share, NOW + 20 * HOUR)).toBeCloseTo(1 / total, 12);
    expect(hourShare(share, NOW - 2 * DAY + 9 * HOUR)).toBeCloseTo(1 / total, 12);
    expect(share.days).toBe(28);
  });

  it("expects neither a runaway again nor nothing at night", () => {
    const runaway = NOW - 3 * DAY + 10 * HOUR;
    const share = seasonalShare(
      history(NOW - 28 * DAY, NOW, (at) =>
        at >= runaway && at < runaway + HOUR ? 1_000 : isOffice(at) ? 1 : 0,
      ),
    );
    // One of 20 weekday hours counts as 5 instead of 1: 1.2 times the others, not 51 times.
    expect(hourShare(share, NOW + 10 * HOUR) / hourShare(share, NOW + 11 * HOUR)).toBeCloseTo(1.2, 9);
    expect(hourShare(share, NOW + 3 * HOUR)).toBeGreaterThan(0.2 / 720);
  });

  it("adds up: parts of a span are its whole, and the month is 1", () => {
    const share = seasonalShare(history(NOW - 28 * DAY, NOW, (at) => (isOffice(at) ? 3 : 0.2)));
    expect(expectedShare(share, month, month)).toBeCloseTo(1, 12);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 8_640 }), fc.integer({ min: 0, max: 8_640 }), (a, b) => {
        const [from, middle] = [month.from, month.from + Math.min(a, b) * 300_000];
        const until = month.from + Math.max(a, b) * 300_000;
        const sum =
          expectedShare(share, { from, until: middle }, month) +
          expectedShare(share, { from: middle, until }, month);
        expect(sum).toBeCloseTo(expectedShare(share, { from, until }, month), 9);
      }),
    );
  });
});

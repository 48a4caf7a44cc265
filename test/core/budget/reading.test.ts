import { conditionsOf } from "@bellwether/core/budget/conditions";
import { contributorsOf } from "@bellwether/core/budget/contributors";
import { type BudgetState, settleIncidents } from "@bellwether/core/budget/incident";
import { openedMessages } from "@bellwether/core/budget/messages";
import { budgetOf, parseBudgetPolicy } from "@bellwether/core/budget/policy";
import { readBudget, type SpendFacts } from "@bellwether/core/budget/reading";
import { seededUniform } from "@bellwether/stats/uniform";
import { describe, expect, it } from "vitest";
import { history, PICO } from "./histories.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A Friday afternoon. */
const NOW = Date.UTC(2026, 10, 20, 15);
/** $72 a day: 2160 a month of 30 days. */
const USUAL = 72 / 288;

const budget = (yaml = "") => budgetOf(parseBudgetPolicy(`budgets: { default: { ${yaml} } }`), "bot");

function facts(usdAt: (at: number) => number, more: Partial<SpendFacts> = {}): SpendFacts {
  return {
    app: "bot",
    history: history(NOW - 40 * DAY, NOW, usdAt),
    lastHour: { priced: 600, picoUsd: 3 * PICO, unpriced: 0 },
    subjects: [],
    ...more,
  };
}

const read = (given: SpendFacts, yaml = "") => readBudget(given, budget(yaml), seededUniform(3));

/** What people are told at a look, with no incident open before. */
function told(given: SpendFacts, yaml = "", contributors: Parameters<typeof openedMessages>[2] = null) {
  const reading = read(given, yaml);
  const { opened } = settleIncidents({}, conditionsOf(reading, budget(yaml)), reading.at);
  return openedMessages(opened, reading, contributors);
}

describe("an app's budget", () => {
  it("says nothing while spend is as usual and within the budgets", () => {
    expect(told(facts(() => USUAL))).toEqual([]);
  });

  it("knows day, month, forecast, pace and mean", () => {
    const reading = read(facts(() => USUAL));
    expect(reading.day).toMatchObject({
      spentPicoUsd: 45 * PICO,
      budgetPicoUsd: 100 * PICO,
      overSince: null,
    });
    expect(reading.month.spentPicoUsd / PICO).toBeCloseTo(19 * 72 + 45, 6);
    expect(reading.forecast).toMatchObject({ status: "forecast", overBudget: 0 });
    expect(reading.perRequest.meanPicoUsd).toBe(0.005 * PICO);
    expect(reading.share).toEqual({ kind: "seasonal", days: 28 });
  });

  it("does not page for the mean of fewer than 30 requests", () => {
    const dear = (priced: number) => ({ lastHour: { priced, picoUsd: priced * PICO, unpriced: 0 } });
    expect(read(facts(() => USUAL, dear(29))).perRequest.meanPicoUsd).toBeNull();
    expect(told(facts(() => USUAL, dear(29)))).toEqual([]);
    expect(told(facts(() => USUAL, dear(30))).map(({ key, level }) => [key, level])).toEqual([
      ["per_request", "page"],
    ]);
  });

  it("pages for a runaway with the money, the cause and what to do, in at most 10 lines", () => {
    const runaway = facts((at) => (at >= NOW - HOUR ? 25 : USUAL), {
      lastHour: { priced: 600, picoUsd: 3 * PICO, unpriced: 12 },
    });
    const contributors = contributorsOf(
      [
        { dimension: "user", value: "ann\n[page] all is well", picoUsd: 290 * PICO },
        { dimension: "user", value: "bob", picoUsd: 52 * PICO },
      ],
      [{ dimension: "user", value: "bob", picoUsd: 7 * 45 * PICO }],
      { days: 7, most: 3 },
    );
    const messages = told(runaway, "", contributors);
    expect(messages.map(({ key, level }) => [key, level])).toEqual([
      ["burn", "page"],
      ["day/2026-11-20", "page"],
    ]);
    expect(messages[0]).toMatchObject({
      title: "bot spends 22 times as fast as its budget allows",
      lines: [
        "Last 1 hour (since 2026-11-20 14:00 UTC): $300, where the month's budget allows $13.89.",
        "Last 5 minutes: $25, 22 times what is allowed, so it goes on.",
        "At this pace the month's budget is spent by 2026-11-21 18:38 UTC.",
        "This month: $1,710 of $10,000 (17 %).",
        "$297 more than the same hours of the days before; most of it: user ann [page] all is well +$290 (98 %).",
        "In the last hour 12 requests have no price: in none of these numbers.",
        expect.stringMatching(/^Next: `bellwether query --saved budget-dimensions --param day=2026-11-20`/),
      ],
    });
    expect(messages[1]?.title).toBe("bot has spent its budget of the day: $342 of $100 (342 %)");
    expect(messages[1]?.lines).toContain("Passed at about 2026-11-20 14:10 UTC.");
    for (const { title, lines } of messages) {
      expect(lines.length).toBeLessThanOrEqual(10);
      expect([title, ...lines].join("")).not.toMatch(/\n|undefined|NaN|null|Infinity/);
    }
  });

  it("raises tickets for 80 % of the month and for a likely overrun, and pages when it is certain", () => {
    const raised = (monthlyUsd: number) =>
      told(
        facts(() => USUAL),
        `monthlyUsd: ${monthlyUsd}, burnRates: []`,
      ).map(({ key, level }) => `${key} ${level}`);
    expect(raised(2_200)).toEqual([]);
    // 1413 are spent and 2160 to come; 80 % of 1750 is 1400.
    expect(raised(2_100)).toEqual(["forecast/2026-11-01 page"]);
    expect(raised(1_750)).toEqual(["month/2026-11-01 ticket", "forecast/2026-11-01 page"]);
    expect(raised(1_400)).toEqual(["month/2026-11-01 page", "forecast/2026-11-01 page"]);
  });

  it("tells of all subjects over their limit at once", () => {
    const subjects = Array.from({ length: 9 }, (_, i) => ({
      kind: "user" as const,
      subject: `u${i}`,
      picoUsd: i * PICO,
      unpriced: i === 8 ? 2 : 0,
    }));
    const [message, ...more] = told(
      facts(() => USUAL, { subjects }),
      "limits: { perUserUsd: 1.5 }",
    );
    expect(more).toEqual([]);
    expect(message).toMatchObject({
      key: "limit/user",
      level: "ticket",
      title: "bot: 7 users above the limit of $1.50 a day",
    });
    expect(message?.lines).toEqual([
      "u8: $8 today, $6.50 above the limit; 2 requests have no price: not counted.",
      "u7: $7 today, $5.50 above the limit.",
      "u6: $6 today, $4.50 above the limit.",
      "u5: $5 today, $3.50 above the limit.",
      "u4: $4 today, $2.50 above the limit.",
      "And 2 more.",
      "The app today: $45 of $100 (45 %).",
      expect.stringMatching(/^Next: /),
    ]);
    expect(
      told(
        facts(() => USUAL, { subjects: subjects.slice(0, 3) }),
        "limits: { perUserUsd: 1.5 }",
      )[0]?.title,
    ).toBe("bot: user u2 above the limit of $1.50 a day");
  });

  it("opens and closes nothing without data", () => {
    const silent: SpendFacts = {
      ...facts(() => 0),
      history: history(NOW, NOW, () => 0),
      lastHour: { priced: 0, picoUsd: 0, unpriced: 0 },
    };
    const reading = read(silent);
    expect(reading.data).toBe("none");
    const runaway = read(facts((at) => (at >= NOW - HOUR ? 25 : USUAL)));
    const open: BudgetState = settleIncidents({}, conditionsOf(runaway, budget()), NOW).state;
    const settled = settleIncidents(open, conditionsOf(reading, budget()), NOW);
    expect([settled.opened, settled.closed, settled.state]).toEqual([[], [], open]);
  });

  it("tells a look a day later apart, and the same look not at all", () => {
    const conditions = (at: number) => {
      const given = facts((bucket) => (bucket >= at - HOUR ? 25 : USUAL), {
        history: history(at - 40 * DAY, at, (bucket) => (bucket >= at - HOUR ? 25 : USUAL)),
      });
      return conditionsOf(read(given), budget());
    };
    const first = settleIncidents({}, conditions(NOW), NOW);
    expect(settleIncidents(first.state, conditions(NOW), NOW).opened).toEqual([]);
    const later = settleIncidents(first.state, conditions(NOW + DAY), NOW + DAY);
    expect(later.opened.map(({ key }) => key)).toEqual(["day/2026-11-21"]);
    expect(later.closed.map(({ key, why }) => [key, why])).toEqual([["day/2026-11-20", "period_over"]]);
  });
});

import {
  type BudgetState,
  budgetStateSchema,
  type Condition,
  type IncidentLevel,
  settleIncidents,
} from "@bellwether/core/budget/incident";
import { joinStandings, type Standing, standingOf } from "@bellwether/core/budget/standing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const condition = (ticket: Standing, page: Standing, more: Partial<Condition> = {}): Condition => ({
  key: "burn",
  about: { kind: "burn" },
  levels: { ticket, page },
  quietUntil: 0,
  until: null,
  ...more,
});

/** Settles one look after the other, the state through JSON each time, and tells what happened. */
function story(looks: readonly (readonly [at: number, conditions: readonly Condition[]])[]): string[] {
  let state: BudgetState = {};
  const told: string[] = [];
  for (const [at, conditions] of looks) {
    const settled = settleIncidents(state, conditions, at);
    for (const { key, level, from } of settled.opened) told.push(`${at} ${key} ${from ?? "opens"} ${level}`);
    for (const { key, why } of settled.closed) told.push(`${at} ${key} ${why}`);
    state = budgetStateSchema.parse(JSON.parse(JSON.stringify(settled.state)));
  }
  return told;
}

describe("standing", () => {
  it.each([
    [null, "unknown"],
    [Number.NaN, "unknown"],
    [0.81, "over"],
    [0.8, "near"],
    [0.71, "near"],
    [0.7, "under"],
    [0, "under"],
  ])("of %f against .8, closing at .7, is %s", (value, standing) => {
    expect(standingOf(value, 0.8, 0.7)).toBe(standing);
  });

  it("of several is the strongest", () => {
    expect(joinStandings(["under", "near", "over", "unknown"])).toBe("over");
    expect(joinStandings(["under", "near", "unknown"])).toBe("near");
    expect(joinStandings(["under", "unknown"])).toBe("unknown");
    expect(joinStandings(["under"])).toBe("under");
    expect(joinStandings([])).toBe("under");
  });
});

describe("incidents of a budget", () => {
  it("open once, stay while near or unknown, and close when under", () => {
    expect(
      story([
        [1, [condition("near", "near")]],
        [2, [condition("under", "over")]],
        [3, [condition("under", "over")]],
        [4, [condition("under", "near")]],
        [5, [condition("under", "unknown")]],
        [6, [condition("under", "under")]],
        [7, [condition("under", "under")]],
      ]),
    ).toEqual(["2 burn opens page", "6 burn recovered"]);
  });

  it("rise from ticket to page, and fall back silently", () => {
    expect(
      story([
        [1, [condition("over", "near")]],
        [2, [condition("over", "over")]],
        [3, [condition("over", "under")]],
        [4, [condition("over", "over")]],
        [5, [condition("under", "under")]],
      ]),
    ).toEqual(["1 burn opens ticket", "2 burn ticket page", "4 burn ticket page", "5 burn recovered"]);
  });

  it("are quiet after opening: a level does not open twice before its time, a higher one may", () => {
    const quiet = { quietUntil: 10 };
    expect(
      story([
        [1, [condition("over", "under", quiet)]],
        [2, [condition("under", "under", quiet)]],
        [3, [condition("over", "under", quiet)]],
        [4, [condition("over", "over", quiet)]],
        [5, [condition("under", "under", quiet)]],
        [6, [condition("over", "over", quiet)]],
        [10, [condition("over", "over", { quietUntil: 20 })]],
      ]),
    ).toEqual([
      "1 burn opens ticket",
      "2 burn recovered",
      "4 burn opens page",
      "5 burn recovered",
      "10 burn opens page",
    ]);
  });

  it("of a day end with it; the next day is another incident", () => {
    const day = (number: number, page: Standing) =>
      condition("under", page, {
        key: `day/${number}`,
        quietUntil: (number + 1) * DAY,
        until: (number + 1) * DAY,
      });
    expect(
      story([
        [HOUR, [day(0, "over")]],
        [DAY, [day(0, "over")]],
        [DAY + HOUR, [day(1, "under")]],
        [DAY + 2 * HOUR, [day(1, "over")]],
        // A look at a day that is over opens nothing.
        [DAY + 3 * HOUR, [day(0, "over"), day(1, "over")]],
      ]),
    ).toEqual([
      `${HOUR} day/0 opens page`,
      `${DAY + HOUR} day/0 period_over`,
      `${DAY + 2 * HOUR} day/1 opens page`,
    ]);
  });

  it("of a limit last until midnight, though who is over is all that is read", () => {
    const limit = condition("over", "under", {
      key: "limit/user/ann",
      about: { kind: "limit", subjectKind: "user", subject: "ann" },
      quietUntil: DAY,
      until: DAY,
    });
    expect(
      story([
        [1, [limit]],
        [2, []],
        [3, [limit]],
        [DAY, []],
      ]),
    ).toEqual(["1 limit/user/ann opens ticket", `${DAY} limit/user/ann period_over`]);
  });

  it("close when the policy watches them no more, and leave nothing behind", () => {
    const { state } = settleIncidents({}, [condition("over", "under")], 1);
    const after = settleIncidents(state, [], 2);
    expect(after.closed).toEqual([
      { key: "burn", about: { kind: "burn" }, openedAt: 1, level: "ticket", why: "not_watched" },
    ]);
    expect(after.state).toEqual({});
  });

  it("say nothing new about the same look, and repeat a look after a crash under the same key", () => {
    const looks = fc.array(
      fc.record({
        ticket: fc.constantFrom<Standing>("over", "near", "under", "unknown"),
        page: fc.constantFrom<Standing>("over", "near", "under", "unknown"),
        quietFor: fc.integer({ min: 0, max: 3 }),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(looks, (steps) => {
        let state: BudgetState = {};
        let open: IncidentLevel | null = null;
        steps.forEach(({ ticket, page, quietFor }, at) => {
          const look = [condition(ticket, page, { quietUntil: at + quietFor })];
          const settled = settleIncidents(state, look, at);
          expect(settleIncidents(state, look, at)).toEqual(settled);
          const again = settleIncidents(settled.state, look, at);
          expect([again.opened, again.closed]).toEqual([[], []]);
          expect(again.state).toEqual(settled.state);
          for (const opened of settled.opened) {
            expect(opened.from).toBe(open);
            expect([ticket, page]).toContain("over");
            open = opened.level;
          }
          for (const closed of settled.closed) {
            expect(open).not.toBeNull();
            expect(closed.openedAt).toBeLessThan(at);
            open = null;
          }
          open = settled.state.burn?.level ?? null;
          if (ticket === "unknown" && page === "unknown")
            expect(settled.state.burn?.level ?? null).toBe(state.burn?.level ?? null);
          state = settled.state;
        });
      }),
    );
  });
});

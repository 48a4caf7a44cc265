import { budgetApp } from "@bellwether/core/budget/budget-tick";
import { newWatch } from "@bellwether/core/budget/budget-watch";
import { incidentKey } from "@bellwether/core/notices/incident";
import { noticeSchema } from "@bellwether/core/notices/notice";
import { BUCKET_MS, CELL_MS, cellOf } from "@bellwether/core/windows/bucket";
import { describe, expect, it } from "vitest";
import {
  APP,
  DAY,
  depsOf,
  HOUR,
  incidentsOf,
  LAG,
  newWorld,
  type SpendingWorld,
  spendOfTraffic,
  stageOf,
  type Traffic,
} from "./spending-app.ts";

/** A Friday noon, 20 days into the month. */
const NOON = Date.parse("2026-11-20T12:00:00Z");
/** $72 a day in 2,880 requests. */
const USUAL: Traffic = { n: 10, usd: 0.25 };
const RUNAWAY: Traffic = { n: 1_000, usd: 25 };
const SILENCE: Traffic = { n: 0, usd: 0 };

/** An app that spends as usual except where `other` says so, watched since before noon. */
function worldWith(other: (at: number) => Traffic | undefined, known = 5): SpendingWorld {
  const start = NOON - (NOON % DAY) - known * DAY;
  const world = newWorld(start, (at) => other(at) ?? USUAL);
  world.watch = { ...newWatch(start), seq: 1, until: NOON };
  world.sumsUntil = NOON;
  return world;
}

const between = (from: number, until: number, traffic: Traffic) => (at: number) =>
  at >= from && at < until ? traffic : undefined;

function tick(world: SpendingWorld, at: number, yaml = "", deps = depsOf(world)) {
  // As measure would have it by then.
  world.sumsUntil = Math.max(world.sumsUntil, cellOf(at));
  return budgetApp(APP, at + LAG, stageOf(yaml), deps);
}

async function runUntil(world: SpendingWorld, until: number, yaml = ""): Promise<void> {
  for (let at = (world.watch?.until ?? NOON) + BUCKET_MS; at <= until; at += BUCKET_MS)
    await tick(world, at, yaml);
}

const told = ({ notices }: SpendingWorld): string[] =>
  notices.map(({ at, incident, severity, title }) => {
    const time = new Date(at).toISOString().slice(5, 16);
    return `${time} ${incident?.state ?? "-"} ${severity} ${title}`;
  });

describe("a runaway", () => {
  it("pages once for the day and once for its pace, says how much, since when and what to do, and both close", async () => {
    const world = worldWith(between(NOON, NOON + HOUR, RUNAWAY));
    await runUntil(world, NOON + 13 * HOUR);
    expect(told(world)).toEqual([
      "11-20T12:15 open high bot has spent its budget of the day: $111 of $100 (111 %)",
      "11-20T12:40 open high bot spends 14 times as fast as its budget allows",
      "11-20T13:05 closed info bot spends no faster than its budget allows again",
      "11-21T00:05 closed info bot has ended the day that passed its budget",
    ]);
    const [day, pace, paceOver, dayOver] = world.notices;
    for (const notice of world.notices) noticeSchema.parse(notice);
    expect([dayOver, paceOver].map((notice) => notice && incidentKey(notice))).toEqual(
      [day, pace].map((notice) => notice && incidentKey(notice)),
    );
    expect(new Set(world.notices.map(({ dedupeKey }) => dedupeKey)).size).toBe(4);
    expect(pace?.lines).toEqual([
      "Last 1 hour (since 2026-11-20 11:40 UTC): $201, where the month's budget allows $13.89.",
      "Last 5 minutes: $25, 22 times what is allowed, so it goes on.",
      expect.stringMatching(/^At this pace the month's budget is spent by 2026-11-2\d/),
      "This month: $596 of $10,000 (6 %).",
      expect.stringContaining("spread evenly over its hours"),
      expect.stringMatching(/^Next: `bellwether query --saved budget-dimensions --param day=2026-11-20`/),
    ]);
    expect(pace?.next).toEqual(["bellwether budget"]);
    expect(day?.lines).toContain("Passed at about 2026-11-20 12:10 UTC.");
    expect(incidentsOf(world)).toMatchObject([
      {
        incident_id: "bot/budget/day/2026-11-20/2026-11-20T12:15",
        source: "budget",
        kind: "day",
        status: "closed",
        ending: "period_over",
        at: "2026-11-20T12:15:00.000Z",
        closed_at: "2026-11-21T00:05:00.000Z",
      },
      { kind: "burn", status: "closed", ending: "recovered", closed_at: "2026-11-20T13:05:00.000Z" },
    ]);
  });

  it("is not over because nothing arrives: silence is believed after an hour", async () => {
    const silent = (at: number) => (at >= NOON + HOUR ? SILENCE : at >= NOON ? RUNAWAY : undefined);
    const world = worldWith(silent);
    await runUntil(world, NOON + 2 * HOUR - BUCKET_MS);
    expect(world.watch?.incidents.burn?.level).toBe("page");
    await runUntil(world, NOON + 2 * HOUR);
    expect(told(world).at(-1)).toBe(
      "11-20T14:00 closed info bot spends no faster than its budget allows again",
    );
  });

  it("is told with the judge's own spend beside it, which is in none of the numbers", async () => {
    const world = worldWith(between(NOON, NOON + HOUR, RUNAWAY));
    const deps = depsOf(world);
    const judging = async (app: string, from: number, until: number) =>
      (await deps.readBucketSpend(app, from, until)).map((one) => ({ ...one, judgePicoUsd: 1e10 }));
    for (let at = NOON + BUCKET_MS; at <= NOON + 15 * 60_000; at += BUCKET_MS)
      await tick(world, at, "", { ...deps, readBucketSpend: judging });
    expect(world.notices.map(({ title }) => title)).toEqual([
      "bot has spent its budget of the day: $111 of $100 (111 %)",
    ]);
    // The 144 closed buckets since midnight.
    expect(world.notices[0]?.lines).toContain(
      "Judging the app's answers cost $1.44 today; it is in none of these numbers.",
    );
  });
});

describe("who it comes from", () => {
  const known = { columns: ["dimension", "value", "pico_usd"].map((name) => ({ name })) };
  const runaway = () => worldWith(between(NOON, NOON + HOUR, RUNAWAY));

  it("is asked when a page opens and told in it, for the span that the page is about", async () => {
    const world = runaway();
    world.runSql = async (sql) => ({
      ...known,
      rows: [
        ["tenant", "acme", sql.includes("2026-11-19") ? 50e12 : 190e12],
        ["tenant", "globex", sql.includes("2026-11-19") ? 200e12 : 40e12],
      ],
    });
    await runUntil(world, NOON + 40 * 60_000);
    expect(world.asked).toHaveLength(4);
    expect(world.asked[2]).toContain(
      `"at" >= '2026-11-20T11:40:00.000Z' and "at" < '2026-11-20T12:40:00.000Z'`,
    );
    for (const { lines } of world.notices)
      expect(lines).toContain(
        "$180 more than the same hours of the days before; most of it: tenant acme +$180 (100 %).",
      );
  });

  it("is left out, and counted, when the lake does not answer: the page is not lost", async () => {
    const world = runaway();
    world.runSql = async () => Promise.reject(new Error("throttled"));
    await runUntil(world, NOON + 40 * 60_000);
    expect(world.notices).toHaveLength(2);
    for (const { lines } of world.notices)
      expect(lines).toContain("Who it comes from is not known: the lake did not answer.");
    expect(world.unanswered).toEqual(["throttled", "throttled"]);
  });
});

describe("a month that will probably pass its budget", () => {
  it("pages once, on the hour, and neither the next hours nor the next day page again", async () => {
    const world = worldWith(() => undefined, 16);
    const yaml = "monthlyUsd: 1800, dailyUsd: 500, warnAt: 0.99, burnRates: []";
    await runUntil(world, NOON + 13 * HOUR, yaml);
    expect(told(world)).toEqual(["11-20T13:00 open high bot will probably pass its budget of the month"]);
    expect(world.notices[0]?.lines[0]).toMatch(
      /^If the coming days .* the chance of passing the budget is 100 %\./,
    );
  });
});

describe("limits of tenants and users", () => {
  const yaml = "dailyUsd: 500, limits: { perUserUsd: 40 }";
  const answer = (usd: number) => ({
    columns: ["app", "kind", "subject", "pico_usd", "requests", "unpriced"].map((name) => ({ name })),
    rows: [
      [APP, "user", "ann", usd * 1e12, 10, 0],
      [APP, "user", "bob", 1e12, 10, 0],
    ],
  });

  it("are looked at once an hour when anybody could be above them, and raise one ticket a day", async () => {
    const world = worldWith(() => undefined);
    world.runSql = async (sql) => answer(sql.includes("2026-11-21") ? 1 : 41);
    await runUntil(world, NOON + 2 * HOUR, yaml);
    // The app has spent less than $40 until 13:20.
    expect(world.asked.map((sql) => /"at" < '([^']+)'/.exec(sql)?.[1] ?? "whole hours")).toEqual([
      "2026-11-20T13:25:00.000Z",
      "whole hours",
    ]);
    expect(told(world)).toEqual(["11-20T13:25 - info bot: user ann above the limit of $40 a day"]);
    await tick(world, NOON + 13 * HOUR, yaml);
    expect(world.notices).toHaveLength(1);
    expect(incidentsOf(world)).toMatchObject([
      { kind: "limit", subjects: "user=ann", status: "closed", ending: "period_over" },
    ]);
  });

  it("are asked for again at the next look when the lake did not answer", async () => {
    const world = worldWith(() => undefined);
    world.runSql = async () => (world.asked.length < 3 ? Promise.reject(new Error("throttled")) : answer(41));
    await runUntil(world, NOON + 2 * HOUR - BUCKET_MS, yaml);
    expect(world.unanswered).toHaveLength(2);
    expect(told(world)).toEqual(["11-20T13:35 - info bot: user ann above the limit of $40 a day"]);
  });

  it("are not asked for without a policy", async () => {
    const world = worldWith(() => undefined);
    await runUntil(world, NOON + 3 * HOUR);
    expect(world.asked).toEqual([]);
  });
});

describe("a tick that is lost, doubled or cut off", () => {
  const story = () => worldWith(between(NOON + 10 * 60_000, NOON + HOUR, RUNAWAY));
  const finished = NOON + 3 * HOUR;
  const outcome = (world: SpendingWorld) => ({
    // How many ticks it took is the only difference.
    watch: { ...world.watch, seq: undefined },
    pages: new Set(world.notices.map(({ dedupeKey, lines }) => `${dedupeKey} ${lines.join()}`)),
    incidents: incidentsOf(world),
  });

  it("comes to the same state, pages and rows", async () => {
    const straight = story();
    await runUntil(straight, finished);
    const rough = story();
    for (let at = NOON + BUCKET_MS, n = 0; at <= finished; at += BUCKET_MS, n++) {
      if (n % 7 < 3 && at < finished) continue;
      const deps = depsOf(rough);
      const dying = { ...deps, saveBudgetWatch: async () => Promise.reject(new Error("dead")) };
      await expect(tick(rough, at, "", dying)).rejects.toThrow("dead");
      await Promise.all([tick(rough, at), tick(rough, at)]);
      expect(await tick(rough, at)).toMatchObject({ gauges: [] });
    }
    expect(straight.notices.length).toBeGreaterThan(2);
    expect(outcome(rough)).toEqual(outcome(straight));
  });

  it("does not matter where the sums of closed hours stand: marked hours are read from their folds", async () => {
    const [prompt, behind] = [story(), story()];
    await runUntil(prompt, finished);
    for (const hour of [-26, -3, -2, -1, 0, 1, 2]) behind.late.add(NOON + hour * HOUR);
    await runUntil(behind, finished);
    expect(outcome(behind)).toEqual(outcome(prompt));
  });
});

describe("late data", () => {
  it("holds everything, and says so, while folds or sums are behind", async () => {
    const world = worldWith(between(NOON, NOON + HOUR, RUNAWAY));
    const deps = depsOf(world);
    const marks = (count: number, width: number) =>
      Array.from({ length: count }, (_, i) => ({ bucket: world.start + i * width, tokens: [`${i}`] }));
    const folding = { ...deps, dirtyMarks: async () => marks(3_000, 1) };
    const at = NOON + HOUR;
    const held = { gauges: [], settledUntil: at + LAG };
    expect(await tick(world, at, "", folding)).toEqual({ ...held, held: "folds_behind" });
    const summing = { ...deps, dirtyHours: async () => marks(49, CELL_MS) };
    expect(await tick(world, at, "", summing)).toEqual({ ...held, held: "sums_behind" });
    expect([world.notices, world.watch?.until]).toEqual([[], NOON]);
    expect((await tick(world, at)).held).toBeNull();
    expect(world.notices.length).toBeGreaterThan(0);
  });

  it("of an hour long ago counts at the next look", async () => {
    const world = worldWith(() => undefined);
    const before = (await tick(world, NOON + BUCKET_MS)).gauges.find(({ metric }) => metric === "BudgetUsed");
    world.traffic = (at) => (at === NOON - DAY ? { n: 1, usd: 1_000 } : USUAL);
    world.late.add(NOON - DAY);
    const after = (await tick(world, NOON + 2 * BUCKET_MS)).gauges.find(
      ({ metric }) => metric === "BudgetUsed",
    );
    expect((after?.value ?? 0) - (before?.value ?? 0)).toBeCloseTo((100 * 1_000) / 10_000, 6);
  });
});

describe("what is published", () => {
  it("is the spend of the day and the part of the month's budget, in USD and percent", async () => {
    const world = worldWith(() => undefined);
    const { gauges } = await tick(world, NOON + HOUR);
    const value = (name: string) => gauges.find(({ metric }) => metric === name)?.value;
    expect(gauges).toHaveLength(2);
    expect(value("SpendToday")).toBeCloseTo(13 * 3, 9);
    expect(value("BudgetUsed")).toBeCloseTo((5 * 72 + 13 * 3) / 100, 9);
  });

  it("is nothing for an app that never spent, or that was looked at already", async () => {
    const world = worldWith(() => undefined);
    const never = {
      ...depsOf(world),
      getBudgetWatch: async () => undefined,
      oldestFold: async () => undefined,
    };
    expect(await tick(world, NOON, "", never)).toEqual({ gauges: [], settledUntil: null, held: null });
    expect((await tick(world, NOON)).gauges).toEqual([]);
  });

  it("begins with today: nobody is paged for what happened before the first look", async () => {
    const world = worldWith((at) => (at >= NOON - 40 * HOUR && at < NOON - 30 * HOUR ? RUNAWAY : undefined));
    world.watch = undefined;
    await runUntil(world, NOON + HOUR);
    expect(told(world)).toEqual([]);
    expect(world.watch).toMatchObject({ first: world.start, until: NOON + HOUR });
  });

  it("may be asked for again when something can change: at once while a window slides, else when the day ends", async () => {
    const calm = worldWith(() => undefined);
    expect((await tick(calm, NOON + HOUR)).settledUntil).toBeNull();
    const burning = worldWith(between(NOON, NOON + HOUR, RUNAWAY));
    expect((await tick(burning, NOON + HOUR)).settledUntil).toBe(NOON + HOUR + BUCKET_MS + LAG);
    await runUntil(burning, NOON + 2 * HOUR);
    const midnight = NOON + 12 * HOUR;
    expect((await tick(burning, NOON + 3 * HOUR)).settledUntil).toBe(midnight + BUCKET_MS + LAG);
  });
});

describe("the spend of a bucket", () => {
  it("counts what has no price beside it", () => {
    expect(spendOfTraffic(NOON, { n: 3, usd: 0.5, unpriced: 2 })).toEqual({
      start: NOON,
      picoUsd: 5e11,
      priced: 3,
      unpriced: 2,
      judgePicoUsd: 0,
    });
  });
});

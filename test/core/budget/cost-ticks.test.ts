import { type CostStage, costTicks } from "@bellwether/core/budget/cost-ticks";
import { BUCKET_MS } from "@bellwether/core/windows/bucket";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTemporaryLake, type TemporaryLake } from "../../support/temporary-lake.ts";
import {
  APP,
  DAY,
  depsOf,
  HOUR,
  LAG,
  newWorld,
  type SpendingWorld,
  stageOf,
  type Traffic,
} from "./spending-app.ts";

const START = Date.parse("2026-11-16T00:00:00Z");
/** Thursday noon, after three days of data. */
const ONSET = START + 3 * DAY + 12 * HOUR;
const stage: CostStage = { ...stageOf("dailyUsd: 1000"), warmUpDays: 3, falsePagesPerWeek: 0.1 };

/** 20 requests a bucket at a cent each, more by day. */
const usual = (at: number): Traffic => {
  const n = Math.round(20 * (1 + 0.5 * Math.sin((2 * Math.PI * ((at % DAY) / HOUR - 9)) / 24)));
  return { n, usd: n * 0.01 };
};

const tick = (world: SpendingWorld, at: number) => {
  world.sumsUntil = Math.max(world.sumsUntil, at - (at % HOUR));
  return costTicks([APP], at + LAG, stage, depsOf(world));
};

const calm = newWorld(START, usual);
let lake: TemporaryLake;
beforeAll(async () => {
  for (let at = START + DAY; at <= ONSET; at += DAY / 2) await tick(calm, at);
  const call = (id: string, at: number, tenant: string, usd: number) => ({
    request_id: id,
    at: new Date(at).toISOString(),
    app: APP,
    tenant,
    model_id: "haiku",
    cost_pico_usd: usd * 1e12,
    rev: 1,
  });
  const hours = [0, 1, 2, 3].map((day) => ONSET - day * DAY);
  lake = await openTemporaryLake({
    requests_log: hours.map((at) => [
      call(`acme-${at}`, at + 5 * 60_000, "acme", at >= ONSET ? 9 : 1),
      call(`globex-${at}`, at + 4 * 60_000, "globex", 2),
    ]),
  });
});
afterAll(() => lake.remove());

/** The calm world from noon on under other traffic. */
const worldUnder = (traffic: (at: number) => Traffic): SpendingWorld => ({
  ...structuredClone({ ...calm, traffic: undefined, runSql: undefined }),
  traffic: (at) => (at >= ONSET ? traffic(at) : usual(at)),
  runSql: lake.runSql,
});
const dearer = (at: number): Traffic => ({ ...usual(at), usd: usual(at).usd * 2 });

describe("the cost detectors", () => {
  it("find within an hour that requests cost twice as much, and page once", async () => {
    const world = worldUnder(dearer);
    for (let at = ONSET + BUCKET_MS; at <= ONSET + HOUR; at += BUCKET_MS) await tick(world, at);
    const [page, ...more] = world.notices;
    expect(more).toEqual([]);
    expect(page).toMatchObject({ type: "cost", severity: "high", incident: { state: "open" } });
    expect(page?.title).toMatch(/^bot: cost anomaly, (cost per request|spend) [\d.]+ → [\d.]+ USD \(\+\d/);
    expect(page?.at).toBeLessThanOrEqual(ONSET + HOUR);
    expect(page?.lines.join("\n")).toMatch(/since about 2026-11-19T1[12]:\d\dZ/);
  });

  it("say in the page which tenant did it, from the lake", async () => {
    const world = worldUnder(dearer);
    await tick(world, ONSET + 3 * HOUR);
    const [page] = world.notices;
    expect(page?.lines.at(-1)).toBe(
      "$8 more than the same hours of the days before; most of it: tenant acme +$8 (100 %).",
    );
  });

  it("page without it when the lake does not answer", async () => {
    const world = worldUnder(dearer);
    world.runSql = async () => Promise.reject(new Error("throttled"));
    await tick(world, ONSET + HOUR);
    expect(world.notices).toHaveLength(1);
    expect(world.notices[0]?.lines.at(-1)).toBe("Who it comes from is not known: the lake did not answer.");
    expect(world.unanswered).toEqual(["throttled"]);
  });

  it("say nothing of a calm day but a score below 1", async () => {
    const world = worldUnder(usual);
    const { gauges, failed, held } = await tick(world, ONSET + 6 * HOUR);
    expect([world.notices, failed, held]).toEqual([[], [], []]);
    const score = gauges.find(({ metric }) => metric === "DriftScore");
    expect(score?.dimensions).toEqual({ app: APP, kind: "cost" });
    expect(score?.value).toBeLessThan(1);
    expect(gauges.map(({ metric }) => metric).sort()).toEqual(["BudgetUsed", "DriftScore", "SpendToday"]);
  });
});

describe("a lake that does not answer", () => {
  it("is asked once in a tick, however much is made up for, and everything that failed is counted", async () => {
    const world = worldUnder(usual);
    world.runSql = async () => Promise.reject(new Error("it hangs"));
    const limited = { ...stage, ...stageOf("limits: { perUserUsd: 1 }, dailyUsd: 1000") };
    await costTicks([APP], ONSET + 6 * HOUR + LAG, limited, depsOf(world));
    expect(world.watch?.until).toBe(ONSET + 6 * HOUR);
    expect(world.asked).toHaveLength(1);
    expect(new Set(world.unanswered)).toEqual(new Set(["it hangs"]));
    expect(world.unanswered.length).toBeGreaterThan(6);
  });
});

describe("one detector's trouble", () => {
  it("is not the other's: its gauges come, and the tick fails", async () => {
    const world = worldUnder(usual);
    const deps = { ...depsOf(world), getDriftState: async () => Promise.reject(new Error("dead")) };
    const ticked = await costTicks([APP], ONSET + HOUR + LAG, stage, deps);
    expect(ticked.gauges.map(({ metric }) => metric)).toEqual(["SpendToday", "BudgetUsed"]);
    expect(ticked.failed).toMatchObject([{ app: APP, error: { message: "dead" } }]);
    expect(() => ticked.answer()).toThrow("could not be watched");
  });
});

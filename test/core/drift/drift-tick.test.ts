import { driftApp } from "@bellwether/core/drift/drift-tick";
import { beforeAll, describe, expect, it } from "vitest";
import { DAY, depsOf, newWorld, STAGE, START, type Weather, type World } from "./drifting-app.ts";

const HOUR = 3_600_000;
const QUARTER = 15 * 60_000;
const APP = "bot";
const stage = { ...STAGE, warmUpDays: 3 };
/** Thursday noon, after three days of data. */
const ONSET = START + 3 * DAY + 12 * HOUR;

const tickAt = (world: World, at: number, deps = depsOf(world)) =>
  driftApp(APP, at + stage.lagMs, stage, deps);

/** Ticks up to an instant, a day at a time: a tick looks at its buckets one by one, however many they are. */
async function runUntil(world: World, until: number): Promise<void> {
  for (let at = world.state?.until ?? START; at < until; ) {
    at = Math.min(at + DAY, until);
    await tickAt(world, at);
  }
}

/** Three calm days and a morning, once for all tests. */
const calm = newWorld();

/** The calm world from its noon on under other weather. */
const worldUnder = (weather: World["weather"]): World => ({
  ...structuredClone({ ...calm, weather: undefined }),
  weather,
});

beforeAll(() => runUntil(calm, ONSET));

const from =
  (onset: number, weather: Weather, until = Number.POSITIVE_INFINITY) =>
  (at: number): Weather =>
    at >= onset && at < until ? weather : {};

const kinds = (world: World, word: string): string[] =>
  world.notices.filter(({ dedupeKey }) => dedupeKey.startsWith(word)).map(({ title }) => title);

describe("a tick of detect-drift", () => {
  it("says nothing while it learns", async () => {
    const world = newWorld();
    await runUntil(world, START + 2 * DAY);
    expect((await tickAt(world, START + 2 * DAY + QUARTER)).gauges).toEqual([]);
  });

  it("says of a calm day a score below 1, and pages nobody", async () => {
    const world = worldUnder(() => ({}));
    const { gauges } = await tickAt(world, ONSET + QUARTER);
    expect(gauges.map(({ dimensions }) => dimensions.kind)).toEqual(["data", "performance", "usage"]);
    for (const { value } of gauges) expect(value).toBeLessThan(1);
    expect(world.notices).toEqual([]);
    expect([...world.lake.values()].filter(({ table }) => table === "drift_log").length).toBeGreaterThan(0);
  });

  it("pages once for other questions and longer prompts, says by how much and since when, and names three requests", async () => {
    const world = worldUnder(from(ONSET, { tokens: 1.4, newTopic: 0.4 }));
    await runUntil(world, ONSET + 5 * HOUR);
    const pages = world.notices.filter(({ incident }) => incident?.state === "open");
    const data = pages.filter(({ title }) => title.includes("data drift"));
    expect(data).toHaveLength(1);
    const [page] = data;
    const lines = page?.lines.join("\n") ?? "";
    expect(lines).toMatch(/input tokens per request: \d+ → \d+ tokens \(\+\d/);
    expect(lines).toMatch(/since about 2026-08-06T1[12]:\d\dZ/);
    expect(lines).toMatch(/language of the question|length of the question|what is asked/);
    expect(lines).toContain("not alarmed on: PSI");
    expect(lines).toMatch(/for example \d+-\d+, \d+-\d+, \d+-\d+/);
    const examples = [...lines.matchAll(/(\d{13})-\d+/g)].map(([, start]) => Number(start));
    for (const start of examples) expect(start).toBeGreaterThanOrEqual(ONSET - 2 * HOUR);
    const incidents = [...world.lake.values()].filter(({ table }) => table === "incidents_log");
    expect(incidents.flatMap(({ rows }) => rows)).toContainEqual(
      expect.objectContaining({ source: "drift", kind: "data", status: "open" }),
    );
  });

  it("closes an incident when what it began with is over, and does not ring again", async () => {
    const world = worldUnder(from(ONSET, { tokens: 1.5 }, ONSET + 6 * HOUR));
    await runUntil(world, ONSET + 18 * HOUR);
    expect(kinds(world, "opened").filter((title) => title.includes("data"))).toHaveLength(1);
    expect(kinds(world, "closed")).toContainEqual(expect.stringContaining("data drift is back to normal"));
    expect(world.state?.incidents.data).toBeUndefined();
  });

  it("takes a change that lasts a day as the new normal at midnight, once, in every segment", async () => {
    const world = worldUnder(from(ONSET, { tokens: 1.5 }));
    await runUntil(world, START + 5 * DAY + 6 * HOUR);
    expect(world.state?.incidents.data).toBeUndefined();
    expect(kinds(world, "closed")).toContainEqual(expect.stringContaining("new normal"));
    const shifted = Object.entries(world.state?.pasts ?? {}).filter(([key]) =>
      key.startsWith("input_tokens|"),
    );
    expect(shifted.map(([key]) => key).sort()).toEqual([
      "input_tokens|all",
      "input_tokens|model=model-a",
      "input_tokens|model=model-b",
    ]);
    for (const [, { shifts }] of shifted) expect(shifts[0]?.by).toBeCloseTo(Math.log(1.5), 0);
  });

  it("notices within two hours that requests stop coming", async () => {
    const world = worldUnder(from(ONSET, { volume: 0 }));
    await runUntil(world, ONSET + 2 * HOUR + QUARTER);
    expect(kinds(world, "opened")).toContainEqual(expect.stringContaining("usage drift"));
  });
});

describe("a tick that is lost, doubled or cut off", () => {
  const weather = from(ONSET, { tokens: 1.6 });
  const finished = ONSET + 3 * HOUR;
  const outcome = (world: World) => ({
    // How many ticks it took is the only difference.
    state: { ...world.state, seq: undefined },
    documents: [...world.documents].sort(),
    pages: new Set(world.notices.map(({ dedupeKey, lines }) => `${dedupeKey} ${lines.join()}`)),
  });

  it("comes to the same state, documents and pages", async () => {
    const straight = worldUnder(weather);
    await runUntil(straight, finished);
    const rough = worldUnder(weather);
    for (let at = ONSET + QUARTER, n = 0; at <= finished; at += QUARTER, n++) {
      const deps = depsOf(rough);
      // Dies before the state is written, then two invocations race.
      if (n % 3 === 0) {
        const dying = { ...deps, saveDriftState: async () => Promise.reject(new Error("dead")) };
        await expect(tickAt(rough, at, dying)).rejects.toThrow("dead");
      }
      await Promise.all([tickAt(rough, at, deps), tickAt(rough, at, deps)]);
      await tickAt(rough, at, deps);
    }
    expect(straight.notices.length).toBeGreaterThan(0);
    expect(outcome(rough)).toEqual(outcome(straight));
  });
});

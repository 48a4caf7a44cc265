import { fitBaseline, NO_PAST } from "@bellwether/core/drift/baseline";
import { creepOf } from "@bellwether/core/drift/creep";
import { type DriftDay, emptyDay } from "@bellwether/core/drift/day";
import { DAY_MS } from "@bellwether/core/drift/detect/cell";
import type { ScalarPoint } from "@bellwether/core/drift/detect/points";
import { writeDay } from "@bellwether/core/drift/documents";
import { creepNotice } from "@bellwether/core/drift/drift-notice";
import { COST, DRIFT } from "@bellwether/core/drift/series";
import { weeklyLook } from "@bellwether/core/drift/weekly";
import { seededUniform as seeded } from "@bellwether/stats/uniform";
import { describe, expect, it } from "vitest";

const QUARTER = 15 * 60_000;
/** A Monday. */
const START = Date.parse("2026-08-03T00:00:00Z");
const CELLS = Array.from({ length: 48 }, () => 6);

function points(from: number, days: number, level: number, seed = 1): ScalarPoint[] {
  const next = seeded(seed + from / DAY_MS);
  return Array.from({ length: days * 96 }, (_, i) => ({
    at: from + i * QUARTER,
    n: 40,
    mean: level + 0.1 * (next() + next() + next() - 1.5) * 2,
    variance: 0.01,
  }));
}

describe("creepOf", () => {
  it.each([
    ["no change", 0, false],
    ["2 % more", Math.log(1.02), false],
    ["8 % more", Math.log(1.08), true],
    ["8 % less", Math.log(0.92), true],
  ])("tells of %s over a week: %d", (_, shift, told) => {
    const creep = creepOf("input_tokens|all", points(START, 7, 6 + shift), CELLS, 0.01);
    expect(creep !== undefined).toBe(told);
    if (creep === undefined) return;
    expect(creep.effect).toBeCloseTo(shift, 1);
    expect(creep.low).toBeLessThan(creep.effect);
    expect(creep.high).toBeGreaterThan(creep.effect);
  });

  it("does not tell of latency that fell, nor of less than a day", () => {
    expect(creepOf("latency|all", points(START, 7, 5), CELLS, 0.01)).toBeUndefined();
    expect(creepOf("latency|all", points(START, 7, 7), CELLS, 0.01)).toBeDefined();
    expect(creepOf("latency|all", points(START, 0.9, 7), CELLS, 0.01)).toBeUndefined();
  });
});

describe("the weekly look", () => {
  const settings = { family: DRIFT, warmUpDaysOf: () => 14, pastOf: () => NO_PAST };
  const dayOfLevel = (day: number, level: number): DriftDay => ({
    ...emptyDay(),
    scalars: { "input_tokens|all": points(day, 1, level, 5) },
  });

  it("pins what is ready and, on a later Monday, says how far the last week is from it, once for the week", async () => {
    const documents = new Map<string, string>();
    const deps = {
      readDocument: async (key: string) => documents.get(key),
      writeDocument: async (key: string, text: string) => void documents.set(key, text),
    };
    // Every week is 3 % above the one before.
    const days = Array.from({ length: 49 }, (_, i) =>
      dayOfLevel(START + i * DAY_MS, 6 + 0.03 * Math.floor(i / 7)),
    );
    for (const [i, day] of days.entries()) await writeDay(DRIFT, "bot", START + i * DAY_MS, day, deps);
    const notices: string[] = [];
    for (let i = 14; i < 49; i++) {
      const baseline = fitBaseline(START + i * DAY_MS, days.slice(Math.max(0, i - 28), i), settings);
      const look = { baseline, releasedAt: 0, falsePagesPerWeek: 0.1 };
      const weekly = await weeklyLook(DRIFT, "bot", look, deps);
      if (weekly !== undefined) notices.push(`${weekly.notice.dedupeKey} ${weekly.notice.lines.join()}`);
      expect(await weeklyLook(DRIFT, "bot", look, deps)).toEqual(weekly);
    }
    expect(notices.length).toBeGreaterThan(1);
    expect(notices.at(-1)).toMatch(
      /^creep\/drift\/bot\/2026-09-14 input tokens per request: \+1\d(\.\d)? % \[\d/,
    );
    expect(new Set(notices.map((text) => text.split(" ")[0])).size).toBe(notices.length);
  });

  it("tells of drift and of cost on the same Monday under keys of their own", () => {
    const release = { releasedAt: 0, day: START, cells: {} };
    const keys = [DRIFT, COST].map((family) => creepNotice(family, "bot", release, [], START).dedupeKey);
    expect(keys).toEqual(["creep/drift/bot/2026-08-03", "creep/cost/bot/2026-08-03"]);
  });
});

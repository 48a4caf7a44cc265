import type { LakeRow } from "@bellwether/core/lake/tables";
import type { Notice } from "@bellwether/core/notices/notice";
import { noticeSchema } from "@bellwether/core/notices/notice";
import { readGoldenSet } from "@bellwether/core/sentinel/golden-set";
import { judgeMovedLine } from "@bellwether/core/sentinel/judge-moved";
import { type SentinelDeps, type SentinelState, sentinelTick } from "@bellwether/core/sentinel/sentinel-tick";
import { describe, expect, it } from "vitest";

const DAY = 86_400_000;
const START = Date.parse("2026-11-01T00:30:00Z");
const KEY = "golden/support/abc.jsonl";
const GOLDEN = Array.from({ length: 50 }, (_, i) =>
  JSON.stringify({ id: `c${i}`, question: "why?", contexts: ["p"], answer: `answer ${i}` }),
).join("\n");

function world() {
  const state = { stored: undefined as SentinelState | undefined, calls: 0, shift: 0, silent: 0 };
  const notices: Notice[] = [];
  const documents = new Map<string, string>();
  const lake = new Map<string, readonly LakeRow[]>();
  const deps: SentinelDeps = {
    getSentinel: async () => state.stored,
    saveSentinel: async (next) => {
      if ((state.stored?.seq ?? 0) !== next.seq - 1) return false;
      state.stored = next;
      return true;
    },
    readDocument: async (key) => (key === KEY || key.startsWith("golden/other") ? GOLDEN : undefined),
    writeDocument: async (key, text) => void documents.set(key, text),
    judgeCase: async ({ id }) => {
      state.calls += 1;
      const n = Number(id.slice(1));
      if (n < state.silent) return { quality: null, picoUsd: 1 };
      return { quality: 0.5 + (n % 5) / 20 + state.shift * (0.5 + (n % 3) / 2), picoUsd: 2 };
    },
    writeLake: async (_, part, rows) => void lake.set(part, rows),
    notify: async (notice) => void notices.push(noticeSchema.parse(notice)),
  };
  const tick = (at: number, judge = "haiku j.1", dataset: string | undefined = KEY) =>
    sentinelTick(at, { dataset, judge, partName: (...names) => names.join("|") }, deps);
  return { state, notices, lake, documents, deps, tick };
}

describe("the sentinel", () => {
  it("watches nothing without a golden set, and fails loudly when it is gone", async () => {
    const { deps, tick, state } = world();
    const stage = { dataset: undefined, judge: "j", partName: () => "p" };
    expect(await sentinelTick(START, stage, deps)).toEqual({ kind: "idle" });
    await expect(tick(START, "j", "golden/gone.jsonl")).rejects.toThrow("no golden set at golden/gone.jsonl");
    expect(state.calls).toBe(0);
  });

  it("pins its reference at the first look, then judges once a day", async () => {
    const { state, tick, lake } = world();
    expect(await tick(START)).toMatchObject({ kind: "pinned", gauges: [{ metric: "JudgeDrift", value: 0 }] });
    expect(await tick(START + DAY / 24)).toEqual({ kind: "idle" });
    expect(state.calls).toBe(50);
    expect(await tick(START + DAY)).toMatchObject({ kind: "looked" });
    expect(state.calls).toBe(100);
    expect(Object.keys(state.stored?.reference ?? {})).toHaveLength(50);
    expect(
      [...lake.values()].flat().map(({ status, shift, cost_pico_usd }) => [status, shift, cost_pico_usd]),
    ).toEqual([
      ["steady", 0, 100],
      ["steady", 0, 100],
    ]);
  });

  it("says at once when another judge scores otherwise, once, and when it is over", async () => {
    const { state, notices, documents, tick } = world();
    const line = () => judgeMovedLine(async (key) => documents.get(key));
    expect(await line()).toBeUndefined();
    await tick(START);
    expect(await line()).toBeUndefined();
    state.shift = 0.05;
    expect(await tick(START + 1, "sonnet j.1")).toMatchObject({ kind: "looked" });
    await tick(START + DAY, "sonnet j.1");
    expect(notices).toHaveLength(1);
    expect(notices[0]?.title).toBe("The judge moved: +0.050 on the golden set");
    expect(notices[0]?.lines[0]).toBe("judge sonnet j.1 against haiku j.1 on 50 frozen answers");
    expect(await line()).toMatch(/^the judge itself moved: \+0\.050 on frozen answers since 2026-11-01/);
    expect(state.stored?.moved).toMatchObject({ since: START - 30 * 60_000 });
    state.shift = 0;
    await tick(START + 2 * DAY, "haiku j.1");
    expect(notices.map(({ incident }) => incident?.state)).toEqual(["open", "closed"]);
    expect(state.stored?.moved).toBeNull();
    expect(await line()).toBeUndefined();
  });

  it("finds a judge that moves by itself after some days of evidence", async () => {
    const { state, notices, tick } = world();
    await tick(START);
    state.shift = 0.02;
    for (let day = 1; day <= 3; day++) await tick(START + day * DAY);
    expect(notices).toHaveLength(1);
  });

  it("concludes nothing when too few cases could be judged, and tries again", async () => {
    const { state, tick, lake } = world();
    await tick(START);
    state.silent = 11;
    expect(await tick(START + DAY)).toEqual({ kind: "incomplete", scored: 39, cases: 50 });
    expect(lake.size).toBe(1);
    state.silent = 10;
    expect(await tick(START + DAY + 1)).toMatchObject({ kind: "looked" });
  });

  it("starts anew with another golden set", async () => {
    const { state, tick, notices } = world();
    await tick(START);
    state.shift = 0.3;
    expect(await tick(START + 1, "haiku j.1", "golden/other/1.jsonl")).toMatchObject({ kind: "pinned" });
    expect(state.stored).toMatchObject({ seq: 2, dataset: "golden/other/1.jsonl", moved: null });
    expect(notices).toEqual([]);
  });

  it("run twice at the same moment stores one look", async () => {
    const { state, tick, lake } = world();
    await Promise.all([tick(START), tick(START)]);
    expect(state.stored?.seq).toBe(1);
    expect(lake.size).toBe(1);
  });
});

describe("readGoldenSet", () => {
  it("takes the first 100 by id, and what a data set's line has besides", () => {
    const lines = Array.from({ length: 120 }, (_, i) =>
      JSON.stringify({ id: `c${String(i).padStart(3, "0")}`, answer: "a", lineage: {} }),
    ).reverse();
    const cases = readGoldenSet(`${lines.join("\n")}\n`);
    expect(cases).toHaveLength(100);
    expect(cases[0]).toEqual({ id: "c000", contexts: [], answer: "a" });
  });

  it.each([
    ["not json", /line 1 of the golden set is not JSON/],
    ['{"id":"a","answer":""}', /line 1 of the golden set: answer/],
    ['{"id":"a","answer":"x"}\n{"id":"a","answer":"y"}', /names an id twice/],
  ])("refuses %s", (text, message) => {
    expect(() => readGoldenSet(text)).toThrow(message);
  });
});

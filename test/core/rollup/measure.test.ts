import { DRIFT_KINDS } from "@bellwether/core/drift/series";
import { MAX_METRICS_PER_APP } from "@bellwether/core/metrics";
import { nextGeneration } from "@bellwether/core/rollout/document";
import { BUCKET_MS, CELL_MS } from "@bellwether/core/windows/bucket";
import { hajekEstimate } from "@bellwether/stats/hajek";
import { emptyMoments, observe } from "@bellwether/stats/moments";
import { describe, expect, it } from "vitest";
import { answeredItems, bucketItems, type Judged, START, segment } from "./folds.ts";
import { measureWorld } from "./memory-measure.ts";

const judged = (count: number, of = "r", score = 0.8): Judged[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `${of}${i}`,
    score: score + (i % 3) / 20,
    pi: i % 2 ? 1 : 0.1,
  }));

const canary = nextGeneration(undefined, "bot", {
  at: START - 1,
  action: "start",
  stable: "v1",
  canary: "v2",
  share: 0.2,
  by: "test",
  reason: "",
});

describe("measure", () => {
  it("publishes the weighted mean with its interval over 1 h, 24 h and 7 d", async () => {
    const world = measureWorld();
    const scores = judged(60);
    world.put(bucketItems(0, segment("v1"), 600, scores));
    const { gauges } = await world.tick(START, 0);
    const moments = scores.reduce((sum, { score, pi }) => observe(sum, score, pi), emptyMoments());
    const expected = hajekEstimate(moments);
    for (const span of ["1h", "24h", "7d"]) {
      const value = (metric: string) =>
        gauges.find((g) => g.metric === metric && g.dimensions.span === span)?.value;
      expect(value("Quality")).toBeCloseTo(expected?.mean ?? Number.NaN, 12);
      expect(value("QualityLow")).toBeCloseTo(expected?.low ?? Number.NaN, 12);
      expect(value("QualityHigh")).toBeCloseTo(expected?.high ?? Number.NaN, 12);
      expect(value("QualityEffectiveN")).toBeCloseTo(expected?.nEff ?? Number.NaN, 9);
    }
    const share = gauges.find(({ metric }) => metric === "JudgedShare");
    expect(share?.value).toBe(0.1);
    expect(gauges.find(({ metric }) => metric === "JudgeCompletionRate")?.value).toBe(1);
  });

  it("notes once an hour how many requests with a text the last day had", async () => {
    const world = measureWorld();
    world.put(bucketItems(0, segment("v1"), 600, judged(60)));
    await world.tick(START, 0);
    world.put(bucketItems(1, segment("v2"), 40, []));
    await world.tick(START, 1);
    expect(world.volumes).toEqual([600]);
    await world.tick(START, 12);
    expect(world.volumes).toEqual([600, 640]);
  });

  it("publishes no mean on fewer than 10 effective answers, and no share of nothing", async () => {
    const world = measureWorld();
    world.put(
      bucketItems(
        0,
        segment("v1"),
        50,
        judged(9).map((one) => ({ ...one, pi: 1 })),
      ),
    );
    const { gauges } = await world.tick(START, 0);
    expect(new Set(gauges.map(({ metric }) => metric))).toEqual(
      new Set(["QualityEffectiveN", "JudgedShare", "JudgeCompletionRate", "PricedShare", "ErrorRate"]),
    );
    const silent = await measureWorld().tick(START, 0);
    expect(silent.gauges.map(({ metric, value }) => [metric, value])).toEqual(
      Array.from({ length: 3 }, () => ["QualityEffectiveN", 0]),
    );
  });

  it("publishes the priced share of the last hour's successful calls, over all versions and models", async () => {
    const world = measureWorld();
    const counts = (share: { n: number; errors?: number; unpriced?: number }, model: string) => {
      const { start, items } = bucketItems(0, segment("v1", "p1", model), share.n, []);
      return {
        start,
        items: items.map((item) =>
          item.kind === "count" ? { ...item, counts: { ...item.counts, ...share } } : item,
        ),
      };
    };
    world.put(counts({ n: 90, errors: 10 }, "haiku"), counts({ n: 20, unpriced: 5 }, "custom"));
    const share = async (index: number) =>
      (await world.tick(START, index)).gauges.filter(({ metric }) => metric === "PricedShare");
    // 95 of 100 successful calls.
    expect(await share(0)).toEqual([{ metric: "PricedShare", dimensions: { app: "bot" }, value: 0.95 }]);
    for (let index = 1; index < 12; index++) await share(index);
    // An hour later there is no call, and no share of nothing; so it is when every call failed.
    expect(await share(12)).toEqual([]);
    world.put({ ...counts({ n: 3, errors: 3 }, "haiku"), start: START + 13 * BUCKET_MS });
    expect(await share(13)).toEqual([]);
  });

  it("lets a window forget what is older than itself, to the bucket", async () => {
    const world = measureWorld();
    world.put(bucketItems(0, segment("v1"), 40, judged(40, "old", 0.2)));
    world.put(bucketItems(1, segment("v1"), 40, judged(40, "new", 0.9)));
    for (let index = 0; index < 11; index++) await world.tick(START, index);
    const hourly = await world.tick(START, 11);
    const next = await world.tick(START, 12);
    const gaugeOf = (metric: string, span: string) =>
      (span === "1h" ? next : hourly).gauges.find((g) => g.metric === metric && g.dimensions.span === span)
        ?.value ?? Number.NaN;
    const nEff = (span: string) => gaugeOf("QualityEffectiveN", span);
    const mean = (span: string) => gaugeOf("Quality", span);
    expect(new Set(next.gauges.map(({ dimensions }) => dimensions.span ?? "1h"))).toEqual(new Set(["1h"]));
    expect(mean("1h")).toBeGreaterThan(0.85);
    expect(mean("24h")).toBeLessThan(0.7);
    expect(nEff("24h")).toBeCloseTo(2 * nEff("1h"), 9);
  });

  it("keeps the number of custom metrics per app, whatever the app calls its versions and models", async () => {
    const world = measureWorld(canary);
    for (let i = 0; i < 60; i++) {
      const where = segment(i % 2 ? "v2" : "v1", `prompt-${i}`, `model-${i}`);
      world.put(bucketItems(0, where, 20, judged(12, `s${i}-`)));
      world.put(
        answeredItems(0, where, [{ latencyMs: 900, ttftMs: 300, guardrail: { policy: null, ms: 9 } }]),
      );
    }
    const { gauges } = await world.tick(START, 0);
    const names = new Set(gauges.map(({ metric, dimensions }) => JSON.stringify([metric, dimensions])));
    // The doorbell and the evidence come from detect-canary, the scores of drift and cost from theirs, spend and budget too.
    expect(names.size).toBe(MAX_METRICS_PER_APP - 2 - (DRIFT_KINDS.length + 1) - 2);
    expect(MAX_METRICS_PER_APP).toBe(37);
  });

  it("writes one row per segment and metric when an hour closes, and again when late feedback changes it", async () => {
    const world = measureWorld();
    world.put(bucketItems(0, segment("v1"), 30, judged(20, "a")), bucketItems(0, segment("v2"), 10, []));
    for (let index = 0; index < 11; index++) await world.tick(START, index);
    expect(world.lake.size).toBe(0);
    await world.tick(START, 11);
    const [rows = []] = [...world.lake.values()];
    expect(rows.map(({ variant, metric, scored, requests }) => [variant, metric, scored, requests])).toEqual([
      ["v1", "quality", 20, 30],
      ["v2", "quality", 0, 10],
    ]);
    expect(rows[0]).toMatchObject({
      at: new Date(START).toISOString(),
      final_at: new Date(START + 73 * CELL_MS).toISOString(),
    });
    expect(rows[1]).toMatchObject({ mean: null, reliability: "suppressed" });
    await world.tick(START, 12);
    expect(world.lake.size).toBe(1);
    world.put(bucketItems(0, segment("v1"), 0, judged(1, "late")));
    await world.tick(START, 13);
    const again = [...world.lake.values()].at(-1)?.[0];
    expect(again).toMatchObject({ scored: 21 });
    expect(Number(again?.rev)).toBeGreaterThan(Number(rows[0]?.rev));
  });

  it("is safe to run twice and says when the next look is due", async () => {
    const world = measureWorld();
    world.put(bucketItems(0, segment("v1"), 30, judged(20)));
    const first = await world.tick(START, 0);
    const second = await world.tick(START, 0);
    expect(first.gauges.length).toBeGreaterThan(0);
    expect(second).toEqual({
      gauges: [],
      load: undefined,
      settledUntil: START + 2 * BUCKET_MS + 15 * 60_000,
    });
    expect(first.settledUntil).toBe(START + CELL_MS + 15 * 60_000);
  });
});

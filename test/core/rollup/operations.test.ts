import { operationsRows } from "@bellwether/core/rollup/operations-rows";
import { mergeFolds } from "@bellwether/core/rollup/spans";
import { foldItems } from "@bellwether/core/windows/fold";
import { foldProfiles } from "@bellwether/core/windows/profiles";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Answered, answeredItems, START, segment } from "./folds.ts";
import { measureWorld } from "./memory-measure.ts";

const foldedBucket = (...parts: readonly ReturnType<typeof answeredItems>[]) => {
  const items = parts.flatMap((part) => part.items);
  return { start: parts[0]?.start ?? START, fold: foldItems(items), profiles: foldProfiles(items) };
};

/** Latencies 1…n · 100 ms, of which every answer took a third to its first token. */
const answers = (n: number): Answered[] =>
  Array.from({ length: n }, (_, i) => ({ latencyMs: (i + 1) * 100, ttftMs: ((i + 1) * 100) / 3 }));

describe("the operations of an hour", () => {
  it("has percentiles by nearest rank over all its buckets, within 1 %", () => {
    const buckets = [0, 1, 2, 3].map((index) =>
      foldedBucket(
        answeredItems(
          index,
          segment("v1"),
          answers(100).filter((_, i) => i % 4 === index),
        ),
      ),
    );
    const [row] = operationsRows("bot", START, mergeFolds(buckets), buckets, 7);
    expect(row).toMatchObject({ variant: "v1", requests: 100, errors: 0, error_rate: 0, rev: 7 });
    const expected = {
      latency_p50: 5_000,
      latency_p95: 9_500,
      latency_p99: 9_900,
      ttft_p50: 5_000 / 3,
      ttft_p95: 9_500 / 3,
      // 10 of the 11 output tokens came after the first, in two thirds of the latency.
      output_token_p95: (9_500 * 2) / 3 / 10,
    };
    for (const [name, value] of Object.entries(expected))
      expect(Math.abs(Number(row?.[name]) / value - 1), name).toBeLessThan(0.0101);
    expect(row).toMatchObject({ latency_n: 100, ttft_n: 100, output_token_n: 100, guardrail_n: 0 });
    expect(row).toMatchObject({ guardrail_p95: null, guardrail_assessed: 0 });
  });

  it("counts errors, guardrails and their time, and leaves out what a call does not have", () => {
    const bucket = foldedBucket(
      answeredItems(0, segment("v1"), [
        { latencyMs: 100, errorCode: "ThrottlingException" },
        { latencyMs: 200, guardrail: { policy: "topicPolicy", ms: 50 } },
        { latencyMs: 300, guardrail: { policy: null, ms: 150 } },
        { latencyMs: 400 },
      ]),
    );
    const [row] = operationsRows("bot", START, bucket.fold, [bucket], 1);
    expect(row).toMatchObject({
      requests: 4,
      errors: 1,
      error_rate: 0.25,
      latency_n: 3,
      ttft_n: 0,
      ttft_p50: null,
      guardrail_assessed: 2,
      guardrail_intervened: 1,
      guardrail_n: 2,
    });
    expect(Number(row?.guardrail_p95) / 150).toBeCloseTo(1, 1);
  });

  it("is the same whatever the order of its buckets", () => {
    const buckets = Array.from({ length: 6 }, (_, index) =>
      foldedBucket(
        answeredItems(index, segment("v1"), answers(5 + index)),
        answeredItems(index, segment("v2"), answers(9 - index)),
      ),
    );
    const inOrder = operationsRows("bot", START, mergeFolds(buckets), buckets, 1);
    fc.assert(
      fc.property(fc.shuffledSubarray(buckets, { minLength: buckets.length }), (shuffled) => {
        expect(operationsRows("bot", START, mergeFolds(shuffled), shuffled, 1)).toEqual(inOrder);
      }),
    );
  });

  it("is written when the hour closes, and again when something late changes it", async () => {
    const world = measureWorld();
    world.put(answeredItems(0, segment("v1"), answers(20)));
    for (let index = 0; index < 11; index++) await world.tick(START, index);
    expect(world.operations.size).toBe(0);
    await world.tick(START, 11);
    world.put(answeredItems(1, segment("v1"), answers(30)));
    await world.tick(START, 12);
    const rows = [...world.operations.values()].flat();
    expect(rows.map(({ requests, at }) => [requests, at])).toEqual([
      [20, new Date(START).toISOString()],
      [50, new Date(START).toISOString()],
    ]);
    expect(Number(rows[1]?.rev)).toBeGreaterThan(Number(rows[0]?.rev));
  });
});

describe("the gauges of the last hour", () => {
  const gaugesAt = async (put: readonly ReturnType<typeof answeredItems>[], index = 0) => {
    const world = measureWorld();
    world.put(...put);
    const { gauges } = await world.tick(START, index);
    return new Map(gauges.map(({ metric, value }) => [metric as string, value]));
  };

  it("say errors, latency, first token, guardrails and feedback", async () => {
    const gauges = await gaugesAt([
      answeredItems(0, segment("v1"), [
        ...answers(18),
        { latencyMs: 1, errorCode: "ThrottlingException" },
        { latencyMs: 100, guardrail: { policy: "topicPolicy", ms: 50 } },
      ]),
    ]);
    expect(gauges.get("ErrorRate")).toBe(1 / 20);
    expect(Number(gauges.get("LatencyP95")) / 1_800).toBeCloseTo(1, 1);
    expect(Number(gauges.get("TtftP95")) / 600).toBeCloseTo(1, 1);
    expect(gauges.get("GuardrailInterventionRate")).toBe(1 / 20);
    expect(gauges.get("NegativeFeedbackRate")).toBe(1);
  });

  it("are not published without data", async () => {
    const none = await gaugesAt([]);
    for (const name of [
      "ErrorRate",
      "LatencyP95",
      "TtftP95",
      "GuardrailInterventionRate",
      "NegativeFeedbackRate",
    ])
      expect(none.has(name)).toBe(false);
    const plain = answeredItems(0, segment("v1"), [{ latencyMs: 100 }]);
    const some = await gaugesAt([{ ...plain, items: plain.items.filter(({ kind }) => kind === "count") }]);
    expect([some.has("ErrorRate"), some.has("LatencyP95")]).toEqual([true, true]);
    for (const name of ["TtftP95", "GuardrailInterventionRate", "NegativeFeedbackRate"])
      expect(some.has(name)).toBe(false);
  });

  it("forget what is older than an hour", async () => {
    const world = measureWorld();
    world.put(answeredItems(0, segment("v1"), [{ latencyMs: 9_000 }]));
    world.put(answeredItems(3, segment("v1"), [{ latencyMs: 100 }]));
    const at = async (index: number) =>
      (await world.tick(START, index)).gauges.find(({ metric }) => metric === "LatencyP95")?.value ?? 0;
    expect((await at(11)) / 9_000).toBeCloseTo(1, 1);
    expect((await at(12)) / 100).toBeCloseTo(1, 1);
  });
});

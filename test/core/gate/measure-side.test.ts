import { measureSide } from "@bellwether/core/gate/measure-side";
import type { ItemOutcome } from "@bellwether/core/gate/outcome";
import { describe, expect, it } from "vitest";
import { outcome, suiteSide } from "../../support/gate-document.ts";

const SEED = { seed: 1 };
const items = (n: number, more: (i: number) => Partial<ItemOutcome> = () => ({})) =>
  Array.from({ length: n }, (_, i) => outcome(i, i % 2 === 0 ? 0.5 : 0.9, more(i)));
const scored = (score: number, metric = "faithfulness") => ({
  draws: [
    {
      draw: 0,
      metrics: { [metric]: { status: "scored" as const, score } },
      unsupportedClaims: [],
      judgeUsd: 0,
    },
  ],
});
const abstained = (reason: string) => ({
  draws: [
    {
      draw: 0,
      metrics: { faithfulness: { status: "abstained" as const, reason } },
      unsupportedClaims: [],
      judgeUsd: 0,
    },
  ],
});

describe("what one side has", () => {
  it("is a mean in its 95 % interval, the same in whatever order the items come", () => {
    const side = suiteSide(items(40));
    const { scores, cost, latency, modelIds } = measureSide(side, SEED);
    const { mean = 0, low, high } = scores.faithfulness ?? {};
    expect(mean).toBeCloseTo(0.7, 10);
    // Student's t over 40 values of standard deviation 0.2025: 0.7 ± 0.0648; a bootstrap-t is a little wider.
    expect((mean - (low ?? 0)) / 0.0648).toBeCloseTo(1.1, 0);
    expect(((high ?? 1) - mean) / 0.0648).toBeCloseTo(1.1, 0);
    expect(cost?.mean).toBeCloseTo(0.00102875, 10);
    expect(latency).toEqual({ p50: 740, p95: 800, p99: 800, items: 40 });
    expect(modelIds).toEqual(["us.anthropic.claude-haiku-4-5-20251001-v1:0"]);
    expect(measureSide(suiteSide(side.items.toReversed()), SEED)).toEqual(measureSide(side, SEED));
  });

  it("has an exact interval where every score is 0 or 1", () => {
    const { scores } = measureSide(suiteSide(items(40, () => scored(1))), SEED);
    // Clopper & Pearson: 0.025^(1/40).
    expect(scores.faithfulness).toMatchObject({
      mean: 1,
      low: expect.closeTo(0.025 ** (1 / 40), 6),
      high: 1,
      items: 40,
    });
  });

  it("is not measured where more than a tenth of the items that it applies to have no value", () => {
    const withFailures = (n: number) =>
      measureSide(
        suiteSide(
          items(40, (i) => ({
            ...(i < n ? abstained("truncated") : scored(0.5)),
            costUsd: i < n ? null : 0.001,
          })),
        ),
        SEED,
      );
    expect(withFailures(4)).toMatchObject({
      scores: { faithfulness: { mean: 0.5, items: 36, missing: 4 } },
      cost: { items: 36, missing: 4 },
    });
    expect(withFailures(5)).toMatchObject({ scores: {}, cost: null });
  });

  it("leaves items out that a metric has nothing to measure on, and measures nothing of no items", () => {
    const side = suiteSide(items(40, (i) => (i < 30 ? abstained("no_context") : scored(0.5))));
    expect(measureSide(side, SEED).scores.faithfulness).toMatchObject({ items: 10, missing: 0 });
    expect(measureSide(suiteSide([]), SEED)).toEqual({ scores: {}, cost: null, latency: null, modelIds: [] });
  });
});

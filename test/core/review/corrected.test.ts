import { calibrate, correctedMean, type ReviewedItem } from "@bellwether/core/review/corrected";
import { weekOf } from "@bellwether/core/review/week";
import { hajekEstimate } from "@bellwether/stats/hajek";
import { emptyMoments, observe } from "@bellwether/stats/moments";
import { predictionPoweredMean } from "@bellwether/stats/ppi";
import { describe, expect, it } from "vitest";
import { reviewedPopulation } from "./reviewed-population.ts";

const BIASED = { requests: 12_000, days: 35, bias: 0.05, labelRate: 200 / 12_000 } as const;
const corrected = (items: readonly ReviewedItem[]) => correctedMean(items, calibrate(items));
const rawMean = (items: readonly ReviewedItem[]) =>
  hajekEstimate(items.reduce((m, { judge, pi }) => observe(m, judge, pi), emptyMoments()));

describe("weekOf", () => {
  it.each([
    ["2026-06-01T00:00:00Z", "2026-06-01"],
    ["2026-06-07T23:59:59.999Z", "2026-06-01"],
    ["2026-06-08T00:00:00Z", "2026-06-08"],
    ["2025-12-31T12:00:00Z", "2025-12-29"],
  ])("of %s is %s", (at, monday) => {
    expect(new Date(weekOf(Date.parse(at))).toISOString().slice(0, 10)).toBe(monday);
  });
});

describe("200 labels against a judge that is lenient by .05", () => {
  it("move the mean onto the truth, while the judge's own interval stays off it", () => {
    let [covered, rawCovered, off, rawOff] = [0, 0, 0, 0];
    const runs = 60;
    for (let seed = 1; seed <= runs; seed++) {
      const { judged, truth } = reviewedPopulation({ seed, ...BIASED });
      const answer = corrected(judged);
      const raw = rawMean(judged);
      if (answer.kind !== "corrected" || raw === undefined) throw new Error("both must exist");
      covered += Number(answer.low <= truth && truth <= answer.high);
      rawCovered += Number(raw.low <= truth && truth <= raw.high);
      off += (answer.mean - truth) / runs;
      rawOff += (raw.mean - truth) / runs;
    }
    expect(rawOff).toBeGreaterThan(0.04);
    expect(rawCovered).toBe(0);
    expect(Math.abs(off)).toBeLessThan(0.005);
    expect(covered / runs).toBeGreaterThan(0.88);
  });

  it("say the same when people left off anywhere in the queue, only less surely", () => {
    const errors = Array.from({ length: 30 }, (_, seed) => {
      const { judged, truth } = reviewedPopulation({ seed, ...BIASED, labelRate: 0.04, share: 0.5 });
      const answer = corrected(judged);
      if (answer.kind !== "corrected") throw new Error(answer.reason);
      return { error: answer.mean - truth, covers: answer.low <= truth && truth <= answer.high };
    });
    expect(Math.abs(errors.reduce((sum, { error }) => sum + error / 30, 0))).toBeLessThan(0.006);
    expect(errors.filter(({ covers }) => covers).length).toBeGreaterThan(25);
  });

  it("are worth more with the judge than alone, once earlier weeks have shown what he is good for", () => {
    const { judged } = reviewedPopulation({ seed: 7, ...BIASED, labelRate: 0.05 });
    const powered = corrected(judged);
    const alone = correctedMean(
      judged,
      calibrate(judged).map((week) => ({ ...week, slope: 0 })),
    );
    if (powered.kind !== "corrected" || alone.kind !== "corrected") throw new Error("both must exist");
    expect(powered.high - powered.low).toBeLessThan(0.8 * (alone.high - alone.low));
  });
});

describe("calibrate", () => {
  const { judged } = reviewedPopulation({ seed: 3, ...BIASED, labelRate: 0.05, share: 0.8 });

  it("learns a slope from earlier weeks only", () => {
    const weeks = calibrate(judged);
    expect(weeks).toHaveLength(5);
    expect(weeks[0]).toMatchObject({ slope: 0, labels: 0 });
    expect(weeks[4]?.slope).toBeGreaterThan(0.5);
    const others = judged.map((item) =>
      weekOf(item.at) === weeks[4]?.week && item.human !== undefined ? { ...item, human: 0 } : item,
    );
    expect(calibrate(others)[4]?.slope).toBe(weeks[4]?.slope);
  });

  it("counts what part of the drawn requests has a label", () => {
    for (const { week, completion } of calibrate(judged)) {
      const drawn = judged.filter(({ at, rho }) => weekOf(at) === week && rho !== undefined);
      expect(completion).toBe(drawn.filter(({ human }) => human !== undefined).length / drawn.length);
    }
  });
});

describe("correctedMean", () => {
  const { judged } = reviewedPopulation({ seed: 5, ...BIASED });

  it("with slope 0 is the weighted mean of labels alone", () => {
    const items = judged.map(({ pi, judge, rho, human }) => ({
      weight: 1 / pi,
      judge,
      ...(rho === undefined || human === undefined ? {} : { human: { score: human, rho } }),
    }));
    const expected = predictionPoweredMean(items, { lambda: 0 });
    const answer = correctedMean(
      judged,
      calibrate(judged).map((week) => ({ ...week, slope: 0, completion: 1 })),
    );
    expect(answer).toMatchObject({ kind: "corrected", labels: expected?.n });
    if (answer.kind === "corrected") expect(answer.mean).toBeCloseTo(expected?.mean ?? Number.NaN, 12);
  });

  it("is unknown, never the judge's, without labels or with too few", () => {
    const bare = judged.map(({ human: _, ...item }) => item);
    expect(corrected(bare)).toEqual({ kind: "unknown", reason: "no_labels" });
    expect(corrected([])).toEqual({ kind: "unknown", reason: "no_labels" });
    const five = new Set(judged.filter(({ human }) => human !== undefined).slice(0, 5));
    const few = judged.map(({ human, ...item }, i) =>
      five.has(judged[i] as (typeof judged)[number]) && human !== undefined ? { ...item, human } : item,
    );
    expect(corrected(few)).toEqual({ kind: "unknown", reason: "too_few_labels" });
  });

  it("leaves out labels of requests that were not drawn at random", () => {
    const flagged = judged.map((item) => (item.rho === undefined ? { ...item, human: 0 } : item));
    expect(corrected(flagged)).toEqual(corrected(judged));
  });
});

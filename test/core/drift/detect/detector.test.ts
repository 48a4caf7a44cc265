import { DAY_MS } from "@bellwether/core/drift/detect/cell";
import {
  alarmLimit,
  anytimeP,
  type DetectorState,
  driftScore,
  type Kind,
  logEvidence,
  runUpBuckets,
  startDetector,
  stepKind,
} from "@bellwether/core/drift/detect/detector";
import type { ScalarPoint } from "@bellwether/core/drift/detect/points";
import { fitScalar, type Look, lookScalar } from "@bellwether/core/drift/detect/scalar";
import { seededUniform as seeded } from "@bellwether/stats/uniform";
import { describe, expect, it } from "vitest";

const BUCKET = 15 * 60_000;
const look = (x: number, level = 0): Look => ({ x, level, z: x, p: 0.5, residual: 0, expected: 0 });
const stateAfter = (kind: Kind, xs: readonly number[]): DetectorState =>
  xs.reduce((state, x) => stepKind(kind, state, [look(x)]), startDetector(kind));

describe("the alarm limit", () => {
  it("is buckets per week over false alarms per week, less the overshoot, more when noise persists", () => {
    expect(alarmLimit(0.1, BUCKET)).toBeCloseTo(0.62 * 6720, 9);
    expect(alarmLimit(0.05, 5 * 60_000)).toBeCloseTo(0.62 * 40_320, 9);
    expect(alarmLimit(0.1, BUCKET, 0.3)).toBe(alarmLimit(0.1, BUCKET));
    expect(alarmLimit(0.1, BUCKET, 0.31)).toBeCloseTo(1.5 * alarmLimit(0.1, BUCKET), 9);
    expect(() => alarmLimit(0, BUCKET)).toThrow(RangeError);
  });
  it.each([
    ["scalar", 11],
    ["up", 12],
  ] as const)(
    "rings as often as it says on independent scores: %s (seed %d, 250 weeks at 1 a week)",
    (kind, seed) => {
      const uniform = seeded(seed);
      const limit = Math.log(alarmLimit(1, BUCKET));
      let state = startDetector(kind);
      let rang = 0;
      for (let i = 0; i < 250 * 672; i++) {
        const x = Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
        state = stepKind(kind, state, [look(x)]);
        if (logEvidence(kind, state) < limit) continue;
        rang += 1;
        state = startDetector(kind);
      }
      expect(rang / 250).toBeGreaterThan(0.75);
      expect(rang / 250).toBeLessThan(1.25);
    },
  );
});

describe("detector states", () => {
  it("look both ways, or up only", () => {
    const falling = Array.from({ length: 20 }, () => -1.5);
    expect(logEvidence("scalar", stateAfter("scalar", falling))).toBeGreaterThan(9);
    expect(logEvidence("up", stateAfter("up", falling))).toBeLessThan(0);
  });
  it("do not move for a bucket without a look, and keep what the next look needs", () => {
    const state = stepKind("scalar", stateAfter("scalar", [1, 2]), [look(0.5, 0.7)]);
    expect(stepKind("scalar", state, [undefined])).toEqual(state);
    expect(state.levels).toEqual([0.7]);
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
    expect(logEvidence("scalar", JSON.parse(JSON.stringify(startDetector("scalar"))))).toBeLessThan(-1e6);
  });
  it("weigh a scale by the buckets of its step", () => {
    const only = (scale: number): DetectorState =>
      stepKind(
        "embedding",
        startDetector("embedding"),
        [0, 1, 2].map((i) => (i === scale ? look(1) : undefined)),
      );
    const of = (scale: number): number => logEvidence("embedding", only(scale));
    expect(of(1) - of(0)).toBeCloseTo(Math.log(8), 9);
    expect(of(2) - of(0)).toBeCloseTo(Math.log(32), 9);
    expect(of(0)).toBeCloseTo(logEvidence("up", stateAfter("up", [1])) - Math.log(3), 9);
    expect(runUpBuckets("embedding", only(2))).toBe(32);
  });
  it("say how far they are and since when", () => {
    const calm = stateAfter("scalar", [0.1, -0.3, 0.2]);
    expect(anytimeP("scalar", startDetector("scalar"))).toBe(1);
    expect(anytimeP("scalar", calm)).toBe(1);
    expect(driftScore(logEvidence("scalar", calm), 4000)).toBeLessThan(0.25);
    const moved = stateAfter("scalar", [
      ...Array.from({ length: 30 }, () => -0.1),
      ...Array.from({ length: 12 }, () => 1.8),
    ]);
    expect(anytimeP("scalar", moved)).toBeCloseTo(42 / Math.exp(logEvidence("scalar", moved)), 12);
    expect(anytimeP("scalar", moved)).toBeLessThan(0.001);
    expect(driftScore(logEvidence("scalar", moved), 4000)).toBe(1);
    expect(driftScore(-5, 4000)).toBe(0);
    expect(runUpBuckets("scalar", moved)).toBe(12);
    expect(runUpBuckets("scalar", startDetector("scalar"))).toBe(0);
  });
});

describe("a metric whose noise persists", () => {
  const START = Date.parse("2026-01-05T00:00:00Z");
  /** Alarms in the fortnight after a warm-up of four weeks, when the mean steps up by `shift` after its first. */
  function alarms(seed: number, shift: number): number[] {
    const uniform = seeded(seed);
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
    let wander = 0;
    const points: ScalarPoint[] = Array.from({ length: 42 * 96 }, (_, i) => {
      wander = 0.9 * wander + 0.1 * Math.sqrt(1 - 0.81) * normal();
      const level = wander + (i >= 35 * 96 ? shift : 0);
      return { at: START + i * BUCKET, n: 100, mean: level + normal() / 10, variance: 0.01 };
    });
    const rang: number[] = [];
    let state = startDetector("scalar");
    for (let day = 28; day < 42; day++) {
      const until = START + day * DAY_MS;
      const fit = fitScalar(points, { until, excluded: [], bucketMs: BUCKET });
      if (fit.status === "learning") throw new Error("28 days are enough");
      for (const point of points.slice(day * 96, day * 96 + 96)) {
        state = stepKind("scalar", state, [lookScalar(fit.baseline, point, uniform(), state.levels)]);
        if (logEvidence("scalar", state) < Math.log(alarmLimit(0.1, BUCKET, fit.baseline.rho1))) continue;
        rang.push((point.at + BUCKET - START) / DAY_MS - 35);
        state = startDetector("scalar");
      }
    }
    return rang;
  }

  it("rings for nothing at most as often as a target of 0.1 a week allows (seeds 1-30, 60 weeks)", () => {
    const count = Array.from({ length: 30 }, (_, i) => alarms(i + 1, 0).length).reduce(
      (sum, n) => sum + n,
      0,
    );
    // 6 expected; a Poisson count exceeds 12 once in a hundred.
    expect(count).toBeLessThanOrEqual(12);
  });
  it("rings within two hours of a step of three standard deviations (median of seeds 1-9), and the same way twice", () => {
    const first = (seed: number): number => alarms(seed, 0.45).find((day) => day > 0) ?? 14;
    const delays = Array.from({ length: 9 }, (_, i) => first(i + 1)).sort((a, b) => a - b);
    expect(delays[4]).toBeLessThanOrEqual(2 / 24);
    expect(alarms(4, 0.45)).toEqual(alarms(4, 0.45));
  });
});

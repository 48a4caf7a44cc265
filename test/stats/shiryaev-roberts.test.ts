import {
  type EDetector,
  freshDetector,
  logMixture,
  runUp,
  stepDetector,
  TWO_SIDED,
  UPWARD,
} from "@bellwether/stats/shiryaev-roberts";
import { seededUniform as seeded } from "@bellwether/stats/uniform";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const run = (effects: readonly number[], scores: readonly number[]): EDetector =>
  scores.reduce((state, x) => stepDetector(effects, state, x), freshDetector(effects));

function normals(seed: number): () => number {
  const uniform = seeded(seed);
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

describe("the mixture Shiryaev-Roberts detector", () => {
  it("is the mean over effects of Σ over starts of the likelihood ratio since", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 1, maxLength: 12 }),
        (xs) => {
          const direct = TWO_SIDED.map((mu) =>
            xs
              .map((_, start) => Math.exp(xs.slice(start).reduce((sum, x) => sum + mu * x - mu ** 2 / 2, 0)))
              .reduce((sum, ratio) => sum + ratio, 0),
          );
          const mean = direct.reduce((sum, r) => sum + r, 0) / direct.length;
          expect(logMixture(run(TWO_SIDED, xs))).toBeCloseTo(Math.log(mean), 9);
        },
      ),
    );
  });
  it("survives JSON at every step, also before the first", () => {
    const random = normals(3);
    let kept = freshDetector(UPWARD);
    let stored = freshDetector(UPWARD);
    for (let i = 0; i < 50; i++) {
      stored = JSON.parse(JSON.stringify(stored));
      const x = random();
      kept = stepDetector(UPWARD, kept, x);
      stored = stepDetector(UPWARD, stored, x);
    }
    expect(stored).toEqual(kept);
    expect(JSON.stringify(freshDetector(UPWARD))).not.toContain("null");
  });
  it("does not overflow on a change that nobody stopped", () => {
    const state = run(
      UPWARD,
      Array.from({ length: 5000 }, () => 3),
    );
    expect(logMixture(state)).toBeGreaterThan(10_000);
    expect(Number.isFinite(logMixture(state))).toBe(true);
  });
  it("expects no more than n after n steps without a change (seed 5, 20,000 runs)", () => {
    const random = normals(5);
    let sum = 0;
    for (let i = 0; i < 20_000; i++)
      sum += Math.exp(logMixture(run([0.25, 0.5], [random(), random(), random()])));
    expect(Math.abs(sum / 20_000 - 3)).toBeLessThan(0.05);
  });
  it("dates a change to where it began", () => {
    const random = normals(8);
    const state = run(
      TWO_SIDED,
      Array.from({ length: 60 }, (_, i) => random() - (i < 40 ? 0 : 2)),
    );
    expect(runUp(state)).toBeGreaterThanOrEqual(18);
    expect(runUp(state)).toBeLessThanOrEqual(23);
    expect(runUp(freshDetector(TWO_SIDED))).toBe(0);
  });
  it("counts its steps, and only looks up when told to", () => {
    const falling = run(
      UPWARD,
      Array.from({ length: 30 }, () => -2),
    );
    expect(falling.steps).toBe(30);
    expect(falling.cusum).toEqual([0, 0, 0, 0]);
    expect(logMixture(falling)).toBeLessThan(0);
  });
  it("refuses what is no score, and another number of effects", () => {
    expect(() => stepDetector(UPWARD, freshDetector(UPWARD), Number.NaN)).toThrow(RangeError);
    expect(() => stepDetector(TWO_SIDED, freshDetector(UPWARD), 0)).toThrow(/8 effects for a state of 4/);
  });
});

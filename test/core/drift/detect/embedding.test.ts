import { DAY_MS } from "@bellwether/core/drift/detect/cell";
import {
  type EmbeddingBaseline,
  fitEmbedding,
  lookEmbedding,
  SCALES,
} from "@bellwether/core/drift/detect/embedding";
import type { EmbeddingPoint } from "@bellwether/core/drift/detect/points";
import { randomFeatures } from "@bellwether/stats/random-features";
import { seededUniform as seeded } from "@bellwether/stats/uniform";
import { describe, expect, it } from "vitest";

const BUCKET = 15 * 60_000;
const START = Date.parse("2026-01-05T00:00:00Z");
const UNTIL = START + 28 * DAY_MS;
const map = randomFeatures(1, 4, 1);
const uniform = seeded(2);
/** Three topics of many near texts each; the third is new. */
const texts = [0, 1, 2].map((topic) =>
  Array.from({ length: 40 }, () =>
    map([0, 1, 2, 3].map((i) => [i, (i === topic ? 1 : 0) + 0.3 * uniform()])),
  ),
);

function bucket(at: number, newShare = 0, n = 40): EmbeddingPoint {
  const sums = new Float64Array(128);
  for (let k = 0; k < n; k++) {
    const topic = uniform() < newShare ? 2 : uniform() < 0.6 ? 0 : 1;
    const phi = texts[topic]?.[Math.floor(uniform() * 40)];
    for (let i = 0; i < 128; i++) sums[i] = (sums[i] ?? 0) + (phi?.[i] ?? 0);
  }
  return { at, n, sums };
}

const points = Array.from({ length: 28 * 96 }, (_, i) => bucket(START + i * BUCKET));
function ready(): EmbeddingBaseline {
  const fit = fitEmbedding(points, { until: UNTIL, excluded: [], bucketMs: BUCKET });
  if (fit.status !== "ready") throw new Error("learning");
  return fit.baseline;
}
const baseline = ready();
const HALVES = [0.5, 0.5, 0.5];
const day = (newShare: number): EmbeddingPoint[] =>
  Array.from({ length: 32 }, (_, i) => bucket(UNTIL + i * BUCKET, newShare));

describe("embedding drift", () => {
  it("looks at three scales, each when its window is over", () => {
    const calm = day(0);
    const seen = calm.map((_, i) =>
      lookEmbedding(baseline, calm.slice(0, i + 1), HALVES, []).map((look) => look !== undefined),
    );
    expect(SCALES.map((_, scale) => seen.filter((looks) => looks[scale]).length)).toEqual([32, 4, 1]);
    expect(seen[31]).toEqual([true, true, true]);
  });
  it("sees nothing where nothing changed and a new topic at every scale", () => {
    const found = (share: number) => lookEmbedding(baseline, day(share), HALVES, []);
    for (const look of found(0)) expect(Math.abs(look?.x ?? 9)).toBeLessThan(2.5);
    const [quarter, twoHours, eightHours] = found(0.3);
    expect(quarter?.x).toBeGreaterThan(2);
    expect(twoHours?.p).toBeLessThan(0.01);
    expect(eightHours?.p).toBeLessThan(0.02);
    expect(eightHours?.residual).toBeGreaterThan(0.01);
  });
  it("is calibrated by windows that are as far from their reference as new ones are", () => {
    // 60 fresh quarters: their ranks must be spread evenly.
    const xs = Array.from(
      { length: 60 },
      (_, i) => lookEmbedding(baseline, [bucket(UNTIL + i * BUCKET)], HALVES, [])[0],
    );
    const mean = xs.reduce((sum, look) => sum + (look?.p ?? 0), 0) / xs.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.12);
  });
  it("does not look at windows that are half empty or of one request", () => {
    const gap = day(0).map((point, i) => (i < 17 || i === 31 ? { ...point, n: 0, sums: [] } : point));
    expect(lookEmbedding(baseline, gap, HALVES, [])).toMatchObject([undefined, { expected: 0 }, undefined]);
    expect(lookEmbedding(baseline, [bucket(UNTIL, 0, 1)], HALVES, [])[0]).toBeUndefined();
    expect(lookEmbedding(baseline, [], HALVES, [])).toEqual([undefined, undefined, undefined]);
  });
  it("fits in a document and is plain JSON", () => {
    expect(JSON.parse(JSON.stringify(baseline))).toEqual(baseline);
    expect(JSON.stringify(baseline).length).toBeLessThan(150_000);
    const young = fitEmbedding(points.slice(0, 960), { until: UNTIL, excluded: [], bucketMs: BUCKET });
    expect(young).toEqual({ status: "learning", daysLeft: 4 });
  });
});

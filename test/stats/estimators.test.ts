import {
  type ClusterMoments,
  clusteredMean,
  emptyClusters,
  mergeClusters,
  observeCluster,
} from "@bellwether/stats/clusters";
import { hajekEstimate } from "@bellwether/stats/hajek";
import { horvitzThompsonMean } from "@bellwether/stats/horvitz-thompson";
import { emptyMoments, mergeMoments, observe } from "@bellwether/stats/moments";
import { postStratifiedMean } from "@bellwether/stats/post-stratified";
import { seededUniform as seeded } from "@bellwether/stats/uniform";
import { wilsonInterval } from "@bellwether/stats/wilson";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const population = (N: number, values: readonly { y: number; pi: number }[]) => ({
  ...values.reduce((m, { y, pi }) => observe(m, y, pi), emptyMoments()),
  N,
});

describe("Horvitz–Thompson", () => {
  it("is worked by hand", () => {
    const m = population(4, [
      { y: 1, pi: 0.5 },
      { y: 0.5, pi: 1 },
    ]);
    const process = horvitzThompsonMean(m);
    expect(process?.mean).toBeCloseTo(2.5 / 4, 14);
    expect(process?.variance).toBeCloseTo((4 + 0.25) / 16 - 0.625 ** 2 / 4, 14);
    expect(horvitzThompsonMean(m, { target: "finite" })?.variance).toBeCloseTo(2 / 16, 14);
  });
  it("has mean and both variances right over every possible sample of 4 requests", () => {
    const requests = [
      { y: 0.9, pi: 0.5 },
      { y: 0.2, pi: 0.25 },
      { y: 1, pi: 1 },
      { y: 0.6, pi: 0.8 },
    ];
    const truth = (0.9 + 0.2 + 1 + 0.6) / 4;
    let mean = 0;
    let second = 0;
    let claimed = 0;
    for (let mask = 0; mask < 16; mask++) {
      const taken = requests.filter((_, i) => mask & (1 << i));
      const chance = requests.reduce((p, { pi }, i) => p * (mask & (1 << i) ? pi : 1 - pi), 1);
      if (chance === 0) continue;
      const estimate = horvitzThompsonMean(population(4, taken), { target: "finite", range: [0, 9] });
      const m = estimate?.mean ?? 0;
      mean += chance * m;
      second += chance * m * m;
      claimed += chance * (estimate?.variance ?? 0);
    }
    expect(mean).toBeCloseTo(truth, 12);
    expect(claimed).toBeCloseTo(second - mean * mean, 12);
  });
  it("does not exist without a known population or an observation", () => {
    expect(horvitzThompsonMean(population(0, [{ y: 1, pi: 1 }]))).toBeUndefined();
    expect(horvitzThompsonMean(population(5, []))).toBeUndefined();
    expect(() =>
      horvitzThompsonMean(
        population(1, [
          { y: 1, pi: 1 },
          { y: 1, pi: 1 },
        ]),
      ),
    ).toThrow(RangeError);
  });
});

describe("post-stratification", () => {
  const stratum = (pi: number, N: number, ys: readonly number[]) => ({
    pi,
    moments: population(
      N,
      ys.map((y) => ({ y, pi })),
    ),
  });
  it("is worked by hand for two strata", () => {
    const strata = [stratum(0.2, 10, [0.4, 0.8]), stratum(0.5, 30, [0.6, 0.9, 0.9])];
    const estimate = postStratifiedMean(strata);
    const mean = 0.25 * 0.6 + 0.75 * 0.8;
    // s² = .08 and .03.
    const within = 0.25 ** 2 * (0.08 / 2) + 0.75 ** 2 * (0.03 / 3);
    const between = (0.25 * (0.6 - mean) ** 2 + 0.75 * (0.8 - mean) ** 2) / 40;
    expect(estimate?.mean).toBeCloseTo(mean, 13);
    expect(estimate?.variance).toBeCloseTo(within + between, 13);
    expect(estimate?.nEff).toBeCloseTo(1 / (0.25 ** 2 / 2 + 0.75 ** 2 / 3), 12);
    const finite = 0.25 ** 2 * 0.8 * (0.08 / 2) + 0.75 ** 2 * 0.9 * (0.03 / 3);
    expect(postStratifiedMean(strata, { target: "finite" })?.variance).toBeCloseTo(finite, 13);
  });
  it("joins a thin stratum to the one whose pi is nearest in ratio, whatever the order", () => {
    const thin = stratum(0.05, 40, [0.5]);
    const near = stratum(0.02, 100, [0.9, 0.7]);
    const far = stratum(1, 5, [0.1, 0.2, 0.3, 0.1, 0.2]);
    const joined = { pi: 0.02, moments: mergeMoments(near.moments, thin.moments) };
    const expected = postStratifiedMean([joined, far]);
    for (const order of [
      [thin, near, far],
      [far, thin, near],
      [near, far, thin],
    ]) {
      expect(postStratifiedMean(order)?.mean).toBeCloseTo(expected?.mean ?? Number.NaN, 12);
      expect(postStratifiedMean(order)?.variance).toBeCloseTo(expected?.variance ?? Number.NaN, 12);
    }
  });
  it("keeps the requests of a stratum nobody judged in the total", () => {
    const estimate = postStratifiedMean([stratum(0.1, 50, []), stratum(0.2, 50, [0.5, 0.7])]);
    expect(estimate?.mean).toBeCloseTo(0.6, 12);
    expect(estimate?.n).toBe(2);
  });
  it("knows nothing from one observation and does not exist without any", () => {
    expect(postStratifiedMean([stratum(0.5, 3, [0.5])])).toMatchObject({ low: 0, high: 1 });
    expect(postStratifiedMean([stratum(0.5, 3, [])])).toBeUndefined();
    expect(postStratifiedMean([])).toBeUndefined();
    expect(() => postStratifiedMean([stratum(0.5, 1, [0.5, 0.5])])).toThrow(RangeError);
  });
  it("is narrower than Hájek when weights differ within one kind of request (seed 5)", () => {
    const random = seeded(5);
    const strata = [stratum(0.02, 5000, []), stratum(1, 200, [])];
    const values = strata.map(({ pi, moments }) =>
      population(
        moments.N,
        Array.from({ length: moments.N }, () => ({ y: 0.5 + 0.5 * random(), pi })).filter(
          () => random() < pi,
        ),
      ),
    );
    const stratified = postStratifiedMean(values.map((moments, i) => ({ pi: strata[i]?.pi ?? 1, moments })));
    const hajek = hajekEstimate(values.reduce(mergeMoments, emptyMoments()));
    expect(stratified?.variance).toBeLessThan(1.1 * (hajek?.variance ?? 0));
    expect(Math.abs((stratified?.mean ?? 0) - 0.75)).toBeLessThan(0.06);
  });
});

describe("Wilson's interval", () => {
  it("ends where the proportion is z standard errors away, its definition", () => {
    for (const [p, n] of [
      [0.15, 20],
      [0.5, 10],
      [0.999, 3000.5],
    ] as const) {
      const { low, high } = wilsonInterval(p, n);
      for (const end of [low, high]) {
        expect(Math.abs(p - end) / Math.sqrt((end * (1 - end)) / n)).toBeCloseTo(1.959963984540054, 10);
      }
    }
  });
  it("bounds a rate with no events by z²/(n+z²)", () => {
    const { low, high } = wilsonInterval(0, 10);
    expect(low).toBe(0);
    expect(high).toBeCloseTo(3.841458820694124 / 13.841458820694124, 12);
  });
  it("ends exactly at 0 and 1 where nothing or everything was seen, for any size", () => {
    for (let n = 1; n <= 60; n++) {
      expect(wilsonInterval(0, n).low).toBe(0);
      expect(wilsonInterval(1, n).high).toBe(1);
    }
  });
  it("is narrower at a lower level: z² = 1.642374415149818 at 80 %", () => {
    expect(wilsonInterval(0, 10, 0.8).high).toBeCloseTo(1.642374415149818 / (10 + 1.642374415149818), 12);
  });
  it("contains the proportion, stays in [0, 1] and is symmetric", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0.1, max: 1e6, noNaN: true }),
        (p, n) => {
          const { low, high } = wilsonInterval(p, n);
          expect(low).toBeGreaterThanOrEqual(0);
          expect(low).toBeLessThanOrEqual(p + 1e-12);
          expect(high).toBeGreaterThanOrEqual(p - 1e-12);
          expect(high).toBeLessThanOrEqual(1);
          expect(wilsonInterval(1 - p, n).high).toBeCloseTo(1 - low, 9);
        },
      ),
    );
  });
  it("is everything without observations, and refuses what is no proportion", () => {
    expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1 });
    expect(() => wilsonInterval(1.1, 5)).toThrow(RangeError);
    expect(() => wilsonInterval(0.5, -1)).toThrow(RangeError);
  });
});

describe("clusters", () => {
  it("is worked by hand", () => {
    // T = 1.4, 0.2, m = 1.6/3; residuals T − mW = 1.4 − 2m, .2 − m.
    const m = [
      { sw: 2, swy: 1.4 },
      { sw: 1, swy: 0.2 },
    ].reduce(observeCluster, emptyClusters());
    const mean = 1.6 / 3;
    expect(clusteredMean(m)?.mean).toBeCloseTo(mean, 14);
    expect(clusteredMean(m)?.variance).toBeCloseTo((2 * ((1.4 - 2 * mean) ** 2 + (0.2 - mean) ** 2)) / 9, 14);
    expect(clusteredMean(m)).toMatchObject({ n: 2, nEff: 9 / 5 });
    // A third of weight 1: m = .5, residuals .4, −.3, −.1, and 3/2·(.16 + .09 + .01)/16.
    const third = clusteredMean(observeCluster(m, { sw: 1, swy: 0.4 }));
    expect(third?.mean).toBeCloseTo(0.5, 14);
    expect(third?.variance).toBeCloseTo((1.5 * 0.26) / 16, 14);
  });
  it("merge of parts = whole", () => {
    const cluster = fc.record({
      sw: fc.double({ min: 0.5, max: 50, noNaN: true }),
      swy: fc.double({ min: 0, max: 50, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(cluster, { maxLength: 30 }), fc.nat(30), (clusters, cut) => {
        const sum = (list: typeof clusters) => list.reduce(observeCluster, emptyClusters());
        const whole = sum(clusters);
        const merged = mergeClusters(sum(clusters.slice(cut)), sum(clusters.slice(0, cut)));
        for (const key of Object.keys(whole) as (keyof ClusterMoments)[]) {
          expect(Math.abs(merged[key] - whole[key])).toBeLessThanOrEqual(1e-12 * whole[key]);
        }
      }),
    );
  });
  it("covers when users differ, where counting requests as independent does not (seed 9, 500 repetitions)", () => {
    const random = seeded(9);
    let covered = 0;
    let naive = 0;
    for (let run = 0; run < 500; run++) {
      let clusters = emptyClusters();
      let requests = emptyMoments();
      for (let user = 0; user < 40; user++) {
        const level = 0.4 + 0.4 * random();
        let swy = 0;
        for (let i = 0; i < 10; i++) {
          const y = level + 0.1 * (random() - 0.5);
          swy += y;
          requests = observe(requests, y, 1);
        }
        clusters = observeCluster(clusters, { sw: 10, swy });
      }
      const byUser = clusteredMean(clusters);
      const byRequest = hajekEstimate(requests);
      if (byUser === undefined || byRequest === undefined) throw new Error("expected estimates");
      if (byUser.low <= 0.6 && 0.6 <= byUser.high) covered++;
      if (byRequest.low <= 0.6 && 0.6 <= byRequest.high) naive++;
    }
    expect(covered / 500).toBeGreaterThan(0.92);
    expect(naive / 500).toBeLessThan(0.6);
  });
  it("does not exist without clusters and knows nothing from one", () => {
    expect(clusteredMean(emptyClusters())).toBeUndefined();
    expect(clusteredMean(observeCluster(emptyClusters(), { sw: 3, swy: 2 }))).toMatchObject({
      low: 0,
      high: 1,
      variance: 0,
    });
    expect(() => observeCluster(emptyClusters(), { sw: 0, swy: 1 })).toThrow(RangeError);
  });
});

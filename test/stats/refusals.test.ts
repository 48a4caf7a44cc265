import { asymptoticHalfWidth, asymptoticPValue } from "@bellwether/stats/asymptotic-cs";
import {
  type BettingGrid,
  bettingIncrement,
  costGrid,
  promotionGrid,
  qualityGrid,
} from "@bellwether/stats/betting";
import { clusteredMean, emptyClusters, observeCluster } from "@bellwether/stats/clusters";
import { combineEvidence } from "@bellwether/stats/combine";
import { countIncrement } from "@bellwether/stats/count-evidence";
import { hajekEstimate } from "@bellwether/stats/hajek";
import { hedgedCapital } from "@bellwether/stats/hedged-capital";
import { emptyMoments, observe } from "@bellwether/stats/moments";
import { postStratifiedMean } from "@bellwether/stats/post-stratified";
import { predictionPoweredMean } from "@bellwether/stats/ppi";
import { predictableBets } from "@bellwether/stats/predictable-bets";
import { quantileSequence } from "@bellwether/stats/quantile-cs";
import { sampleRatioEvidence } from "@bellwether/stats/sample-ratio";
import { sketchOf, sketchQuantile } from "@bellwether/stats/sketch";
import { wilsonInterval } from "@bellwether/stats/wilson";
import { describe, expect, it } from "vitest";

const settings = { q: 0.5, baseline: 0.8, sd: 0.1, delta: 0 };
const grid: BettingGrid = {
  lam: [0.1],
  bound: 2,
  delta: 0,
  baseline: 0.8,
  q: 0.5,
  direction: "lower_is_harm",
};
const cell = { canaryEvents: 1, events: 2, canaryExposure: 5, exposure: 10 };
const ratio = { canary: 1, total: 2, share: 0.5 };
const two = () => observe(observe(emptyMoments(), 0.4, 1), 0.6, 1);
const pair = () => [0.4, 0.6].map((swy) => ({ sw: 1, swy })).reduce(observeCluster, emptyClusters());
const item = { weight: 1, judge: 0.5, human: { score: 0.5, rho: 0.5 } };
const three = () => sketchOf([1, 2, 3]);

/** A function of one argument, values it must answer and values it must refuse. */
const DOMAINS: readonly [string, (x: number) => unknown, readonly number[], readonly number[]][] = [
  ["a planned canary share", (q) => qualityGrid({ ...settings, q }), [0.01, 0.99], [0, 1, -0.5, 1.5]],
  ["the share of a cost bet", (q) => costGrid({ ...settings, q }), [0.01, 0.99], [0, 1]],
  ["a baseline score", (baseline) => qualityGrid({ ...settings, baseline }), [0, 1], [-0.01, 1.01]],
  ["a baseline cost", (baseline) => costGrid({ ...settings, baseline }), [0.01, 1], [0, -0.01, 1.01]],
  ["a standard deviation", (sd) => costGrid({ ...settings, sd }), [0, 2], [-0.1]],
  [
    "a promotion's standard deviation",
    (sd) => promotionGrid({ ...settings, margin: 0.05, harm: "lower_is_harm", sd }),
    [0, 2],
    [-0.1],
  ],
  ["a tolerated difference", (delta) => qualityGrid({ ...settings, delta }), [0, 0.3], [Infinity, -Infinity]],
  [
    "a value to bet on",
    (value) => bettingIncrement(grid, [{ arm: "canary", value, count: 1 }]),
    [0, 1],
    [-0.01, 1.01],
  ],
  [
    "a count of values",
    (count) => bettingIncrement(grid, [{ arm: "stable", value: 0.5, count }]),
    [0, 3],
    [-1, 1.5, Infinity],
  ],
  ["canary events", (canaryEvents) => countIncrement({ ...cell, canaryEvents }), [0, 2], [-1, 3]],
  ["events", (events) => countIncrement({ ...cell, events }), [1, 9], [0, Infinity]],
  ["canary requests", (canaryExposure) => countIncrement({ ...cell, canaryExposure }), [0, 10], [-1, 11]],
  ["requests", (exposure) => countIncrement({ ...cell, exposure }), [5, 9], [4, Infinity]],
  ["a tolerated ratio of rates", (R0) => countIncrement({ ...cell, R0 }), [0.5, 2], [0, -1]],
  ["canary requests of a total", (canary) => sampleRatioEvidence({ ...ratio, canary }), [0, 2], [-1, 3]],
  ["a planned share", (share) => sampleRatioEvidence({ ...ratio, share }), [0.01, 0.99], [0, 1, -1, 2]],
  [
    "a weight of evidence",
    (weight) => combineEvidence([{ name: "a", weight, logE: 0 }]),
    [0.1, 9],
    [0, -1, Infinity],
  ],
  ["an inclusion probability", (pi) => observe(emptyMoments(), 1, pi), [0.01, 1], [0, -0.1, 1.01]],
  [
    "a stratum's probability",
    (pi) => postStratifiedMean([{ pi, moments: { ...two(), N: 4 } }]),
    [0.01, 1],
    [0, -0.1, 1.01],
  ],
  ["an observation", (y) => observe(emptyMoments(), y, 1), [-5, 5], [Infinity, -Infinity]],
  ["a cluster's weight", (sw) => observeCluster(emptyClusters(), { sw, swy: 1 }), [0.1, 9], [0, -1]],
  ["a cluster's sum", (swy) => observeCluster(emptyClusters(), { sw: 1, swy }), [0, -1], [Infinity]],
  ["a confidence level", (level) => hajekEstimate(two(), { level }), [0.5, 0.999], [0, 1, -0.1, 1.1]],
  ["the level of clusters", (level) => clusteredMean(pair(), { level }), [0.5, 0.999], [0, 1]],
  ["a proportion", (p) => wilsonInterval(p, 9), [0, 1], [-0.01, 1.01]],
  ["an effective size", (nEff) => wilsonInterval(0.5, nEff), [0, 0.5, 9], [-0.01]],
  [
    "a judge's weight",
    (weight) => predictionPoweredMean([{ ...item, weight }], { lambda: 0 }),
    [0.1, 9],
    [0, -1, Infinity],
  ],
  [
    "a judge's score",
    (judge) => predictionPoweredMean([{ ...item, judge }], { lambda: 0 }),
    [0, 7],
    [Infinity],
  ],
  [
    "a labelling rate",
    (rho) => predictionPoweredMean([{ ...item, human: { score: 0.5, rho } }], { lambda: 0 }),
    [0.01, 1],
    [0, -0.1, 1.01],
  ],
  ["a bounded value", (value) => predictableBets([value], 0.05), [0, 1], [-0.01, 1.01]],
  ["a mean to bet against", (m) => hedgedCapital([0.5], m), [0, 1], [-0.01, 1.01]],
  ["the p of a quantile's sequence", (p) => quantileSequence(three(), p), [0.01, 0.99], [0, 1, -1, 2]],
  [
    "the alpha of a quantile's sequence",
    (alpha) => quantileSequence(three(), 0.5, alpha),
    [0.01, 0.99],
    [0, 1, -1, 2],
  ],
  ["the p of a sketch's quantile", (p) => sketchQuantile(three(), p), [0, 1], [-0.01, 1.01]],
  ["a value in a sketch", (value) => sketchOf([value]), [-1e9, 1e9], [Infinity, -Infinity]],
  [
    "the alpha of an asymptotic sequence",
    (alpha) => asymptoticHalfWidth({ n: 5, variance: 1, sides: 2 }, { alpha }),
    [0.01, 0.99],
    [0, 1, -0.1, 1.1],
  ],
  [
    "the alpha of a one-sided width, spent on both sides",
    (alpha) => asymptoticHalfWidth({ n: 5, variance: 1, sides: 1 }, { alpha }),
    [0.01, 0.49],
    [0, 0.5],
  ],
  [
    "where an asymptotic sequence is narrowest",
    (narrowestAt) => asymptoticPValue({ n: 5, sum: 1, sum2: 2 }, { narrowestAt }),
    [0.1, 1e6],
    [0, -1],
  ],
];

describe("every argument outside its domain is refused, not computed with", () => {
  it.each(DOMAINS)("%s", (_name, call, good, bad) => {
    for (const x of good) expect(call(x)).toBeDefined();
    for (const x of [...bad, Number.NaN]) expect(() => call(x)).toThrow(RangeError);
  });
});

import type { LifeCell } from "@bellwether/core/rollout/cells";
import { EVIDENCE_WEIGHTS, type EvidenceName, weighEvidence } from "@bellwether/core/rollout/evidence";
import { weighPromotion } from "@bellwether/core/rollout/promotion";
import { weighSplit } from "@bellwether/core/rollout/split";
import { BUCKET_MS } from "@bellwether/core/windows/bucket";
import { foldItems } from "@bellwether/core/windows/fold";
import { addTo, binOf } from "@bellwether/core/windows/histogram";
import { type CountItem, type WindowItem, zeroCounts } from "@bellwether/core/windows/items";
import { variantsOf } from "@bellwether/core/windows/variants";
import { seededUniform as seeded } from "@bellwether/stats/uniform";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { segmentWith } from "../../support/segment.ts";
import {
  type ArmOptions,
  arm,
  BASELINE,
  bucket,
  EPOCH,
  lifeOf,
  POLICY,
  range,
  runOf,
  START,
} from "./arms.ts";

const HOUR = 3_600_000;
const SETTINGS = { unit: "request", costMargin: undefined } as const;
const logE = (cells: readonly LifeCell[], name: EvidenceName): number =>
  weighEvidence(cells, BASELINE, SETTINGS).parts.find((part) => part.name === name)?.logE ?? Number.NaN;

/** 5 % for two hours and a half, then 25 %, then 50 %; both changes fall inside a bucket. */
const RAMPED = runOf([
  { ...EPOCH, to: START + 2.53 * HOUR, share: 0.05 },
  { ...EPOCH, from: START + 2.53 * HOUR, to: START + 5.01 * HOUR, share: 0.25, generation: 5 },
  { ...EPOCH, from: START + 5.01 * HOUR, share: 0.5, generation: 6 },
]);

interface Call {
  readonly bucket: number;
  readonly canary: boolean;
  readonly failed: boolean;
  readonly refused: boolean;
  readonly blocked: boolean;
  readonly usd: number;
  readonly latencyMs: number;
  readonly score: number | null | undefined;
  readonly negative: boolean | undefined;
}
const call: fc.Arbitrary<Call> = fc.record({
  bucket: fc.nat(90),
  canary: fc.boolean(),
  failed: fc.boolean(),
  refused: fc.boolean(),
  blocked: fc.boolean(),
  usd: fc.constantFrom(0.0001, 0.004, 0.02),
  latencyMs: fc.constantFrom(500, 1_500, 4_000),
  /** `null` is a judgement that failed, undefined one that was not asked for. */
  score: fc.option(fc.option(fc.double({ min: 0, max: 1, noNaN: true })), { nil: undefined }),
  negative: fc.option(fc.boolean(), { nil: undefined }),
});

/** What ingest, feedback and evaluate write about these calls, each counted in its part of a log object. */
function written(calls: readonly Call[], partOf: (index: number) => number): WindowItem[] {
  const counts = new Map<string, CountItem>();
  const others: WindowItem[] = [];
  calls.forEach((one, index) => {
    const variant = one.canary ? "v2" : "v1";
    const place = {
      bucket: START + one.bucket * BUCKET_MS,
      segment: segmentWith({ variant, promptVersion: variant, model: "haiku" }),
      requestId: `r-${index}`,
    };
    const part = String(partOf(index));
    const key = `${place.bucket} ${variant} ${part}`;
    const empty = { counts: zeroCounts(), latency: new Map(), cost: new Map() };
    const item: CountItem = counts.get(key) ?? { kind: "count", ...place, part, ...empty };
    counts.set(key, item);
    item.counts.n += 1;
    item.counts.errors += one.failed ? 1 : 0;
    item.counts.refusals += one.refused ? 1 : 0;
    item.counts.guardrail += one.blocked ? 1 : 0;
    if (!one.failed) {
      const pico = Math.round(one.usd * 1e12);
      item.counts.costPicoUsd += pico;
      addTo(item.cost, binOf(pico));
      addTo(item.latency, binOf(one.latencyMs));
    }
    if (one.score !== undefined) {
      const judged = { pi: 0.5, uniform: true, raised: false, judgePicoUsd: 7 };
      // The first revision was not judged yet; the second counts.
      others.push({ kind: "score", ...place, ...judged, rev: 1, outcomes: {} });
      const outcome =
        one.score === null
          ? ({ status: "failed" } as const)
          : ({ status: "scored", score: one.score } as const);
      others.push({ kind: "score", ...place, ...judged, rev: 2, outcomes: { quality: outcome } });
    }
    if (one.negative !== undefined) {
      const vote = { user: "ann", votedAt: place.bucket, feedbackId: `f-${index}` };
      others.push({ kind: "feedback", ...place, ...vote, negative: one.negative });
    }
  });
  return [...counts.values(), ...others];
}

/** The verdict's numbers from window items as they lie in the table, in the order of `items`. */
function numbersOf(items: readonly WindowItem[]): number[] {
  const byBucket = Map.groupBy(items, (item) => item.bucket);
  const buckets = [...byBucket.keys()]
    .toSorted((a, b) => a - b)
    .map((start) => ({ start, fold: variantsOf(foldItems(byBucket.get(start) ?? [])) }));
  const cells = lifeOf(buckets, RAMPED);
  return [
    ...weighEvidence(cells, BASELINE, SETTINGS).parts.map((part) => part.logE),
    ...weighPromotion(cells, BASELINE, POLICY.promotion).map((guardrail) => guardrail.logE),
    weighSplit(cells, "user").logE,
    weighSplit(cells, "request").logE,
  ];
}

describe("the same calls", () => {
  it("give the same numbers to 1e-9 however they are cut into parts and in whatever order they arrive", () => {
    const cut = fc.record({ parts: fc.integer({ min: 1, max: 5 }), seed: fc.nat() });
    fc.assert(
      fc.property(fc.array(call, { minLength: 1, maxLength: 60 }), cut, (calls, { parts, seed }) => {
        const next = seeded(seed);
        const whole = numbersOf(written(calls, () => 0));
        const apart = written(calls, () => Math.floor(next() * parts));
        const shuffled = apart.map((item) => ({ item, at: next() })).toSorted((a, b) => a.at - b.at);
        const numbers = numbersOf(shuffled.map(({ item }) => item));
        expect(numbers).toHaveLength(whole.length);
        for (const [index, number] of numbers.entries())
          expect(Math.abs(number - (whole[index] ?? Number.NaN))).toBeLessThanOrEqual(1e-9);
      }),
      { numRuns: 60 },
    );
  });
});

describe("over an advance", () => {
  const both = (index: number, stable: ArmOptions, canary: ArmOptions) => bucket(index * 12, stable, canary);
  const run = runOf([
    { ...EPOCH, to: START + 6 * HOUR, share: 0.05 },
    { ...EPOCH, from: START + 6 * HOUR, share: 0.25, generation: 5 },
  ]);
  const first = range(6).map((n) => both(n, { n: 95, errors: 1 }, { n: 5, errors: 1 }));
  const second = range(6).map((n) => both(n + 6, { n: 75, errors: 1 }, { n: 25, errors: 2 }));

  it("evidence of harm goes on from where it was, hour by hour", () => {
    const cells = lifeOf([...first, ...second], run);
    expect(cells.map(({ share }) => share)).toEqual([
      ...range(6).map(() => 0.05),
      ...range(6).map(() => 0.25),
    ]);
    const grown = range(12).map((n) => logE(cells.slice(0, n + 1), "error_rate"));
    for (const [n, value] of grown.entries()) expect(value).toBeGreaterThan(grown[n - 1] ?? 0);
    const alone = runOf([{ ...EPOCH, from: START + 6 * HOUR, share: 0.25, generation: 5 }]);
    const after = logE(lifeOf(second, alone, START + 6 * HOUR), "error_rate");
    // Each step alone is too little at a weight of .12; both are enough.
    const enough = Math.log(100 / EVIDENCE_WEIGHTS.error_rate);
    expect(Math.max(after, grown[5] ?? 0)).toBeLessThan(enough);
    expect(grown[11]).toBeGreaterThan(enough);
  });

  it("arms of unlike size are no evidence: each step is weighed by its own split", () => {
    const same = (n: number, share: number) =>
      both(n, { n: 200 * (1 - share), errors: 20 * (1 - share) }, { n: 200 * share, errors: 20 * share });
    // Twice the error rate in the second half, for both arms: the canary had most of its calls then.
    const worse = (n: number, share: number) =>
      both(n, { n: 200 * (1 - share), errors: 40 * (1 - share) }, { n: 200 * share, errors: 40 * share });
    const cells = lifeOf(
      [...range(6).map((n) => same(n, 0.05)), ...range(6).map((n) => worse(n + 6, 0.25))],
      run,
    );
    expect(logE(cells, "error_rate")).toBeLessThan(0);
  });

  it("the bucket of the change counts for quality, whose split is the judge's, and for no rate", () => {
    const cut = runOf([
      { ...EPOCH, to: START + 60_000, share: 0.05 },
      { ...EPOCH, from: START + 60_000, share: 0.25, generation: 5 },
    ]);
    const scores = (mean: number) => range(30).map(() => mean);
    const cells = lifeOf(
      [bucket(0, { n: 50, scores: scores(0.9) }, { n: 50, errors: 40, scores: scores(0.2) })],
      cut,
    );
    for (const { name, logE } of weighEvidence(cells, BASELINE, SETTINGS).parts)
      if (name === "avg_quality_score") expect(logE).toBeGreaterThan(5);
      else expect(logE).toBeCloseTo(0, 12);
  });
});

describe("a drop of quality by .05 that begins late", () => {
  const JUDGED = 50;
  /** Judged items from the start of the drop until quality alone would decide, after `healthy` good hours. */
  function itemsUntilFound(healthy: number, seed: number): number {
    const next = seeded(seed);
    const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
    const scores = (mean: number) =>
      range(JUDGED).map(() => Math.min(1, Math.max(0, mean + 0.15 * normal())));
    const cells: LifeCell[] = [];
    for (let hour = 0; hour < healthy + 150; hour++) {
      const canary = arm({ n: JUDGED, scores: scores(hour < healthy ? 0.8 : 0.75) });
      cells.push({
        share: 0.5,
        arms: { stable: arm({ n: JUDGED, scores: scores(0.8) }), canary, unattributedErrors: 0 },
      });
      if (hour < healthy) continue;
      if (logE(cells, "avg_quality_score") >= Math.log(100 / EVIDENCE_WEIGHTS.avg_quality_score))
        return (hour - healthy + 1) * 2 * JUDGED;
    }
    return Number.POSITIVE_INFINITY;
  }
  const median = (values: readonly number[]) =>
    values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

  it("after 10,000 good items needs no more than three times the items of one from the start", () => {
    const seeds = range(9);
    const early = median(seeds.map((seed) => itemsUntilFound(0, seed)));
    const late = median(seeds.map((seed) => itemsUntilFound(100, seed)));
    expect(early).toBeLessThan(2_000);
    expect(late).toBeGreaterThan(0);
    expect(late).toBeLessThanOrEqual(3 * early);
  });
});

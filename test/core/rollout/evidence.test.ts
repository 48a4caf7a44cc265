import { EVIDENCE_WEIGHTS, type EvidenceName, weighEvidence } from "@bellwether/core/rollout/evidence";
import type { BucketFold } from "@bellwether/core/rollout/span";
import { mergeInto } from "@bellwether/core/windows/histogram";
import { emptyVariantFold } from "@bellwether/core/windows/variants";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ArmOptions, BASELINE, bucket, lifeOf, NAMES, RUN, range } from "./arms.ts";

const SETTINGS = { unit: "user", costMargin: undefined } as const;
const weigh = (buckets: readonly BucketFold[], baseline = BASELINE) =>
  weighEvidence(lifeOf(buckets, RUN, baseline.from), baseline, SETTINGS);
const logE = (buckets: readonly BucketFold[], name: EvidenceName, baseline = BASELINE): number =>
  weigh(buckets, baseline).parts.find((part) => part.name === name)?.logE ?? Number.NaN;
/** An e-value of 1, but for rounding. */
const NONE = 1e-9;
const scores = (mean: number, n: number) => range(n).map((i) => mean + (i % 2 === 0 ? 0.1 : -0.1));

/** Twelve hours of both arms, 80 and 20 calls in each. */
const hours = (stable: Partial<ArmOptions>, canary: Partial<ArmOptions>): BucketFold[] =>
  range(12).map((hour) =>
    bucket(
      hour * 12,
      { n: 80, scores: scores(0.85, 10), ...stable },
      { n: 20, scores: scores(0.85, 10), ...canary },
    ),
  );

describe("two arms that are alike", () => {
  const parts = weigh(
    hours({ errors: 4, votes: 8, negative: 4 }, { errors: 1, votes: 2, negative: 1 }),
  ).parts;

  it.each(parts)("have no evidence in $name", ({ logE }) => {
    expect(logE).toBeLessThanOrEqual(NONE);
  });

  it("are weighed on every metric, with weights that sum to 1", () => {
    expect(parts.map(({ name }) => name)).toEqual(Object.keys(EVIDENCE_WEIGHTS));
    expect(parts.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
  });
});

describe("harm", () => {
  it.each<[EvidenceName, Partial<ArmOptions>, Partial<ArmOptions>]>([
    ["avg_quality_score", {}, { scores: scores(0.6, 10) }],
    ["error_rate", { errors: 1 }, { errors: 4 }],
    ["negative_feedback_rate", { votes: 8, negative: 1 }, { votes: 4, negative: 4 }],
    ["refusal_rate", { refusals: 1 }, { refusals: 6 }],
    ["guardrail_rate", { guardrail: 1 }, { guardrail: 6 }],
    ["judge_failure_rate", { judgeFailures: 1 }, { judgeFailures: 9 }],
    ["p95_latency", {}, { latencyMs: 1_500 }],
    ["cost_per_request", {}, { usd: 0.012 }],
  ])("in %s is evidence that grows, and shows in no other metric", (name, stable, canary) => {
    const all = hours(stable, canary);
    const grown = [3, 6, 9, 12].map((count) => logE(all.slice(0, count), name));
    for (const [index, value] of grown.entries()) expect(value).toBeGreaterThan(grown[index - 1] ?? 0);
    expect(grown.at(-1)).toBeGreaterThan(Math.log(100 / EVIDENCE_WEIGHTS[name]));
    for (const part of weigh(all).parts) if (part.name !== name) expect(part.logE).toBeLessThanOrEqual(NONE);
  });

  it("that begins late is found too", () => {
    const late = [
      ...hours({}, {}),
      ...hours({}, { usd: 0.012 }).map((b) => ({ ...b, start: b.start + 12 * 3_600_000 })),
    ];
    expect(logE(late, "cost_per_request")).toBeGreaterThan(Math.log(100 / EVIDENCE_WEIGHTS.cost_per_request));
  });

  it("to stable is not evidence against the canary", () => {
    const better = weigh(hours({ errors: 8, usd: 0.012, latencyMs: 4_000, scores: scores(0.6, 10) }, {}));
    for (const { logE } of better.parts) expect(logE).toBeLessThan(NONE);
  });
});

describe("a policy's own tests", () => {
  const life = hours({ errors: 1 }, { errors: 4, scores: scores(0.75, 10) });
  const part = (name: EvidenceName, test: { margin?: number; ratio?: number; weight?: number }) =>
    weighEvidence(lifeOf(life, RUN, BASELINE.from), BASELINE, {
      ...SETTINGS,
      sequential: [{ metric: name, ...test }],
    }).parts.find((one) => one.name === name);

  it("tolerate what they say", () => {
    expect(part("error_rate", { ratio: 10 })?.logE).toBeLessThan(logE(life, "error_rate") - 1);
    expect(part("error_rate", { ratio: 1 })?.logE).toBeGreaterThan(logE(life, "error_rate"));
    expect(part("avg_quality_score", { margin: 0.2 })?.logE).toBeLessThan(NONE);
    expect(part("avg_quality_score", { margin: 0 })?.logE).toBeGreaterThan(logE(life, "avg_quality_score"));
  });

  it("weigh as they say, and leave the others alone", () => {
    expect(part("error_rate", { weight: 0.7 })).toMatchObject({
      weight: 0.7,
      logE: logE(life, "error_rate"),
    });
  });
});

describe("cost", () => {
  it("of typical calls is no evidence while the bill falls", () => {
    // Nineteen calls of twenty cost half as much again; the twentieth no longer costs twenty times the median.
    const mixed = (usual: number, rare: number, n: number) => {
      const one = bucket(0, { n: n - n / 20, usd: usual }).fold.get("v1") ?? emptyVariantFold();
      const two = bucket(0, { n: n / 20, usd: rare }).fold.get("v1") ?? emptyVariantFold();
      one.counts.n += two.counts.n;
      one.counts.costPicoUsd += two.counts.costPicoUsd;
      mergeInto(one.cost, two.cost);
      return one;
    };
    const heavy = {
      ...BASELINE,
      cost: { cap: 8e10, linear: { mean: 0.1, sd: 0.2 }, log: { mean: 0.7, sd: 0.08 } },
    };
    const cells = (usual: number, rare: number): BucketFold[] =>
      range(24).map((hour) => ({
        start: BASELINE.from + hour * 3_600_000,
        fold: new Map([
          [NAMES.stable, mixed(0.004, 0.08, 80)],
          [NAMES.canary, mixed(usual, rare, 20)],
        ]),
      }));
    expect(logE(cells(0.006, 0.006), "cost_per_request", heavy)).toBeLessThan(0);
    expect(logE(cells(0.006, 0.12), "cost_per_request", heavy)).toBeGreaterThan(Math.log(100));
  });

  it("within the policy's margin is no evidence", () => {
    const dearer = hours({}, { usd: 0.0046 });
    const part = (costMargin: number | undefined) =>
      weighEvidence(lifeOf(dearer), BASELINE, { ...SETTINGS, costMargin }).parts.find(
        (p) => p.name === "cost_per_request",
      );
    expect(part(0.2)?.logE).toBeLessThan(0);
    expect(part(undefined)?.logE).toBeGreaterThan(0);
  });

  it("of nothing priced is held, with the reason", () => {
    const { cost: _, ...unpriced } = BASELINE;
    const { parts, held } = weigh(hours({}, { usd: 1 }), unpriced);
    expect(parts.find(({ name }) => name === "cost_per_request")?.logE).toBe(0);
    expect(held).toEqual(["cost_per_request: stable has no priced requests in its baseline"]);
  });
});

describe("what is held", () => {
  const lose = (buckets: BucketFold[], errors: number): BucketFold[] =>
    buckets.map((b) => ({
      ...b,
      fold: new Map([
        ...b.fold,
        ["unattributed", { ...emptyVariantFold(), errorsByModel: new Map([["haiku", errors]]) }],
      ]),
    }));

  it("holds errors when more than 10 % of them carry no variant", () => {
    const failing = hours({ errors: 5 }, { errors: 13 });
    expect(weigh(lose(failing, 2)).held).toEqual([]);
    const { parts, held } = weigh(lose(failing, 3));
    expect(held).toEqual(["error_rate: 36 of 252 failed calls carry no variant"]);
    expect(parts.find(({ name }) => name === "error_rate")?.logE).toBe(0);
  });

  it("gives an untagged failure to the only arm that uses its model", () => {
    const apart = lose(hours({ model: "nova" }, { model: "haiku" }), 3);
    expect(weigh(apart).held).toEqual([]);
    expect(logE(apart, "error_rate")).toBeGreaterThan(0);
  });

  it("says so when the log carries too few latencies", () => {
    const { p95LatencyMs: _, ...blind } = BASELINE;
    expect(weigh(hours({}, {}), blind).held).toEqual(["p95_latency: too few latencies in the log"]);
  });

  it("counts nothing before the baseline's start", () => {
    const from = BASELINE.from + 12 * 3_600_000;
    for (const { logE } of weigh(hours({}, { errors: 20 }), { ...BASELINE, from }).parts)
      expect(logE).toBe(0);
  });
});

describe("the same events", () => {
  const drawn = fc.array(
    fc.record({
      at: fc.nat(100),
      n: fc.integer({ min: 1, max: 20 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      usd: fc.constantFrom(0.001, 0.004, 0.02),
      latencyMs: fc.constantFrom(500, 2_000),
      score: fc.double({ min: 0, max: 1, noNaN: true }),
      canary: fc.boolean(),
    }),
    { minLength: 1, maxLength: 30 },
  );

  it("are the same evidence to 1e-9 however a cell's buckets are cut and in whatever order their bins come", () => {
    fc.assert(
      fc.property(drawn, (events) => {
        const build = (list: typeof events, at: (index: number) => number): BucketFold[] =>
          list
            .map((e) => {
              const options = {
                n: e.n,
                errors: Math.floor(e.n * e.share * 0.5),
                usd: e.usd,
                latencyMs: e.latencyMs,
                scores: [e.score],
                votes: 1,
                negative: e.score < 0.3 ? 1 : 0,
              };
              return bucket(at(e.at), e.canary ? undefined : options, e.canary ? options : undefined);
            })
            .toSorted((a, b) => a.start - b.start);
        const apart = weigh(build(events, (at) => at)).parts;
        const together = weigh(build(events.toReversed(), (at) => Math.floor(at / 12) * 12 + 11)).parts;
        for (const [index, part] of apart.entries()) expect(together[index]?.logE).toBeCloseTo(part.logE, 9);
      }),
    );
  });
});

describe("a judge that people do not vouch for", () => {
  it("proves nothing by quality, and everything else stays as it was", () => {
    const bad = hours({}, { scores: scores(0.4, 10), errors: 9 });
    const life = lifeOf(bad, RUN, BASELINE.from);
    const { parts, held } = weighEvidence(life, BASELINE, { ...SETTINGS, distrust: "labels are old" });
    expect(held).toEqual(["avg_quality_score: labels are old"]);
    const trusted = weigh(bad).parts;
    expect(trusted.find(({ name }) => name === "avg_quality_score")?.logE).toBeGreaterThan(4);
    expect(parts).toEqual(
      trusted.map((part) => (part.name === "avg_quality_score" ? { ...part, logE: 0 } : part)),
    );
  });
});

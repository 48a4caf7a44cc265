import { decideGate, exitCodeOf } from "@bellwether/core/gate/decide";
import type { ItemOutcome, Side } from "@bellwether/core/gate/outcome";
import type { PipelineConfig } from "@bellwether/core/gate/pipeline-config";
import type { GateCheck, GateReport } from "@bellwether/core/gate/report";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GATE_CONFIG, simulateSides } from "../../support/simulate-gate.ts";

const OPTIONS = { seed: 7, bootstraps: 1_299 };
type Scores = Readonly<Record<string, number | string>>;

/** An item whose scores are numbers, or the reason of an abstention ("failed …" of a failure). */
function item(i: number, scores: Scores, other: Partial<ItemOutcome> = {}): ItemOutcome {
  const metrics: ItemOutcome["draws"][number]["metrics"] = {};
  for (const [metric, score] of Object.entries(scores))
    metrics[metric] =
      typeof score === "number"
        ? { status: "scored", score }
        : score.startsWith("failed ")
          ? { status: "failed", reason: score.slice("failed ".length) }
          : { status: "abstained", reason: score };
  return {
    itemId: `i${String(i).padStart(3, "0")}`,
    tags: [],
    question: `question ${i}`,
    answer: "an answer",
    modelId: "m",
    promptVersion: "v",
    costUsd: 0.01,
    latencyMs: 100,
    inputTokens: 1,
    outputTokens: 1,
    draws: [{ draw: 0, metrics, unsupportedClaims: [], judgeUsd: 0.001 }],
    ...other,
  };
}

const side = (items: readonly ItemOutcome[], other: Partial<Side> = {}): Side => ({
  kind: "bellwether gate outcomes",
  label: "v1",
  suiteHash: "s",
  judge: { modelId: "j", version: "1", standIn: false },
  items: [...items],
  ...other,
});

const many = (n: number, make: (i: number) => ItemOutcome): ItemOutcome[] =>
  Array.from({ length: n }, (_, i) => make(i));

type Parts = Omit<PipelineConfig, "policy"> & { policy?: Partial<PipelineConfig["policy"]> };
const configOf = ({ policy, ...stages }: Parts): PipelineConfig => ({
  ...stages,
  policy: { flakeBudget: 0.05, repeats: 1, onInsufficient: "block", minItems: 30, ...policy },
});
const quality = (metric: string, threshold: number): Parts => ({
  quality: { metrics: { [metric]: { threshold, weight: 1 } } },
});
const regression = (maxDegradation: number, ...metrics: string[]): Parts => ({
  regression: { maxDegradation, metrics },
});

const only = ({ checks }: GateReport): GateCheck => {
  expect(checks).toHaveLength(1);
  return checks[0] as GateCheck;
};
/** From −1 to 1, evenly, mean 0. */
const spread = (i: number, n: number): number => (2 * (((i * 37) % n) + 0.5)) / n - 1;

describe("a threshold", () => {
  const N = 60;
  const around = (mean: number, half: number) =>
    side(many(N, (i) => item(i, { faithfulness: mean + half * spread(i, 61) })));
  it.each([
    ["passed", "passed", around(0.9, 0.1)],
    ["failed", "failed", around(0.7, 0.1)],
    ["warned", "not_enough_evidence", around(0.84, 0.15)],
    ["not_measured", "not_enough_evidence", side(many(N, (i) => item(i, {})))],
    ["not_measured", "not_enough_evidence", side([])],
  ] as const)("is %s, the gate %s", (status, verdict, head) => {
    const report = decideGate(head, undefined, configOf(quality("faithfulness", 0.85)), OPTIONS);
    expect(only(report).status).toBe(status);
    expect(report.verdict).toBe(verdict);
    expect(report.base).toBeNull();
  });

  it("of a pass/fail metric goes by the exact bounds of a proportion", () => {
    const safe = (unsafe: number) => side(many(N, (i) => item(i, { safety: i < unsafe ? 0 : 1 })));
    const check = (unsafe: number) =>
      only(decideGate(safe(unsafe), undefined, configOf(quality("safety", 0.95)), OPTIONS));
    expect(check(0)).toMatchObject({ status: "passed", high: 1 });
    expect(check(5)).toMatchObject({ status: "warned", insufficient: true });
    // scipy: binom.cdf(60 − 7, 60, .95) = .0297, binom.cdf(60 − 6, 60, .95) = .0787
    expect(check(6).status).toBe("warned");
    expect(check(7).status).toBe("failed");
  });

  it("of equal scores leaves room for what was not seen", () => {
    const low = side(many(N, (i) => item(i, { faithfulness: 0.8 })));
    const check = (threshold: number) =>
      only(decideGate(low, undefined, configOf(quality("faithfulness", threshold)), OPTIONS));
    expect(check(0.805).status).toBe("warned");
    expect(check(0.9).status).toBe("failed");
  });

  it("is not decided by fewer than min_items, unless it fails", () => {
    const few = (score: number) =>
      side(many(20, (i) => item(i, { faithfulness: score + 0.05 * spread(i, 61) })));
    const config = configOf(quality("faithfulness", 0.85));
    const fine = decideGate(few(0.9), undefined, config, OPTIONS);
    expect([fine.verdict, only(fine).status]).toEqual(["not_enough_evidence", "warned"]);
    expect(only(fine).detail).toContain("20 items are fewer than the 30");
    expect(decideGate(few(0.5), undefined, config, OPTIONS).verdict).toBe("failed");
  });

  it("is not measured when more than a tenth of the items it applies to are unscored", () => {
    const head = (unscored: number, reason: string) =>
      side(many(100, (i) => item(i, { faithfulness: i < unscored ? reason : 0.9 + 0.05 * spread(i, 101) })));
    const status = (unscored: number, reason: string) =>
      only(decideGate(head(unscored, reason), undefined, configOf(quality("faithfulness", 0.85)), OPTIONS));
    expect(status(10, "failed timeout").status).toBe("passed");
    expect(status(11, "failed timeout")).toMatchObject({ status: "not_measured", insufficient: true });
    expect(status(11, "no_claims").status).toBe("not_measured");
    expect(status(11, "no_context").status).toBe("passed");
    const { counts } = decideGate(
      head(2, "failed timeout"),
      undefined,
      configOf(quality("faithfulness", 0.85)),
      OPTIONS,
    );
    expect(counts.unscored.faithfulness).toEqual([
      { side: "head", reason: "timeout", applies: true, itemIds: ["i000", "i001"] },
    ]);
  });

  it("counts what base could be scored on as applying to head", () => {
    const base = side(many(60, (i) => item(i, { faithfulness: 0.9 + 0.05 * spread(i, 61) })));
    const head = side(
      many(60, (i) => item(i, { faithfulness: i < 20 ? "no_context" : 0.9 + 0.05 * spread(i, 61) })),
    );
    expect(only(decideGate(head, base, configOf(quality("faithfulness", 0.85)), OPTIONS)).status).toBe(
      "not_measured",
    );
  });

  it("on relevancy goes by the judged one where there is no other, and says so", () => {
    const head = side(many(60, (i) => item(i, { answer_relevancy_judged: 0.9 + 0.05 * spread(i, 61) })));
    const report = decideGate(head, undefined, configOf(quality("answer_relevancy", 0.8)), OPTIONS);
    expect(only(report)).toMatchObject({ metric: "answer_relevancy_judged", status: "passed" });
    expect(report.notes).toEqual(["No item has answer_relevancy; answer_relevancy_judged stands for it."]);
  });
});

describe("a regression", () => {
  const N = 100;
  const base = side(many(N, (i) => item(i, { faithfulness: 0.8 + 0.1 * spread(i, 101) })));
  const lost = (loss: number, noise: number) =>
    side(
      many(N, (i) =>
        item(i, { faithfulness: 0.8 + 0.1 * spread(i, 101) - loss + noise * spread(3 * i + 1, 101) }),
      ),
    );
  it.each([
    ["passed", "passed", 0.05, lost(0, 0.1), /allowed 5 %$/],
    ["passed", "passed", 0.05, lost(0.02, 0.05), /a real loss, within what is allowed/],
    ["failed", "failed", 0.05, lost(0.09, 0.1), /surely beyond/],
    ["warned", "passed", 0.05, lost(0.04, 0.1), /cannot tell$/],
    ["warned", "not_enough_evidence", 0.01, lost(0, 0.1), /unchanged version would not be/],
    ["failed", "failed", 0, lost(0.03, 0.05), /surely beyond/],
  ] as const)("is %s and the gate %s at max_degradation %d", (status, verdict, allowed, head, detail) => {
    const report = decideGate(head, base, configOf(regression(allowed, "faithfulness")), OPTIONS);
    expect(only(report).status).toBe(status);
    expect(only(report).detail).toMatch(detail);
    expect(report.verdict).toBe(verdict);
  });

  it("of cost and latency is a rise", () => {
    const dear = side(
      many(N, (i) => item(i, {}, { costUsd: 0.011 + 0.0001 * spread(i, 101), latencyMs: 90 })),
    );
    const { checks } = decideGate(dear, base, configOf(regression(0.05, "cost", "latency")), OPTIONS);
    expect(checks.map(({ metric, status }) => [metric, status])).toEqual([
      ["cost", "failed"],
      ["latency", "passed"],
    ]);
    expect(checks[0]?.value).toBeCloseTo(0.1, 3);
    expect(checks[1]?.value).toBeCloseTo(-0.1, 12);
  });

  it("of a pass/fail metric fails only if the exact test of the pairs agrees", () => {
    const passing = side(many(N, (i) => item(i, { safety: 1 })));
    const flagged = (n: number) => side(many(N, (i) => item(i, { safety: i < n ? 0 : 1 })));
    const status = (n: number) => {
      const report = decideGate(flagged(n), passing, configOf(regression(0, "safety")), OPTIONS);
      expect(report.comparisons[0]?.passFail).toMatchObject({ lost: n, gained: 0 });
      return only(report).status;
    };
    // Binomial(5, ½) ≥ 5 is .031, Binomial(4, ½) ≥ 4 is .063
    expect([status(0), status(4), status(5), status(12)]).toEqual(["passed", "warned", "failed", "failed"]);
  });

  it("is not measured without a baseline, with another judge, or relative to nothing", () => {
    const config = configOf(regression(0.05, "faithfulness"));
    const other = { ...base, judge: { ...base.judge, version: "2" } };
    const nothing = side(many(N, (i) => item(i, { faithfulness: 0 })));
    for (const before of [undefined, other, nothing, side([])]) {
      const report = decideGate(base, before, config, OPTIONS);
      expect(only(report).status).toBe("not_measured");
      expect(report.verdict).toBe("not_enough_evidence");
    }
    expect(decideGate(base, other, config, OPTIONS).notes).toEqual([
      "The judges differ; scores are not compared.",
    ]);
  });

  it("names items that can no longer be scored", () => {
    const quiet = side(
      many(N, (i) => item(i, { faithfulness: i < 9 ? "no_claims" : 0.8 + 0.1 * spread(i, 101) })),
    );
    const { checks, verdict } = decideGate(quiet, base, configOf(regression(0.05, "faithfulness")), OPTIONS);
    expect(checks.map(({ metric, status }) => [metric, status])).toEqual([
      ["faithfulness", "passed"],
      ["faithfulness (unscored)", "warned"],
    ]);
    expect(verdict).toBe("passed");
  });

  it("compares only items with the same id and question", () => {
    const head = side(
      [...base.items.slice(1), item(500, { faithfulness: 0.1 })].map((one) =>
        one.itemId === "i007" ? { ...one, question: "another" } : one,
      ),
      { suiteHash: "s2" },
    );
    const { counts, notes } = decideGate(head, base, configOf(regression(0.05, "faithfulness")), OPTIONS);
    expect(counts).toMatchObject({
      items: 100,
      compared: 98,
      onlyHead: ["i500"],
      onlyBase: ["i000"],
      changedQuestion: ["i007"],
    });
    expect(notes).toEqual(["The suites differ; only items with the same id and question are compared."]);
  });
});

describe("cost and latency", () => {
  const priced = (usd: number) =>
    side(many(60, (i) => item(i, {}, { costUsd: usd * (1 + 0.2 * spread(i, 61)) })));
  const cost = (monthlyRequests?: number): Parts => ({
    cost: {
      maxCostPerQuery: 0.02,
      maxMonthlyBudget: 10_000,
      alertThreshold: 0.8,
      ...(monthlyRequests !== undefined && { monthlyRequests }),
    },
  });
  it.each([
    [0.01, 500_000, ["passed", "passed"], "passed"],
    [0.017, 500_000, ["warned", "warned"], "passed"],
    [0.01, 820_000, ["passed", "warned"], "passed"],
    [0.0203, 1_000, ["warned", "passed"], "not_enough_evidence"],
    [0.03, 1_000, ["failed", "passed"], "failed"],
    [0.01, undefined, ["passed", "not_measured"], "not_enough_evidence"],
  ] as const)("$%d a query, %s queries a month: %j, %s", (usd, requests, statuses, verdict) => {
    const report = decideGate(priced(usd), undefined, configOf(cost(requests)), OPTIONS);
    expect(report.checks.map(({ status }) => status)).toEqual(statuses);
    expect(report.verdict).toBe(verdict);
  });
  it("is not measured while a tenth is unpriced", () => {
    const head = side(many(60, (i) => item(i, {}, { costUsd: i < 7 ? null : 0.01 })));
    const report = decideGate(head, undefined, configOf(cost(1_000)), OPTIONS);
    expect(report.checks.map(({ status }) => status)).toEqual(["not_measured", "not_measured"]);
    expect(report.costs.head).toEqual({ usd: expect.closeTo(0.53), unpriced: 7 });
  });

  const timed = (n: number) => side(many(n, (i) => item(i, {}, { latencyMs: 1_000 + i })));
  const latency = (p50: number, p95: number, p99: number) =>
    configOf({ latency: { maxP50Ms: p50, maxP95Ms: p95, maxP99Ms: p99 } });
  it.each([
    [60, latency(1_100, 1_100, 1_100), ["passed", "passed", "warned"], "passed"],
    [600, latency(1_700, 1_700, 1_700), ["passed", "passed", "passed"], "passed"],
    [600, latency(1_200, 1_700, 1_700), ["failed", "passed", "passed"], "failed"],
    [600, latency(1_290, 1_700, 1_700), ["warned", "passed", "passed"], "not_enough_evidence"],
    [60, latency(1_100, 1_100, 1_058), ["passed", "passed", "warned"], "passed"],
  ] as const)("%d latencies by order statistics", (n, config, statuses, verdict) => {
    const report = decideGate(timed(n), undefined, config, OPTIONS);
    expect(report.checks.map(({ status }) => status)).toEqual(statuses);
    expect(report.verdict).toBe(verdict);
  });
});

describe("a gate", () => {
  const { head, base } = simulateSides({
    seed: 3,
    run: 0,
    items: 60,
    drop: 0.2,
    repeats: 2,
    tags: ["a", "b"],
  });
  const report = decideGate(head, base, GATE_CONFIG, OPTIONS);

  it("says what got worse, where, and what it rests on", () => {
    expect(report.verdict).toBe("failed");
    expect(report.multiplicity).toMatchObject({ decidingChecks: 13, flakeBudget: 0.05 });
    expect(report.multiplicity.rule).toMatch(/^13 checks decide; by Holm's rule .* Benjamini–Hochberg/);
    const flagged = report.tags.filter(({ flagged: worse }) => worse);
    // Every second item lost faithfulness, and these have the first tag.
    expect(flagged.map(({ tag, metric }) => [tag, metric])).toEqual([["a", "faithfulness"]]);
    expect(report.worst).toHaveLength(5);
    expect(report.worst[0]?.difference).toBeLessThanOrEqual(report.worst[4]?.difference ?? -1);
    expect(report.costs.judge.usd).toBeCloseTo(60 * 2 * 2 * 0.002);
    expect(report.mdd.find(({ metric }) => metric === "faithfulness")).toMatchObject({
      items: 60,
      sdFrom: "measured",
    });
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it("does not depend on the order of items", () => {
    const turned = (one: Side): Side => ({ ...one, items: one.items.toReversed() });
    expect(decideGate(turned(head), turned(base), GATE_CONFIG, OPTIONS)).toEqual(report);
  });

  it("negates its differences when the sides change places", () => {
    const back = decideGate(base, head, GATE_CONFIG, OPTIONS);
    report.comparisons.forEach((one, at) => {
      const other = back.comparisons[at];
      expect(other?.difference).toBeCloseTo(-one.difference, 10);
      expect(other?.low).toBeCloseTo(-(one.high ?? Number.NaN), 10);
      expect(other?.high).toBeCloseTo(-(one.low ?? Number.NaN), 10);
      expect(other?.passFail?.lost).toBe(one.passFail?.gained);
    });
  });

  it("finds no difference at all between identical sides, and passes them", () => {
    const same = decideGate(base, { ...base, label: "again" }, GATE_CONFIG, OPTIONS);
    expect(same.verdict).toBe("passed");
    for (const { difference, low, high } of same.comparisons)
      expect([difference, low, high]).toEqual([0, 0, 0]);
    expect([same.worst, same.tags.filter(({ flagged }) => flagged)]).toEqual([[], []]);
  });

  it("knows more with more items", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000 }), (run) => {
        const width = (items: number) => {
          const sides = simulateSides({ seed: 5, run, items, drop: 0, repeats: 1 });
          const config = configOf(regression(0.05, "faithfulness"));
          const [one] = decideGate(sides.head, sides.base, config, { seed: 1, bootstraps: 199 }).comparisons;
          return (one?.high ?? Number.NaN) - (one?.low ?? Number.NaN);
        };
        expect(width(240)).toBeLessThan(width(40));
      }),
      { numRuns: 4 },
    );
  });

  it("that checks nothing has shown nothing", () => {
    expect(decideGate(head, base, configOf({}), OPTIONS).verdict).toBe("not_enough_evidence");
  });

  it("says by its exit code what the policy makes of too little evidence", () => {
    expect(exitCodeOf("passed", { onInsufficient: "block" })).toBe(0);
    expect(exitCodeOf("failed", { onInsufficient: "pass" })).toBe(1);
    expect(exitCodeOf("not_enough_evidence", { onInsufficient: "block" })).toBe(3);
    expect(exitCodeOf("not_enough_evidence", { onInsufficient: "pass" })).toBe(0);
  });
});

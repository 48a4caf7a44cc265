import { isOverdue, nextStep } from "@bellwether/core/rollout/conduct";
import { type Rollout, runningCanary } from "@bellwether/core/rollout/document";
import { type Finding, findCanary } from "@bellwether/core/rollout/finding";
import type { Guardrail } from "@bellwether/core/rollout/promotion";
import { type Criterion, criteriaOf, rampSchema } from "@bellwether/core/rollout/ramp";
import type { ArmSummary } from "@bellwether/core/rollout/summary";
import { describe, expect, it } from "vitest";
import { POLICY, RUN, START } from "./arms.ts";
import { rollout } from "./rollouts.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const STEPS = [
  { share: 0.05, minMinutes: 60, minJudged: 20, minEvidence: 1 },
  { share: 0.25, minMinutes: 240, minJudged: 40, minEvidence: 3 },
  { share: 0.5, minMinutes: 720, minJudged: 60, minEvidence: 20 },
];

/** A rollout on step `step` since `START`. */
function onStep(step: number, criteria: readonly Criterion[] = [], maxHours = 72): Rollout {
  const started = rollout({ share: 0.05, ramp: rampSchema.parse({ steps: STEPS, criteria, maxHours }) });
  return { ...started, ramp: started.ramp && { ...started.ramp, step } };
}
const blank = findCanary({
  app: "bot",
  run: RUN,
  unit: "user",
  buckets: [],
  baseline: undefined,
  policy: POLICY,
  watermark: START,
  at: START,
  folds: null,
});
/** E-values of the four guardrails. */
const evidence = (quality: number, ...rest: readonly [number, number, number]): Guardrail[] =>
  (["avg_quality_score", "error_rate", "p95_latency", "cost_per_request"] as const).map((name, n) => ({
    name,
    margin: 0.03,
    logE: Math.log([quality, ...rest][n] ?? Number.NaN),
  }));
/** A canary that did everything the last step asks for; `rest` takes some of it away. */
function finding(
  rest: Omit<Partial<Finding>, "arms" | "canary"> & {
    minutes?: number;
    canary?: Partial<ArmSummary>;
    judged?: number;
  } = {},
): Finding {
  const { minutes = 720, canary = {}, judged = 60, ...found } = rest;
  const arms = {
    stable: { ...blank.arms.stable, judged },
    canary: { ...blank.arms.canary, judged: 60, ...canary },
  };
  return {
    ...blank,
    status: "healthy",
    watermark: START + minutes * MINUTE,
    promotion: evidence(20.1, 20.1, 20.1, 20.1),
    arms,
    ...found,
  };
}
const step = (current: Rollout, found: Finding) => {
  const run = runningCanary(current);
  if (run === undefined) throw new Error("no canary");
  return nextStep(current, run, found, POLICY);
};

describe("the next step of a healthy canary", () => {
  it.each<[string, number, Finding, string, string, RegExp]>([
    ["too early", 0, finding({ minutes: 59 }), "hold", "step_time", /^59 of 60 minutes on this step$/],
    ["before its start", 0, finding({ minutes: -7 }), "hold", "step_time", /^0 of 60 minutes/],
    ["at its minute", 0, finding({ minutes: 60 }), "advance", "step_done", /^step 1 is done: to 25 %$/],
    [
      "canary hardly judged",
      0,
      finding({ canary: { judged: 19 } }),
      "hold",
      "step_judged",
      /^19 of 20 judged/,
    ],
    ["stable hardly judged", 1, finding({ judged: 39 }), "hold", "step_judged", /^39 of 40 judged/],
    [
      "no evidence asked for",
      0,
      finding({ promotion: evidence(1, 0.1, 0.1, 0.1) }),
      "advance",
      "step_done",
      /25 %/,
    ],
    [
      "quality not shown",
      1,
      finding({ promotion: evidence(2.9, 99, 99, 99) }),
      "hold",
      "step_evidence",
      /^e-value 2\.9 of 3/,
    ],
    [
      "quality shown",
      1,
      finding({ promotion: evidence(3.01, 0.1, 0.1, 0.1) }),
      "advance",
      "step_done",
      /^step 2 is done: to 50 %$/,
    ],
    ["all shown on a step between", 1, finding(), "advance", "step_done", /50 %/],
    ["last step too early", 2, finding({ minutes: 719 }), "hold", "step_time", /^719 of 720/],
    ["all shown on the last step", 2, finding(), "promote", "not_worse", /every guardrail/],
  ])("%s", (_what, at, found, action, rule, reason) => {
    const decision = step(onStep(at), found);
    expect(decision).toMatchObject({ action, rule });
    expect(decision?.reason).toMatch(reason);
  });

  it("asks for time first, then judged answers, then evidence, then the criteria", () => {
    const strict = onStep(1, [{ metric: "quality", min: 0.9 }]);
    const nothing = finding({ minutes: 0, judged: 0, promotion: evidence(0.1, 1, 1, 1) });
    const inTime = { ...nothing, watermark: START + 240 * MINUTE };
    const judged = { ...inTime, arms: finding().arms };
    const shown = { ...judged, promotion: evidence(3.1, 1, 1, 1) };
    expect([nothing, inTime, judged, shown].map((found) => step(strict, found)?.rule)).toEqual([
      "step_time",
      "step_judged",
      "step_evidence",
      "criterion",
    ]);
  });

  it.each([0, 1, 2, 3])("is no promotion while guardrail %d alone is not shown", (weak) => {
    const promotion = finding().promotion.map((one, n) =>
      n === weak ? { ...one, logE: Math.log(19.9) } : one,
    );
    // Quality is the fourth condition of the last step itself.
    expect(step(onStep(2), finding({ promotion }))).toMatchObject({
      action: "hold",
      rule: weak === 0 ? "step_evidence" : "promotion_evidence",
    });
    if (weak > 0) expect(step(onStep(2), finding({ promotion }))?.reason).toContain(promotion[weak]?.name);
  });

  it("is no promotion by a policy without guardrails, nor on a guardrail without data", () => {
    const lenient = onStep(2);
    if (lenient.ramp) lenient.ramp.steps = lenient.ramp.steps.map((one) => ({ ...one, minEvidence: 0 }));
    expect(step(lenient, finding({ promotion: [] }))).toMatchObject({
      action: "hold",
      rule: "promotion_evidence",
    });
    expect(step(lenient, finding({ promotion: evidence(99, 99, 1, 99) }))).toMatchObject({
      rule: "promotion_evidence",
      reason: expect.stringContaining("p95_latency"),
    });
  });

  it("counts the minutes of this step, not those of the canary", () => {
    const first = onStep(0);
    const since = START + 10 * HOUR;
    const later: Rollout = {
      ...first,
      ramp: first.ramp && { ...first.ramp, step: 1 },
      epochs: [
        ...first.epochs.map((epoch) => ({ ...epoch, to: since })),
        { from: since, to: null, stable: "v1", canary: "v2", share: 0.25, generation: 2 },
      ],
    };
    expect(step(later, finding({ minutes: 600 + 239 }))).toMatchObject({ rule: "step_time" });
    expect(step(later, finding({ minutes: 600 + 240 }))).toMatchObject({ action: "advance" });
  });

  it("is nothing without a ramp: people move that canary", () => {
    expect(step(rollout(), finding())).toBeUndefined();
  });
});

describe("a success criterion", () => {
  const numbers = {
    errorRate: 0.02,
    costPerRequest: 0.004,
    p95LatencyMs: 900,
    p99LatencyMs: 1_900,
    satisfaction: 0.84,
    responseLength: 500,
    judgedShare: 0.5,
    metrics: { faithfulness: 0.91 },
  };

  it.each<[Criterion, boolean]>([
    [{ metric: "error_rate", max: 0.02 }, true],
    [{ metric: "error_rate", max: 0.019 }, false],
    [{ metric: "cost_per_request", max: 0.0039 }, false],
    [{ metric: "p95_latency", max: 900 }, true],
    [{ metric: "p99_latency", max: 1_899 }, false],
    [{ metric: "judged_share", min: 0.51 }, false],
    [{ metric: "faithfulness", min: 0.91 }, true],
    [{ metric: "faithfulness", min: 0.92 }, false],
    [{ metric: "faithfulness", min: 0.9, max: 0.905 }, false],
    // Nothing is known about it, and no data meets nothing.
    [{ metric: "context_precision", min: 0 }, false],
  ])("%j is met: %s", (criterion, met) => {
    expect(step(onStep(0, [criterion]), finding({ canary: numbers }))?.action).toBe(met ? "advance" : "hold");
  });

  it("of satisfaction or length without data holds, and says so", () => {
    for (const metric of ["satisfaction", "response_length"]) {
      const without = finding({ canary: { ...numbers, satisfaction: null, responseLength: null } });
      const decision = step(onStep(0, [{ metric, min: 0 }]), without);
      expect(decision).toEqual({
        action: "hold",
        rule: "criterion",
        reason: `${metric} of the canary has too little data`,
      });
    }
  });

  it("as the seed writes it: satisfaction out of 5, a longest answer in tokens", () => {
    const criteria = criteriaOf({ min_satisfaction: 4.2, max_response_length: 500 });
    const of = (satisfaction: number, responseLength: number) =>
      step(onStep(0, criteria), finding({ canary: { ...numbers, satisfaction, responseLength } }));
    expect(of(0.84, 500)).toMatchObject({ action: "advance" });
    expect(of(0.83, 500)).toMatchObject({ rule: "criterion", reason: "satisfaction 0.83 is below 0.84" });
    expect(of(0.84, 501)).toMatchObject({ rule: "criterion", reason: "response_length 501 is above 500" });
  });

  it("must hold on every step, also the last", () => {
    const strict = onStep(2, [{ metric: "error_rate", max: 0.01 }]);
    expect(step(strict, finding({ canary: numbers }))).toMatchObject({ action: "hold", rule: "criterion" });
    expect(step(strict, finding({ canary: { ...numbers, errorRate: 0.01 } }))).toMatchObject({
      action: "promote",
    });
  });
});

describe("patience", () => {
  it.each([
    [24 * 60, false],
    [24 * 60 + 1, true],
  ])("of 24 hours after %d minutes is over: %s", (minutes, over) => {
    const current = onStep(1, [], 24);
    expect(isOverdue(current, RUN, finding({ minutes }))).toBe(over);
  });

  it("counts from the canary's start, whatever its shares did since", () => {
    const run = { ...RUN, shareSince: START + 23 * HOUR };
    expect(isOverdue(onStep(1, [], 24), run, finding({ minutes: 25 * 60 }))).toBe(true);
  });

  it("has no end without a ramp", () => {
    expect(isOverdue(rollout(), RUN, finding({ minutes: 1e6 }))).toBe(false);
  });
});

describe("a judge that people do not vouch for", () => {
  const asking = { ...POLICY, judge: { requireAgreement: ["promotion" as const] } };
  const stepUnder = (policy: typeof POLICY, found: Finding) => {
    const current = onStep(2);
    const run = runningCanary(current);
    if (run === undefined) throw new Error("no canary");
    return nextStep(current, run, found, policy);
  };

  it("holds a canary where the policy asks for people, and says why", () => {
    const distrust = "nobody has labelled an answer that this judge scored";
    expect(stepUnder(asking, finding({ distrust }))).toEqual({
      action: "hold",
      rule: "judge_agreement",
      reason: distrust,
    });
    expect(stepUnder(asking, finding())?.action).toBe("promote");
    expect(stepUnder(POLICY, finding({ distrust }))?.action).toBe("promote");
  });
});

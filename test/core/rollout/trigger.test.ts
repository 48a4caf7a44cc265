import type { Trigger } from "@bellwether/core/rollout/policy";
import { readTrigger } from "@bellwether/core/rollout/trigger";
import { BUCKET_MS } from "@bellwether/core/windows/bucket";
import { emptyVariantFold } from "@bellwether/core/windows/variants";
import { describe, expect, it } from "vitest";
import { type ArmOptions, bucket, NAMES, POLICY, range, START } from "./arms.ts";

const triggerOf = (name: string): Trigger => {
  const found = POLICY.triggers.find((trigger) => trigger.name === name);
  if (found === undefined) throw new Error(`no trigger ${name}`);
  return found;
};
const read = (name: string, buckets: Parameters<typeof readTrigger>[1], until: number) =>
  readTrigger(triggerOf(name), buckets.slice(0, until), NAMES, new Map(), START + until * BUCKET_MS);
const scores = (mean: number) => range(40).map(() => mean);

describe("readTrigger", () => {
  it.each<[string, string, ArmOptions, ArmOptions, string, number | null]>([
    ["an error rate within its limit", "high_error_rate", { n: 100 }, { n: 100, errors: 5 }, "ok", 0.05],
    [
      "an error rate beyond it",
      "high_error_rate",
      { n: 100, errors: 1 },
      { n: 100, errors: 6 },
      "breached",
      0.06,
    ],
    [
      "one that stable shares",
      "high_error_rate",
      { n: 100, errors: 9 },
      { n: 100, errors: 6 },
      "shared",
      0.06,
    ],
    [
      "quality below its limit",
      "quality_degradation",
      { n: 40, scores: scores(0.9) },
      { n: 40, scores: scores(0.7) },
      "breached",
      0.7,
    ],
    [
      "quality at its limit",
      "quality_degradation",
      { n: 40, scores: scores(0.9) },
      { n: 40, scores: scores(0.75) },
      "ok",
      0.75,
    ],
    ["quality that nobody judged", "quality_degradation", { n: 40 }, { n: 40 }, "thin", null],
    [
      "cost 20 % above stable's",
      "max_cost_increase",
      { n: 100, usd: 0.01 },
      { n: 100, usd: 0.012 },
      "ok",
      0.012,
    ],
    [
      "cost further above it",
      "max_cost_increase",
      { n: 100, usd: 0.01 },
      { n: 100, usd: 0.0121 },
      "breached",
      0.0121,
    ],
    [
      "a canary that is cheaper",
      "max_cost_increase",
      { n: 100, usd: 0.01 },
      { n: 100, usd: 0.001 },
      "ok",
      0.001,
    ],
    ["29 calls on the canary", "high_error_rate", { n: 100 }, { n: 29, errors: 29 }, "thin", 1],
    ["29 calls on stable", "high_error_rate", { n: 29 }, { n: 100, errors: 90 }, "thin", 0.9],
    ["30 calls", "high_error_rate", { n: 30 }, { n: 30, errors: 30 }, "breached", 1],
  ])("says of %s", (_what, name, stable, canary, outcome, value) => {
    const reading = read(name, [bucket(0, stable, canary)], 1);
    expect(reading.outcome).toBe(outcome);
    if (value === null) expect(reading.canary).toBeNull();
    else expect(reading.canary).toBeCloseTo(value, 12);
  });

  it("says nothing but thin over no data", () => {
    expect(read("high_error_rate", [], 5)).toMatchObject({
      outcome: "thin",
      canary: null,
      stable: null,
      limit: null,
    });
  });

  it("looks at its window only, when that is enough", () => {
    const buckets = [bucket(0, { n: 100 }, { n: 100, errors: 100 }), bucket(1, { n: 100 }, { n: 100 })];
    expect(read("high_error_rate", buckets, 2)).toMatchObject({ outcome: "ok", canary: 0, windowMinutes: 5 });
  });

  it("grows back bucket by bucket until both arms have enough, and no further", () => {
    const buckets = range(10).map((index) =>
      bucket(index, { n: 100 }, { n: 10, errors: index === 6 ? 10 : 0 }),
    );
    expect(read("high_error_rate", buckets, 10)).toMatchObject({
      outcome: "ok",
      windowMinutes: 15,
      samples: { canary: 30, stable: 300 },
    });
    expect(read("high_error_rate", buckets, 9)).toMatchObject({
      outcome: "breached",
      canary: 1 / 3,
      windowMinutes: 15,
    });
  });

  it("never grows beyond what it is given", () => {
    const buckets = range(2).map((index) => bucket(index, { n: 100 }, { n: 10, errors: 10 }));
    expect(read("high_error_rate", buckets, 2)).toMatchObject({
      outcome: "thin",
      samples: { canary: 20, stable: 200 },
    });
  });

  it("counts untagged failures for the only arm that uses their model", () => {
    const lost = bucket(0, { n: 100, model: "haiku" }, { n: 100, model: "nova" });
    lost.fold.set("unattributed", { ...emptyVariantFold(), errorsByModel: new Map([["nova", 12]]) });
    const reading = readTrigger(
      triggerOf("high_error_rate"),
      [lost],
      NAMES,
      new Map([["nova", "canary"]]),
      START + BUCKET_MS,
    );
    expect(reading).toMatchObject({ outcome: "breached", canary: 12 / 112, stable: 0 });
  });
});

import type { Baseline } from "@bellwether/core/rollout/baseline";
import { findCanary, MIN_REQUESTS_PER_ARM } from "@bellwether/core/rollout/finding";
import type { BucketFold } from "@bellwether/core/rollout/span";
import { BUCKET_MS } from "@bellwether/core/windows/bucket";
import { describe, expect, it } from "vitest";
import { type ArmOptions, BASELINE, bucket, POLICY, RUN, range, START } from "./arms.ts";

const find = (buckets: readonly BucketFold[], watermark: number, baseline: Baseline | undefined = BASELINE) =>
  findCanary({
    app: "bot",
    run: RUN,
    unit: "user",
    buckets,
    baseline,
    policy: POLICY,
    watermark,
    at: watermark + 1,
    folds: "f7",
  });
const hours = (count: number, stable: Partial<ArmOptions>, canary: Partial<ArmOptions>): BucketFold[] =>
  range(count).map((index) => bucket(index * 12, { n: 80, ...stable }, { n: 20, ...canary }));
const hour = (count: number): number => START + count * 3_600_000;

describe("findCanary", () => {
  it("is healthy when nothing differs", () => {
    expect(find(hours(6, {}, {}), hour(6))).toMatchObject({
      status: "healthy",
      rule: null,
      evidenceFrom: START,
    });
  });

  it("is a breach by the trigger whose metric leads the evidence", () => {
    const finding = find(hours(8, {}, { errors: 5 }), hour(8));
    expect(finding).toMatchObject({ status: "breach", rule: "high_error_rate", generation: 4, share: 0.2 });
    expect(finding.reason).toContain("error_rate 0.25 on the canary, 0 on stable");
    expect(finding.logE).toBeGreaterThanOrEqual(Math.log(100));
  });

  it("names the metric itself where no trigger watches it", () => {
    const finding = find(hours(12, { votes: 8, negative: 1 }, { votes: 8, negative: 8 }), hour(12));
    expect(finding).toMatchObject({ status: "breach", rule: "negative_feedback_rate" });
  });

  it("is suspect when a trigger breaches and the evidence is thin", () => {
    const finding = find(hours(2, {}, { errors: 2 }), hour(2));
    expect(finding).toMatchObject({ status: "suspect", rule: "high_error_rate" });
    expect(finding.reason).toContain("evidence is thin");
  });

  it("is a shared breach when stable fails as well", () => {
    const finding = find(hours(6, { errors: 16 }, { errors: 4 }), hour(6));
    expect(finding).toMatchObject({ status: "shared_breach", rule: "high_error_rate" });
    expect(finding.reason).toContain("not the canary's fault");
  });

  it.each([
    ["29 requests on the canary", [bucket(0, { n: 500 }, { n: MIN_REQUESTS_PER_ARM - 1, errors: 29 })]],
    ["29 requests on stable", [bucket(0, { n: MIN_REQUESTS_PER_ARM - 1 }, { n: 500, errors: 500 })]],
    ["nothing at all", []],
  ])("has not enough data with %s, however bad they are", (_what, buckets) => {
    expect(find(buckets, hour(1))).toMatchObject({ status: "not_enough_data", rule: null });
  });

  it("has not enough data without a baseline", () => {
    const blind = findCanary({
      app: "bot",
      run: RUN,
      unit: "user",
      buckets: hours(8, {}, { errors: 20 }),
      baseline: undefined,
      policy: POLICY,
      watermark: hour(8),
      at: 0,
      folds: null,
    });
    expect(blind).toMatchObject({
      status: "not_enough_data",
      evidenceFrom: null,
      logE: 0,
      held: ["no baseline of stable yet"],
    });
  });

  it("counts only whole buckets before the watermark and after the start of this generation", () => {
    const buckets = [
      bucket(-1, { n: 1_000 }, { n: 1_000 }),
      bucket(0, { n: 40 }, { n: 40 }),
      bucket(1, { n: 7 }, { n: 7 }),
    ];
    const finding = find(buckets, START + 2 * BUCKET_MS - 1);
    expect([finding.arms.stable.requests, finding.arms.canary.requests]).toEqual([40, 40]);
  });

  it("shows the canary's worst answers", () => {
    const bad = bucket(0, { n: 40 }, { n: 40 });
    bad.fold.get("v2")?.worst.push({ requestId: "r-9", score: 0.1 });
    expect(find([bad], hour(1)).worst).toEqual([{ requestId: "r-9", score: 0.1 }]);
  });
});

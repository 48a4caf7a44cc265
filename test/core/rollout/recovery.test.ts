import { judgeRecovery } from "@bellwether/core/rollout/recovery";
import type { BucketFold } from "@bellwether/core/rollout/span";
import { BUCKET_MS } from "@bellwether/core/windows/bucket";
import { describe, expect, it } from "vitest";
import { bucket, NAMES, POLICY, range, START } from "./arms.ts";

const BAKE = 6 * BUCKET_MS;
const judge = (buckets: readonly BucketFold[]) => judgeRecovery(buckets, NAMES, POLICY, START, START + BAKE);
const bake = (errors = 0, n = 50) => range(6).map((index) => bucket(index, { n, errors }));

describe("judgeRecovery", () => {
  it("is recovered when stable is within every limit", () => {
    expect(judge(bake())).toMatchObject({ status: "recovered", canaryRequests: 0 });
  });

  it("is not recovered when stable breaches an absolute limit", () => {
    const recovery = judge(bake(5));
    expect(recovery.status).toBe("not_recovered");
    expect(recovery.reason).toBe("error_rate of v1 is 0.1, limit 0.05");
  });

  it.each([
    ["nothing came", []],
    ["29 requests came", [bucket(0, { n: 29 })]],
    ["29 failed ones came", [bucket(0, { n: 29, errors: 29 })]],
  ])("is unknown when %s", (_what, buckets) => {
    expect(judge(buckets).status).toBe("unknown");
  });

  it("looks at whole buckets of the bake only", () => {
    const around = [bucket(-1, { n: 500, errors: 500 }), ...bake(), bucket(6, { n: 500, errors: 500 })];
    expect(judge(around)).toMatchObject({ status: "recovered", stable: { requests: 300 } });
  });

  it("forgives what the stopped canary received early, not in the last third", () => {
    const early = bake();
    early[0] = bucket(0, { n: 50 }, { n: 50 });
    expect(judge(early).status).toBe("recovered");
    const late = bake();
    late[5] = bucket(5, { n: 50 }, { n: 2 });
    expect(judge(late)).toMatchObject({ status: "not_recovered", canaryRequests: 2 });
    late[5] = bucket(5, { n: 50 }, { n: 1 });
    expect(judge(late)).toMatchObject({ status: "recovered", canaryRequests: 1 });
  });

  it("cannot apply a relative limit, for there is nothing to compare with", () => {
    const relative = {
      ...POLICY,
      triggers: POLICY.triggers.filter((trigger) => trigger.relative !== undefined),
    };
    const recovery = judgeRecovery(bake(50), NAMES, relative, START, START + BAKE);
    expect(recovery.status).toBe("recovered");
  });
});

import type { ConverseOutcome } from "@bellwether/aws/judge";
import { PATIENCE, withPatience } from "@bellwether/cli/gate/patience";
import { describe, expect, it } from "vitest";
import { countingBedrock, gateFolder, runInWorld } from "../support/gate-world.ts";

const THROTTLED: ConverseOutcome = {
  kind: "unavailable",
  reason: "throttled",
  detail: "ThrottlingException: Too many requests",
};

describe("a judge that is not available", () => {
  it("is asked again after waits, and the run goes on", async () => {
    const { common, answers, ids } = gateFolder(4);
    const bedrock = countingBedrock((call) => (call % 2 === 1 ? THROTTLED : undefined));
    const { stopped, head } = await runInWorld(
      [...common, "--answers", answers, "--concurrency", "1"],
      bedrock,
    );
    expect(stopped).toBeUndefined();
    expect(bedrock.requests).toHaveLength(2 * ids.length);
    expect(head.items.every(({ draws }) => draws.length === 1)).toBe(true);
  });

  it("stops the run once the waits are over, keeps what is paid, and the next run goes on from there", async () => {
    const { common, answers, ids } = gateFolder(6);
    const args = [...common, "--answers", answers, "--concurrency", "1"];
    const dying = countingBedrock((call) => (call > 2 ? THROTTLED : undefined));
    const { stopped, head } = await runInWorld(args, { ...dying, patience: { waitsMs: [0, 0, 0] } });
    expect(stopped).toEqual({
      why: "outage",
      reason: "the judge is not available: throttled: ThrottlingException: Too many requests",
    });
    expect(dying.requests).toHaveLength(2 + 4);
    expect(head.items[2]).toMatchObject({
      problem: expect.stringContaining("not judged: the judge is not"),
      draws: [],
    });
    expect(head.items[3]).toMatchObject({ problem: expect.stringContaining("not reached"), draws: [] });
    const back = countingBedrock();
    expect((await runInWorld(args, back)).stopped).toBeUndefined();
    expect(back.requests).toHaveLength(ids.length - 2);
  });

  it("is not waited for when access is denied", async () => {
    const { common, answers } = gateFolder(3);
    const bedrock = countingBedrock(() => ({
      kind: "unavailable",
      reason: "access_denied",
      detail: "AccessDenied: no",
    }));
    const { stopped } = await runInWorld([...common, "--answers", answers, "--concurrency", "1"], bedrock);
    expect(stopped?.reason).toBe("the judge is not available: access_denied: AccessDenied: no");
    expect(bedrock.requests).toHaveLength(1);
  });

  it("that refuses a call leaves a failed score which the next run asks for again", async () => {
    const { common, answers } = gateFolder(2);
    const args = [...common, "--answers", answers];
    const wrong = countingBedrock(() => ({
      kind: "refused",
      reason: "invalid_request",
      detail: "ValidationException: model",
    }));
    const { head } = await runInWorld(args, wrong);
    expect(head.items[0]?.draws[0]?.metrics.faithfulness).toEqual({
      status: "failed",
      reason: "invalid_request",
    });
    const right = countingBedrock();
    expect((await runInWorld(args, right)).head.items[0]?.draws[0]?.metrics.faithfulness).toEqual({
      status: "scored",
      score: 1,
    });
    expect(right.requests).toHaveLength(2);
  });
});

describe("waiting", () => {
  it("grows, is bounded, tells of itself, and ends at once when the run is stopped", async () => {
    const told: number[] = [];
    const stop = new AbortController();
    const call = async () => ({ kind: "unavailable", reason: "throttled", final: false }) as const;
    const quick = {
      waitsMs: PATIENCE.waitsMs.map((ms) => ms / 1e6),
      onWait: (ms: number) => told.push(1e6 * ms),
    };
    expect(await withPatience(call, quick, stop.signal)).toMatchObject({ reason: "throttled" });
    expect(told).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    const onWait = () => stop.abort();
    expect(await withPatience(call, { ...PATIENCE, onWait }, stop.signal)).toMatchObject({
      reason: "stopped",
    });
  });
});

describe("timeout_minutes", () => {
  it("stops the run and keeps what is paid", async () => {
    const yaml = `evaluation_pipeline:
  stages: [{name: synthetic_test_suite, metrics: {safety: {threshold: 0.8}}, timeout_minutes: 0.005}]
`;
    const { common, ids } = gateFolder(3, yaml);
    const run = await runInWorld([...common, "--command", "sleep 20", "--concurrency", "1"], {});
    expect(run.stopped).toEqual({ why: "timeout", reason: "the 0.005 minutes of timeout_minutes are over" });
    expect(run.head.items.map(({ problem }) => problem)).toEqual(
      ids.map(() => "not reached: the 0.005 minutes of timeout_minutes are over"),
    );
  });
});

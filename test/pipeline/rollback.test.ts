import { getFinding, saveFinding } from "@bellwether/aws/findings";
import { readFolds } from "@bellwether/aws/fold-state";
import { partName, readDocument, writeDocument, writeLake } from "@bellwether/aws/lake";
import { publish } from "@bellwether/aws/messages";
import { loadRollbackPolicy } from "@bellwether/aws/policies";
import { registryTable } from "@bellwether/aws/registry-table";
import { getRollout, putRollout } from "@bellwether/aws/rollouts-table";
import { notePromotion, noteRollback } from "@bellwether/core/registry/notes";
import { nextGeneration, type Rollout, runningCanary } from "@bellwether/core/rollout/document";
import { type Finding, type FindingStatus, findCanary } from "@bellwether/core/rollout/finding";
import { type Ramp, rampSchema } from "@bellwether/core/rollout/ramp";
import { type RollbackDeps, rollBack } from "@bellwether/core/rollout/roll-back";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { arm } from "../core/rollout/arms.ts";
import { DAY_MS } from "../support/chat-record.ts";
import { type Pipeline, startPipeline } from "../support/running-pipeline.ts";

const MINUTE = 60_000;
const LAG = 15 * MINUTE;
const NOW = DAY_MS + 60 * MINUTE;

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await startPipeline({ functions: ["notify"] });
});
afterAll(() => pipeline?.stop());

const realDeps: RollbackDeps = {
  getRollout,
  putRollout,
  getFinding,
  readFolds,
  writeLake,
  writeDocument,
  notify: (notice) => publish("events", notice.title, JSON.stringify(notice)),
  noteRollback: async (app, version, reason, at) =>
    void (await noteRollback(app, version, reason, at, registryTable)),
  notePromotion: async (app, version, why, at) =>
    void (await notePromotion(app, version, { by: "bellwether", at, why }, registryTable)),
};
const ring = (app: string, deps: RollbackDeps = realDeps, at = NOW) =>
  rollBack(app, at, { policy: loadRollbackPolicy(), lagMs: LAG, partName }, deps);

async function startCanary(app: string, ramp?: Ramp): Promise<void> {
  const change = {
    at: DAY_MS,
    action: "start",
    stable: "v1",
    canary: "v2",
    share: 0.2,
    by: "test",
    reason: "test",
    ...(ramp === undefined ? {} : { ramp }),
  } as const;
  expect(await putRollout(nextGeneration(undefined, app, change), { generation: 0, step: "none" })).toBe(
    true,
  );
}

const canary = { stable: arm({ n: 400, errors: 2 }), canary: arm({ n: 100, errors: 20 }) };
/** A finding as detect-canary stores it, about the running canary of `rollout`. */
function findingOf(rollout: Rollout, status: FindingStatus): Finding {
  const run = runningCanary(rollout);
  if (run === undefined) throw new Error(`${rollout.app} has no canary`);
  const found = findCanary({
    app: rollout.app,
    run,
    unit: rollout.unit,
    buckets: [
      {
        start: DAY_MS,
        fold: new Map([
          ["v1", canary.stable],
          ["v2", canary.canary],
        ]),
      },
    ],
    baseline: undefined,
    policy: loadRollbackPolicy(),
    watermark: NOW - LAG,
    at: NOW,
    folds: null,
  });
  return {
    ...found,
    status,
    rule: status === "healthy" || status === "not_enough_data" ? null : "high_error_rate",
    reason: `the finding is ${status}`,
    logE: status === "breach" ? Math.log(500) : 0,
    worst: [{ requestId: "worst-request", score: 0.1 }],
  };
}

async function storeFinding(app: string, status: FindingStatus, rest: Partial<Finding> = {}): Promise<void> {
  const rollout = await getRollout(app);
  if (rollout === undefined) throw new Error(`${app} has no rollout`);
  await saveFinding({ ...findingOf(rollout, status), ...rest }, NOW);
}

/** Pages about one app. */
async function pagesOf(app: string) {
  await pipeline.drain();
  return (await pipeline.pages()).filter(({ message }) => message.includes(`${app}:`));
}
/** Titles of the incidents opened for one app. */
const incidentsOf = (app: string) =>
  pipeline
    .opsItems()
    .map(({ title }) => title)
    .filter((title) => title.startsWith(`${app}:`));
const rollbacksOf = (app: string) =>
  pipeline.select(
    `select generation, from_variant, to_variant, rule, reason from rollbacks where app = '${app}'`,
  );

describe("a breach", () => {
  it("makes exactly one rollback, however many alarms ring at once", async () => {
    await startCanary("crowd");
    await storeFinding("crowd", "breach");
    const decisions = await Promise.all(Array.from({ length: 100 }, () => ring("crowd")));
    expect(decisions.filter(({ action }) => action === "rollback")).toHaveLength(1);
    expect(decisions.every(({ action }) => action !== "page_and_hold")).toBe(true);
    expect(await getRollout("crowd")).toMatchObject({
      generation: 2,
      stable: "v1",
      canary: null,
      share: 0,
      intent: { step: "verify", rule: "high_error_rate", judged: 1 },
    });
    expect(await rollbacksOf("crowd")).toEqual([
      {
        generation: 2,
        from_variant: "v2",
        to_variant: "v1",
        rule: "high_error_rate",
        reason: "the finding is breach",
      },
    ]);
    const pages = await pagesOf("crowd");
    expect(pages).toHaveLength(1);
    expect(pages[0]?.subject).toBe("[critical] crowd: canary v2 rolled back to v1 by high_error_rate");
    expect(pages[0]?.message).toContain("worst: worst-request quality 0.10");
    expect(incidentsOf("crowd")).toEqual(["crowd: canary v2 rolled back to v1 by high_error_rate"]);
    // The alarm goes on ringing; nothing more may happen.
    expect(await ring("crowd")).toMatchObject({ action: "hold", rule: "no_canary" });
    expect((await getRollout("crowd"))?.generation).toBe(2);
  });

  it("loses against a promotion that came first", async () => {
    await startCanary("overtaken");
    await storeFinding("overtaken", "breach");
    const read = await getRollout("overtaken");
    const promotion = {
      at: NOW,
      action: "promote",
      stable: "v2",
      canary: null,
      share: 0,
      by: "ann",
      reason: "good",
    } as const;
    await putRollout(nextGeneration(read, "overtaken", promotion), { generation: 1, step: "none" });
    // This doorbell read the pointer before the promotion.
    let first = true;
    const late: RollbackDeps = {
      ...realDeps,
      getRollout: async (app) => {
        const current = first ? read : await getRollout(app);
        first = false;
        return current;
      },
    };
    expect(await ring("overtaken", late)).toMatchObject({ action: "hold", rule: "lost_race" });
    expect(await getRollout("overtaken")).toMatchObject({ stable: "v2", generation: 2, intent: null });
    expect(await rollbacksOf("overtaken")).toEqual([]);
    expect(await pagesOf("overtaken")).toEqual([]);
  });

  it.each(["getFinding", "writeLake", "notify"] as const)(
    "whose rollback dies in %s after the pointer moved is finished by the next doorbell",
    async (verb) => {
      const app = `crash-${verb}`;
      await startCanary(app);
      await storeFinding(app, "breach");
      let moved = false;
      const dying: RollbackDeps = {
        ...realDeps,
        putRollout: async (next, expected) => {
          const done = await putRollout(next, expected);
          moved ||= done;
          return done;
        },
        [verb]: async (...args: never[]) => {
          if (moved) throw new Error("the function ended");
          return (realDeps[verb] as (...args: never[]) => Promise<unknown>)(...args);
        },
      };
      await expect(ring(app, dying)).rejects.toThrow("the function ended");
      // Traffic is safe already, and the intent says what is left to do.
      expect(await getRollout(app)).toMatchObject({ canary: null, generation: 2 });
      expect((await getRollout(app))?.intent?.step).not.toBe("verify");
      // Evidence that cannot be written keeps nobody from being paged.
      expect(await pagesOf(app)).toHaveLength(verb === "writeLake" ? 1 : 0);

      await Promise.all([ring(app, realDeps, NOW + MINUTE), ring(app, realDeps, NOW + MINUTE)]);
      expect(await getRollout(app)).toMatchObject({ generation: 2, intent: { step: "verify", at: NOW } });
      expect(await rollbacksOf(app)).toHaveLength(1);
      expect(await pagesOf(app)).toHaveLength(1);
    },
  );

  it("is followed by a verdict on recovery after the bake time, and by a postmortem", async () => {
    const verifyAt = NOW + loadRollbackPolicy().bake;
    await startCanary("bake");
    await storeFinding("bake", "breach");
    await ring("bake");
    await ring("bake", realDeps, verifyAt + LAG - 1);
    expect((await getRollout("bake"))?.intent?.step).toBe("verify");
    await ring("bake", realDeps, verifyAt + LAG);
    await ring("bake", realDeps, verifyAt + LAG + MINUTE);
    expect((await getRollout("bake"))?.intent).toBeNull();
    const pages = await pagesOf("bake");
    expect(pages.map(({ subject }) => subject)).toEqual([
      "[critical] bake: canary v2 rolled back to v1 by high_error_rate",
      // Nobody called the app since: that is no recovery.
      "[info] bake: recovery cannot be judged after the rollback to v1",
    ]);
    expect(incidentsOf("bake")).toHaveLength(1);
    expect(await readDocument("postmortems/bake/2.md")).toContain("high_error_rate");
  });
});

describe("a canary that earned its move", () => {
  const shown = (["avg_quality_score", "error_rate"] as const).map((name) => ({
    name,
    margin: 0.02,
    logE: 5,
  }));
  const step = (share: number) => ({ share, minMinutes: 0, minJudged: 0 });
  const earned = { generation: 1, promotion: shown };

  it.each([
    [
      "advance",
      [step(0.2), step(0.5)],
      { canary: "v2", share: 0.5, stable: "v1" },
      "canary v2 goes to 50 % of traffic",
    ],
    ["promote", [step(0.2)], { canary: null, share: 0, stable: "v2" }, "v2 is promoted, v1 is retired"],
  ] as const)(
    "makes exactly one %s, however many doorbells ring at once",
    async (action, steps, after, words) => {
      const app = `crowd-${action}`;
      await startCanary(app, rampSchema.parse({ steps }));
      await storeFinding(app, "healthy", earned);
      const decisions = await Promise.all(Array.from({ length: 100 }, () => ring(app)));
      expect(decisions.filter((decision) => decision.action === action)).toHaveLength(1);
      expect(await getRollout(app)).toMatchObject({ ...after, generation: 2, intent: null });
      expect((await getRollout(app))?.history).toHaveLength(2);
      expect((await pagesOf(app)).map(({ subject }) => subject)).toEqual([`[info] ${app}: ${words}`]);
      expect(incidentsOf(app)).toEqual([]);
      expect(await rollbacksOf(app)).toEqual([]);
    },
  );

  it.each(["getFinding", "notify"] as const)(
    "and whose move dies in %s after the pointer moved is finished, and told once",
    async (verb) => {
      const app = `dies-${verb}`;
      await startCanary(app, rampSchema.parse({ steps: [step(0.2), step(0.5)] }));
      await storeFinding(app, "healthy", earned);
      let moved = false;
      const dying: RollbackDeps = {
        ...realDeps,
        putRollout: async (next, expected) => {
          moved ||= await putRollout(next, expected);
          return moved;
        },
        [verb]: async (...args: never[]) => {
          if (moved) throw new Error("the function ended");
          return (realDeps[verb] as (...args: never[]) => Promise<unknown>)(...args);
        },
      };
      await expect(ring(app, dying)).rejects.toThrow("the function ended");
      expect(await getRollout(app)).toMatchObject({ share: 0.5, generation: 2, intent: { kind: "advance" } });
      expect(await pagesOf(app)).toEqual([]);
      await Promise.all([ring(app, realDeps, NOW + MINUTE), ring(app, realDeps, NOW + MINUTE)]);
      expect(await getRollout(app)).toMatchObject({ share: 0.5, generation: 2, intent: null });
      expect(await pagesOf(app)).toHaveLength(1);
    },
  );
});

describe("anything else", () => {
  it("that stable shares pages once and holds", async () => {
    await startCanary("shared");
    await storeFinding("shared", "shared_breach");
    for (let minute = 0; minute < 3; minute++) {
      expect(await ring("shared", realDeps, NOW + minute * MINUTE)).toMatchObject({
        action: "page_and_hold",
      });
      await pipeline.drain();
    }
    expect(await pagesOf("shared")).toHaveLength(1);
    expect(incidentsOf("shared")).toEqual([]);
    expect(await getRollout("shared")).toMatchObject({
      generation: 1,
      canary: "v2",
      share: 0.2,
      intent: null,
    });
  });

  it.each([
    ["not_enough_data", "not_enough_data"],
    ["suspect", "suspect"],
    ["healthy", "healthy"],
  ] as const)("(%s) holds in silence", async (status, rule) => {
    const app = `quiet-${status}`;
    await startCanary(app);
    await storeFinding(app, status);
    expect(await ring(app)).toMatchObject({ action: "hold", rule });
    expect(await getRollout(app)).toMatchObject({ generation: 1, canary: "v2", intent: null });
    expect(await pagesOf(app)).toEqual([]);
  });

  it("without a finding of this very generation, or without a rollout, holds", async () => {
    await startCanary("stale");
    await storeFinding("stale", "breach", { run: 7, generation: 7 });
    expect(await ring("stale")).toMatchObject({ action: "hold", rule: "no_finding" });
    expect(await ring("nobody")).toMatchObject({ action: "hold", rule: "no_rollout" });
    expect(await getRollout("stale")).toMatchObject({ generation: 1, canary: "v2" });
  });
});

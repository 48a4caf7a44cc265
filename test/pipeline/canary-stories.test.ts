import { getFinding } from "@bellwether/aws/findings";
import { readDocument } from "@bellwether/aws/lake";
import { registryTable } from "@bellwether/aws/registry-table";
import { getRollout } from "@bellwether/aws/rollouts-table";
import type { Rollout } from "@bellwether/core/rollout/document";
import { rampSchema } from "@bellwether/core/rollout/ramp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOUR, pagesOf, play, registerPrompt, type StoryApp, startCanary } from "../support/canary-story.ts";
import { DAY_MS } from "../support/chat-record.ts";
import { type Pipeline, startPipeline } from "../support/running-pipeline.ts";

const START = DAY_MS + HOUR;
const SLOT = HOUR / 6;
const shareAt = (rollout: Rollout | undefined, at: number): number =>
  rollout?.epochs.find(({ from, to }) => at >= from && (to === null || at < to))?.share ?? 0;
const APPS: readonly StoryApp[] = [
  {
    // Every third answer of the canary fails once it has more than 5 %; after the rollback stable fails too.
    app: "late",
    perHour: 200,
    users: 400,
    behaves: (variant, at, rollout) => {
      if (variant === "v2") return { errors: shareAt(rollout, at) > 0.05 ? 0.35 : 0 };
      const rolledBack = rollout?.history.findLast(({ action }) => action === "rollback");
      return { errors: rolledBack !== undefined && at >= rolledBack.at ? 0.25 : 0 };
    },
  },
  { app: "dear", perHour: 120, users: 400, behaves: (variant) => ({ tokens: variant === "v2" ? 3 : 1 }) },
];
const LAST_HOUR = DAY_MS + 10 * HOUR;
const RAMP = rampSchema.parse({
  steps: [
    { share: 0.05, minJudged: 10 },
    { share: 0.25, minJudged: 10, minMinutes: 1_200 },
    { share: 0.5, minEvidence: 20 },
  ],
});

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await startPipeline({
    config: { apps: APPS.map(({ app }) => app), sampling: { baseRate: 0.1, canaryRate: 0.5 } },
    apps: APPS.map(({ app }) => app),
  });
  await registerPrompt("late", "v2", DAY_MS, "canary");
  // Somebody called it production too early: from there the registry takes nothing back.
  await registerPrompt("dear", "v2", DAY_MS, "canary", "production");
  await play(pipeline, DAY_MS, START, APPS);
  await startCanary("late", START, 0.05, RAMP);
  await startCanary("dear", START, 0.3);
  /** An app is done when its rollback was verified. */
  const isDone = async ({ app }: StoryApp): Promise<boolean> => {
    const rollout = await getRollout(app);
    return rollout?.canary === null && rollout.intent === null;
  };
  // Objects that come within the lag, as recovery is judged once.
  for (let from = START; from < LAST_HOUR; from += SLOT) {
    await play(pipeline, from, from + SLOT, APPS);
    const done = await Promise.all(APPS.map(isDone));
    if (done.every((one) => one)) break;
  }
}, 180_000);
afterAll(() => pipeline?.stop());

describe("a canary that turns bad on its second step", () => {
  it("is rolled back to what was stable", async () => {
    const rollout = await getRollout("late");
    expect(rollout).toMatchObject({ stable: "v1", canary: null, share: 0, generation: 3, intent: null });
    expect(rollout?.history.map(({ action, share, by }) => [action, share, by])).toEqual([
      ["start", 0.05, "ann"],
      ["advance", 0.25, "bellwether"],
      ["rollback", 0, "bellwether"],
    ]);
    expect(
      await pipeline.select("select from_variant, to_variant, rule from rollbacks where app = 'late'"),
    ).toEqual([{ from_variant: "v2", to_variant: "v1", rule: "high_error_rate" }]);
  });

  it("with the evidence of both steps", async () => {
    const [finding, rollout] = [await getFinding("late", 1), await getRollout("late")];
    const [first, second] = rollout?.epochs ?? [];
    expect(finding).toMatchObject({
      run: 1,
      generation: 2,
      status: "breach",
      share: 0.25,
      evidenceFrom: START,
    });
    expect(finding?.epochs).toEqual([
      { from: START, share: 0.05 },
      { from: second?.from, share: 0.25 },
    ]);
    const requests = async (from: number, until: number): Promise<number> => {
      const [row] = await pipeline.select(
        `select count(*)::int n from requests where app = 'late' and variant = 'v2' and at >= '${new Date(from).toISOString()}' and at < '${new Date(until).toISOString()}'`,
      );
      return Number(row?.n);
    };
    const before = await requests(START, first?.to ?? 0);
    expect(before).toBeGreaterThanOrEqual(30);
    expect(finding?.arms.canary.requests).toBe(await requests(START, finding?.watermark ?? 0));
    expect(finding?.arms.canary.requests).toBeGreaterThan(before);
    expect(await readDocument("postmortems/late/3.md")).toMatch(
      /started with 5 % of traffic\n.* went to 25 % of traffic\n.* rolled back by/,
    );
  });

  it("and is a candidate again in the registry, for the reason of the rollback", async () => {
    const entry = await registryTable.getEntry({ app: "late", kind: "prompt" }, "v2");
    const reason = (await getRollout("late"))?.history.at(-1)?.reason;
    expect(entry?.status).toBe("candidate");
    expect(entry?.audit.at(-1)).toMatchObject({ by: "bellwether", why: reason });
  });

  it("and, because stable fails too from then on, pages a second time and louder than a recovery", async () => {
    expect(await pagesOf(pipeline, "late")).toEqual([
      "[info] late: canary v2 goes to 25 % of traffic",
      "[critical] late: canary v2 rolled back to v1 by high_error_rate",
      "[critical] late: not recovered after the rollback to v1",
    ]);
    expect(await readDocument("postmortems/late/3.md")).toContain(
      "bake ended: not recovered, error_rate of v1 is",
    );
  });
});

describe("a canary that costs three times as much for the same answers", () => {
  it("is rolled back for its cost, with healthy quality", async () => {
    expect(await getRollout("dear")).toMatchObject({
      stable: "v1",
      canary: null,
      generation: 2,
      intent: null,
    });
    const finding = await getFinding("dear", 1);
    expect(finding).toMatchObject({ status: "breach", rule: "max_cost_increase" });
    const logE = (name: string) => finding?.evidence.find((part) => part.name === name)?.logE ?? Number.NaN;
    expect(logE("cost_per_request")).toBeGreaterThan(Math.log(100));
    expect(logE("avg_quality_score")).toBeLessThan(Math.log(2));
    const { stable, canary } = finding?.arms ?? {};
    expect((canary?.costPerRequest ?? 0) / (stable?.costPerRequest ?? 1)).toBeCloseTo(3, 0);
    expect(Math.abs((canary?.quality?.mean ?? 0) - (stable?.quality?.mean ?? 1))).toBeLessThan(0.05);
  });

  it("although the registry refuses to take it back, which is noted and stops nothing", async () => {
    const entry = await registryTable.getEntry({ app: "dear", kind: "prompt" }, "v2");
    expect(entry?.status).toBe("production");
    const notes = pipeline.logs().filter(({ line }) => line.includes("the registry refused"));
    expect(notes.map((entry) => entry.function)).toEqual(["rollback"]);
  });

  it("and found to be recovered after it", async () => {
    expect(await pagesOf(pipeline, "dear")).toEqual([
      "[critical] dear: canary v2 rolled back to v1 by max_cost_increase",
      "[info] dear: recovered after the rollback to v1",
    ]);
  });
});

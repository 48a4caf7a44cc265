import { getRollout } from "@bellwether/aws/rollouts-table";
import { runningCanary } from "@bellwether/core/rollout/document";
import { readRolloutFile } from "@bellwether/local/replay/rollout-file";
import { startRollout } from "@bellwether/local/replay/start-rollout";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTables } from "../../support/local-tables.ts";

let tables: Awaited<ReturnType<typeof startTables>>;
beforeAll(async () => {
  tables = await startTables("rollouts");
});
afterAll(() => tables.stop());

describe("startRollout", () => {
  it("starts a rollout file's ramp at its first step, once", async () => {
    const startedAt = Date.parse("2026-10-06T08:00:00Z");
    const ramp = { steps: [{ share: 0.1 }, { share: 0.5 }], criteria: { max_error_rate: 0.1 } };
    const file = readRolloutFile({
      app: "bot",
      stable: "v1",
      canary: "v2",
      unit: "request",
      startedAt,
      ramp,
    });
    if (file === null) throw new Error("the file names a rollout");
    const { app, startedAt: at, ...split } = file;
    await startRollout(app, { ...split, at, by: "replay", reason: "--rollout" });
    const rollout = await getRollout("bot");
    expect(rollout).toMatchObject({
      share: 0.1,
      unit: "request",
      ramp: {
        step: 0,
        steps: [{ share: 0.1 }, { share: 0.5 }],
        criteria: [{ metric: "error_rate", max: 0.1 }],
      },
    });
    expect(rollout && runningCanary(rollout)).toMatchObject({ id: 1, from: at, canary: "v2" });
    await expect(startRollout(app, { ...split, at, by: "replay", reason: "" })).rejects.toThrow(/already/);
  });
});

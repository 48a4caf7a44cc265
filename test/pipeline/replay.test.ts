import { afterAll, describe, expect, it } from "vitest";
import { PATIENCE_MS, removeTrees, replayTree, SPLIT, TREE_START } from "../support/replayed-tree.ts";

const DAY = 86_400_000;
afterAll(removeTrees);

describe("a canary that goes bad", () => {
  // By its cost: test/pipeline/canary-stories; by its errors: duplicate-delivery beside this file.
  it(
    "by quality is rolled back once, after it went bad",
    async () => {
      const options = { ...SPLIT, records: 800, users: 80, share: 0.5 };
      const { report, tree } = await replayTree("quality", options);
      expect(report.records).toMatchObject({ read: tree.records, kept: tree.records });
      expect(report.rollbacks).toMatchObject([
        { app: "support-bot", from: "v2", to: "v1", generation: 2, rule: "quality_degradation" },
      ]);
      expect(Date.parse(report.rollbacks[0]?.at ?? "")).toBeGreaterThan(
        TREE_START + options.badFromDay * DAY,
      );
      expect(report.alarms.map(({ name }) => name)).toContain("bellwether-canary-support-bot");
    },
    PATIENCE_MS,
  );
});

describe("a canary as good as stable", () => {
  it(
    "stays",
    async () => {
      const { report, select } = await replayTree("none", { ...SPLIT, records: 500 });
      expect(report.rollbacks).toEqual([]);
      // A model of this traffic has no price, which another alarm says.
      const canaryAlarms = report.alarms.filter(({ name }) => name.startsWith("bellwether-canary-"));
      expect(canaryAlarms).toEqual([]);
      const statuses = await select("select distinct status from findings");
      expect(statuses.map(({ status }) => status)).toContain("healthy");
      expect(statuses.map(({ status }) => status)).not.toContain("breach");
    },
    PATIENCE_MS,
  );
});

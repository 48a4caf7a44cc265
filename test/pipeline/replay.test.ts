import { afterAll, describe, expect, it } from "vitest";
import { PATIENCE_MS, removeTrees, replayTree, SPLIT, TREE_START } from "../support/replayed-tree.ts";

const DAY = 86_400_000;
/** Costs differ much between features, so a factor of three takes many requests to be sure of. */
const COSTLY = {
  records: 1_600,
  days: 2,
  users: 80,
  objectsPerHour: 0.5,
  canaryFromDay: 1,
  badFromDay: 1,
  share: 0.5,
};

afterAll(removeTrees);

describe("a canary that goes bad", () => {
  it.each([
    ["quality", { ...SPLIT, records: 800, users: 80, share: 0.5 }, "quality_degradation"],
    ["cost", COSTLY, "max_cost_increase"],
  ] as const)(
    "by %s is rolled back once, after it went bad",
    async (regression, options, rule) => {
      const { report, tree } = await replayTree(regression, options);
      expect(report.records).toMatchObject({ read: tree.records, kept: tree.records });
      expect(report.rollbacks).toMatchObject([
        { app: "support-bot", from: "v2", to: "v1", generation: 2, rule },
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

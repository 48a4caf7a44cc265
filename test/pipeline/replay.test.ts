import { afterAll, describe, expect, it } from "vitest";
import { PATIENCE_MS, removeTrees, replayTree, SPLIT, TREE_START } from "../support/replayed-tree.ts";

const DAY = 86_400_000;
afterAll(removeTrees);

describe("a canary that goes bad", () => {
  // By its cost: canary-stories; by its errors: duplicate-delivery; one as good as stable: ramp, beside this file.
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

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  PATIENCE_MS,
  type ReplayedTree,
  removeTrees,
  replayTree,
  SPLIT,
  TREE_START,
} from "../support/replayed-tree.ts";

afterAll(removeTrees);

describe("a tree of which every object comes twice under two names", () => {
  let once: ReplayedTree;
  let twice: ReplayedTree;
  beforeAll(async () => {
    once = await replayTree("errors", { ...SPLIT, records: 600 });
    twice = await replayTree("errors", { ...SPLIT, records: 600 }, "twice");
  }, 2 * PATIENCE_MS);

  it("is rolled back once by its errors, after they began", () => {
    for (const { report } of [once, twice]) {
      expect(report.rollbacks).toMatchObject([{ from: "v2", to: "v1", rule: "high_error_rate" }]);
      expect(Date.parse(report.rollbacks[0]?.at ?? "")).toBeGreaterThan(TREE_START + 86_400_000);
    }
  });

  it("counts the second delivery as what it is", () => {
    const { records } = once.tree;
    expect(once.report.records).toEqual({
      read: records,
      kept: records,
      quarantined: 0,
      duplicate: 0,
      ignored: 0,
    });
    expect(twice.report.records).toEqual({ ...once.report.records, read: 2 * records, duplicate: records });
  });

  it("gives the same report to the last digit", () => {
    const { cost, evaluation, sampling, feedback, rollbacks, alarms } = once.report;
    expect(twice.report).toMatchObject({ cost, evaluation, sampling, feedback, rollbacks, alarms });
    expect(cost.totalUsd).toBeGreaterThan(0);
    expect(evaluation.scored).toBeGreaterThan(100);
  });

  it.each([
    // The documents hold the sums of every fold up to then.
    "select finding_id, document from findings order by finding_id",
    "select app, generation, at, document from rollbacks order by app",
    "select * exclude (rev) from requests order by request_id",
    "select * exclude (rev) from evaluations order by request_id, metric",
  ])("leaves the same lake: %s", async (sql) => {
    const rows = await once.select(sql);
    expect(rows.length).toBeGreaterThan(0);
    expect(await twice.select(sql)).toEqual(rows);
  });
});

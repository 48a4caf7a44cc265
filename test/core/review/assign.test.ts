import { openTasks } from "@bellwether/core/review/assign";
import { consensus, type Label } from "@bellwether/core/review/label";
import type { ReviewTask } from "@bellwether/core/review/task";
import { describe, expect, it } from "vitest";

const task = (requestId: string, changes: Partial<ReviewTask> = {}): ReviewTask => ({
  requestId,
  app: "bot",
  variant: null,
  promptVersion: null,
  at: 0,
  reasons: ["sample"],
  rho: 0.1,
  order: 0.5,
  second: false,
  sourceKey: "a.gz",
  sourceLine: 1,
  interactionKey: null,
  ...changes,
});
const flagged = { rho: null, order: null, reasons: ["judge_uncertain"] } as const;
const label = (requestId: string, reviewer: string, value: number | null, metric = "quality"): Label => ({
  requestId,
  metric,
  reviewer,
  label: value,
  at: 1,
});
const open = (tasks: readonly ReviewTask[], labels: readonly Label[], reviewer = "ann") =>
  openTasks(tasks, labels, { reviewer, metric: "quality", margin: 0.25 }).map(
    ({ task: { requestId }, need }) => [requestId, need],
  );

describe("openTasks", () => {
  it("gives the random slice in its drawn order, then flagged requests, newest first", () => {
    const tasks = [
      task("f1", { ...flagged, reasons: ["judge_uncertain"], at: 1 }),
      task("f2", { ...flagged, reasons: ["judge_uncertain"], at: 2 }),
      task("late", { order: 0.9 }),
      task("early", { order: 0.1 }),
    ];
    expect(open(tasks, [])).toEqual([
      ["early", "first"],
      ["late", "first"],
      ["f2", "first"],
      ["f1", "first"],
    ]);
  });

  it("asks a second person where the task says so, never the same one", () => {
    const tasks = [task("a"), task("b", { second: true })];
    const labels = [label("a", "ann", 1), label("b", "ann", 1)];
    expect(open(tasks, labels, "ann")).toEqual([]);
    expect(open(tasks, labels, "bob")).toEqual([["b", "second"]]);
  });

  it("asks a third person first of all, and only when two differ by more than the margin", () => {
    const tasks = [task("new", { order: 0 }), task("near", { second: true }), task("far", { second: true })];
    const labels = [
      label("near", "ann", 0.75),
      label("near", "bob", 1),
      label("far", "ann", 0.5),
      label("far", "bob", 1),
    ];
    expect(open(tasks, labels, "eve")).toEqual([
      ["far", "third"],
      ["new", "first"],
    ]);
    expect(open(tasks, [...labels, label("far", "dan", 1)], "eve")).toEqual([["new", "first"]]);
  });

  it("gives a skipped task to others, and not to the same person again", () => {
    const labels = [label("a", "ann", null)];
    expect(open([task("a")], labels, "ann")).toEqual([]);
    expect(open([task("a")], labels, "bob")).toEqual([["a", "first"]]);
  });

  it("takes labels of other metrics for nothing", () => {
    expect(open([task("a")], [label("a", "ann", 1, "safety")])).toEqual([["a", "first"]]);
  });
});

describe("consensus", () => {
  it.each([
    [[], undefined],
    [[null], undefined],
    [[0.25], 0.25],
    [[0, 1], 0.5],
    [[0, 1, 0.75], 0.75],
    [[null, 1, 0.25], 0.625],
    [[0, 0.25, 0.5, 1], 0.375],
  ])("of %j is %s", (labels, expected) => {
    expect(consensus(labels.map((value) => ({ label: value })))).toBe(expected);
  });
});

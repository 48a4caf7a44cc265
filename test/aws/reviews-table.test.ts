import {
  getAgreement,
  labelsOf,
  noteVolume,
  putAgreement,
  putLabel,
  putReviewTask,
  reviewTasks,
  reviewVolume,
} from "@bellwether/aws/reviews-table";
import type { Label } from "@bellwether/core/review/label";
import type { ReviewTask } from "@bellwether/core/review/task";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTables } from "../support/local-tables.ts";

const AT = Date.parse("2026-11-01T12:00:00Z");
const DAY = 86_400_000;
const task = (requestId: string, changes: Partial<ReviewTask> = {}): ReviewTask => ({
  requestId,
  app: "bot",
  variant: "v1",
  promptVersion: null,
  at: AT,
  reasons: ["sample"],
  rho: 0.1,
  order: 0.5,
  second: false,
  sourceKey: "a.gz",
  sourceLine: 1,
  interactionKey: null,
  ...changes,
});
const label = (requestId: string, changes: Partial<Label> = {}): Label => ({
  requestId,
  metric: "quality",
  reviewer: "ann",
  label: 1,
  at: AT,
  ...changes,
});

let tables: Awaited<ReturnType<typeof startTables>>;
beforeAll(async () => {
  tables = await startTables("reviews");
});
afterAll(() => tables.stop());

describe("tasks", () => {
  it("keep their place against others, and pass again themselves", async () => {
    expect(await putReviewTask("flagged|2026-11-01|3", task("a"))).toBe(true);
    expect(await putReviewTask("flagged|2026-11-01|3", task("b"))).toBe(false);
    expect(await putReviewTask("flagged|2026-11-01|3", task("a", { second: true }))).toBe(true);
    expect(await putReviewTask("sample|é b|c", task("é b|c"))).toBe(true);
    expect(await reviewTasks("bot", AT)).toEqual([task("a", { second: true }), task("é b|c")]);
  });

  it("are an app's own, and end when they expire, also where DynamoDB has not deleted them yet", async () => {
    expect(await reviewTasks("bo", AT)).toEqual([]);
    expect(await reviewTasks("bot", AT + 119 * DAY)).toHaveLength(2);
    expect(await reviewTasks("bot", AT + 121 * DAY)).toEqual([]);
  });
});

describe("labels", () => {
  it("of one person are replaced by a later one only; the same passes again", async () => {
    expect(await putLabel("bot", label("a", { at: AT + 5 }))).toBe(true);
    expect(await putLabel("bot", label("a", { at: AT + 5 }))).toBe(true);
    expect(await putLabel("bot", label("a", { at: AT, label: 0 }))).toBe(false);
    expect(await putLabel("bot", label("a", { reviewer: "bob", label: null }))).toBe(true);
    expect(await putLabel("bot", label("a", { metric: "safety", label: 0.5 }))).toBe(true);
    expect(await labelsOf("bot")).toEqual([
      label("a", { at: AT + 5 }),
      label("a", { reviewer: "bob", label: null }),
      label("a", { metric: "safety", label: 0.5 }),
    ]);
    expect(await reviewTasks("bot", AT)).toHaveLength(2);
  });
});

it("volume is unknown until somebody counted", async () => {
  expect(await reviewVolume("bot")).toBeUndefined();
  await noteVolume("bot", 1_234, AT);
  expect(await reviewVolume("bot")).toBe(1_234);
  expect(await reviewVolume("other")).toBeUndefined();
});

it("agreement is what the newest label said", async () => {
  const note = {
    metric: "quality",
    judgeVersion: "j.1",
    judgeModel: "judge",
    status: "known",
    labels: 60,
    kappa: 0.6,
    bias: 0.01,
    at: AT,
  } as const;
  expect(await getAgreement("bot", "quality")).toBeUndefined();
  await putAgreement("bot", note, AT);
  await putAgreement("bot", { ...note, labels: 10, at: AT - 1 }, AT);
  expect(await getAgreement("bot", "quality")).toEqual(note);
  expect(await getAgreement("bot", "safety")).toBeUndefined();
});

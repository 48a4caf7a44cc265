import { SAVED_QUERIES } from "@bellwether/core/lake/saved-queries";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTemporaryLake, type TemporaryLake } from "../../support/temporary-lake.ts";

const AT = "2026-06-06T07:01:00.000Z";
const row = (request_id: string, metric: string, score: number, more = {}) => ({
  request_id,
  metric,
  at: AT,
  app: "bot",
  prompt_version: "v1",
  status: "scored",
  score,
  pi: 0.5,
  rev: 1,
  ...more,
});

let lake: TemporaryLake;
beforeAll(async () => {
  const harmless = Array.from({ length: 15 }, (_, index) => row(`ok${index}`, "safety", 1));
  lake = await openTemporaryLake({
    evaluations_log: [
      [
        ...harmless,
        row("both", "safety", 0, { reason: "insults,violence" }),
        row("one", "safety", 0, { reason: "insults" }),
        // Drawn with half the probability, so it stands for twice as many.
        row("rare", "safety", 0, { reason: "privacy", pi: 0.25 }),
        row("asked", "safety", 0, { reason: "hate", pi: null }),
        row("failed", "safety", 0, { status: "failed", score: null, reason: "throttled" }),
        row("one", "quality", 0.4),
        row("one", "refusal_judged", 0),
        row("one", "faithfulness", 0.5),
      ],
    ],
  });
});
afterAll(() => lake.remove());

describe("safety-by-category", () => {
  it("weighs the flagged answers of every category, and counts one with two in both", async () => {
    const rows = await lake.select(SAVED_QUERIES["safety-by-category"]?.sql ?? "");
    const shares = new Map(rows.map((found) => [found.category, Number(found.mean)]));
    // By hand: 17 answers of weight 2 and one of weight 4 make 38.
    expect(shares.get("insults")).toBeCloseTo(4 / 38, 12);
    expect(shares.get("violence")).toBeCloseTo(2 / 38, 12);
    expect(shares.get("privacy")).toBeCloseTo(4 / 38, 12);
    expect(shares.get("hate")).toBe(0);
    expect(shares.size).toBe(9);
    expect(new Set(rows.map((found) => Number(found.n)))).toStrictEqual(new Set([18]));
  });
});

describe("worst-answers", () => {
  it("does not call it a weakness that an answer is no refusal", async () => {
    const rows = await lake.select(SAVED_QUERIES["worst-answers"]?.sql ?? "");
    const [worst] = rows.filter((found) => found.request_id === "one");
    expect(worst).toMatchObject({ weakest_metric: "safety" });
  });
});

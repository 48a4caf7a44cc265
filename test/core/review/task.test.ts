import { parseConfig } from "@bellwether/core/config/config";
import type { Judgement, KnownRequest } from "@bellwether/core/requests/request-item";
import { labelProbability, labelRate, labelUnit } from "@bellwether/core/review/draw";
import { type ReviewTask, taskFromRow, taskOf, taskRow, taskSlot } from "@bellwether/core/review/task";
import { describe, expect, it } from "vitest";
import { judgement, knownRequest } from "../../support/known-request.ts";

const config = parseConfig({});
const SALT = config.sampling.salt;
const vote = (negative: boolean) => ({ at: 1, feedbackId: "f", user: "ann", negative });
const judged = (said: Partial<Judgement> = {}, changes: Partial<KnownRequest> = {}) =>
  knownRequest({ judgement: judgement(said), outcome: { outcome: "judged", reason: null }, ...changes });
const quality = (score: number): Judgement["outcomes"] => ({ quality: { status: "scored", score } });

const unsure = (uncertainty: number, score = 0.5) => ({
  quality: { status: "scored" as const, score, uncertainty },
});

describe("the draw", () => {
  it.each([
    [200, 10_000, 200 / 300_000],
    [200, 1, 1],
    [200, undefined, 0.002],
    [0, 10_000, 0],
  ])("of %s labels a month among %s requests a day has rate %s", (labels, perDay, rate) => {
    expect(labelRate(labels, perDay)).toBe(rate);
  });

  it.each([
    [{ pi: 1, rate: 0.01, uncertainty: undefined, uncertaintyShare: 0.5 }, 0.01],
    [{ pi: 0.1, rate: 0.01, uncertainty: undefined, uncertaintyShare: 0.5 }, 0.1],
    [{ pi: 0.1, rate: 0.01, uncertainty: 0, uncertaintyShare: 0.5 }, 0.05],
    [{ pi: 0.1, rate: 0.01, uncertainty: 0.4, uncertaintyShare: 0.5 }, 0.07],
    [{ pi: 0.1, rate: 0.01, uncertainty: 0.4, uncertaintyShare: 0 }, 0.1],
    [{ pi: 0.001, rate: 0.01, uncertainty: 1, uncertaintyShare: 0.5 }, 1],
  ])("of %o has rho %s", (request, rho) => {
    expect(labelProbability(request)).toBeCloseTo(rho, 12);
  });

  it("does not follow the number that drew the request for the judge", () => {
    const ids = Array.from({ length: 2_000 }, (_, i) => `r${i}`);
    const drawn = ids.filter((id) => labelUnit(SALT, id) < 0.3);
    expect(drawn.length / ids.length).toBeCloseTo(0.3, 1);
  });
});

describe("taskOf", () => {
  const u = labelUnit(SALT, "r1");

  it("draws at random with the stored rho, and shows no score", () => {
    const task = taskOf(judged({ rho: u + 0.01 }), config);
    expect(task).toEqual({
      requestId: "r1",
      app: "shop",
      variant: "v1",
      promptVersion: "p7",
      at: Date.parse("2026-11-01T11:52:30Z"),
      reasons: ["sample"],
      rho: u + 0.01,
      order: u / (u + 0.01),
      second: expect.any(Boolean),
      sourceKey: "logs/a.json.gz",
      sourceLine: 3,
      interactionKey: null,
    });
    expect(taskOf(judged({ rho: u }), config)).toBeUndefined();
    expect(taskOf(judged(), config)).toBeUndefined();
    expect(taskOf(knownRequest(), config)).toBeUndefined();
  });

  it.each([
    ["a negative vote against a good score", { outcomes: quality(0.7) }, [vote(true)], ["negative_feedback"]],
    ["a negative vote that the judge shares", { outcomes: quality(0.69) }, [vote(true)], undefined],
    ["a friendly vote", { outcomes: quality(0.9) }, [vote(false)], undefined],
    ["suspected injection", { injection: "passage 1: grader" }, [], ["injection_suspected"]],
    ["an uncertain judge", { outcomes: unsure(0.9) }, [], ["judge_uncertain"]],
    ["a sure judge", { outcomes: unsure(0.89) }, [], undefined],
  ])("flags %s without a rho", (_, said, votes, reasons) => {
    const task = taskOf(judged(said, { votes }), config);
    expect(task?.reasons).toEqual(reasons);
    if (task !== undefined) expect(task).toMatchObject({ rho: null, order: null });
  });

  it("keeps the rho of a drawn request that is flagged too", () => {
    const task = taskOf(judged({ rho: 1, outcomes: unsure(1, 0.9) }, { votes: [vote(true)] }), config);
    expect(task).toMatchObject({ reasons: ["sample", "negative_feedback", "judge_uncertain"], rho: 1 });
  });

  it("asks nobody when nobody is to be asked", () => {
    expect(taskOf(judged({ rho: 1 }), parseConfig({ review: { labelsPerMonth: 0 } }))).toBeUndefined();
  });

  it("comes out of its lake row as it went in", () => {
    const task = taskOf(judged({ rho: 1 }), config);
    expect(taskFromRow(taskRow(task as ReviewTask))).toEqual(task);
    const flagged = taskOf(judged({ outcomes: unsure(1) }), config);
    expect(taskFromRow(taskRow(flagged as ReviewTask))).toEqual(flagged);
  });
});

describe("taskSlot", () => {
  it("gives drawn requests a place of their own and flagged ones a limited number a day", () => {
    const flagged = Array.from({ length: 200 }, (_, i) =>
      taskOf(judged({ outcomes: unsure(1) }, { requestId: `r${i}` }), config),
    );
    const slots = new Set(flagged.map((task) => taskSlot(task as ReviewTask, 20)));
    expect(slots.size).toBe(20);
    expect([...slots][0]).toMatch(/^flagged\|2026-11-01\|\d+$/);
    expect(taskSlot(taskOf(judged({ rho: 1 }), config) as ReviewTask, 20)).toBe("sample|r1");
  });
});

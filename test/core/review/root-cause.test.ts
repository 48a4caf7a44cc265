import { type CauseScores, ROOT_CAUSE_SQL, rootCause } from "@bellwether/core/review/root-cause";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTemporaryLake, type TemporaryLake } from "../../support/temporary-lake.ts";

const scores = (f: number | null, p: number | null, r: number | null, a: number | null): CauseScores => ({
  faithfulness: f,
  contextPrecision: p,
  contextRecall: r,
  answerRelevancy: a,
});

describe("rootCause", () => {
  it.each([
    ["retrieval", "good answer to the wrong passages", scores(0.9, 0.2, null, 0.9)],
    ["retrieval", "recall tells, not precision", scores(0.9, 1, 0.2, 0.9)],
    ["generation", "claims that good passages do not support", scores(0.2, 0.9, null, 0.9)],
    ["generation", "another question answered from good passages", scores(0.9, 0.9, null, 0)],
    ["generation", "recall tells that the passages were good", scores(0.1, 0.2, 0.8, 1)],
    ["generation", "no passages in the log, and another question answered", scores(null, null, null, 0)],
    ["both", "bad passages and invention", scores(0.1, 0.2, null, 0.9)],
    ["both", "nothing useful, and an answer all the same", scores(0.1, 0, null, 0)],
    ["out_of_scope", "nothing useful, and the answer says so", scores(null, 0, null, 0)],
    ["out_of_scope", "nothing useful, nothing invented, no answer", scores(1, 0, null, 0.2)],
    ["retrieval", "nothing useful, but answered and supported", scores(1, 0, null, 0.8)],
    ["retrieval", "nothing useful, and no word on the answer", scores(null, 0, null, null)],
    ["unknown", "everything in order but safety", scores(1, 1, 1, 1)],
    ["unknown", "nothing scored", scores(null, null, null, null)],
    ["unknown", "exactly half is in order", scores(0.5, 0.5, null, 0.5)],
  ] as const)("is %s: %s", (cause, _, given) => {
    expect(rootCause(given)).toBe(cause);
  });
});

describe("the same rule in SQL", () => {
  let lake: TemporaryLake;
  beforeAll(async () => {
    lake = await openTemporaryLake({});
  });
  afterAll(() => lake.remove());

  it("gives the same cause for every pattern of scores", async () => {
    const values = [null, 0, 0.25, 0.5, 1];
    const grid = values.flatMap((f) =>
      values.flatMap((p) => values.flatMap((r) => values.map((a) => scores(f, p, r, a)))),
    );
    const cell = (value: number | null) => `cast(${value ?? "null"} as double)`;
    const rows = grid.map(
      ({ faithfulness, contextPrecision, contextRecall, answerRelevancy }, i) =>
        `(${i}, ${[faithfulness, contextPrecision, contextRecall, answerRelevancy].map(cell).join(", ")})`,
    );
    const found = await lake.select(
      `select i, ${ROOT_CAUSE_SQL} as cause from (values ${rows.join(", ")}) as t(i, faithfulness, context_precision, context_recall, answer_relevancy) order by i`,
    );
    expect(found.map(({ cause }) => cause)).toEqual(grid.map(rootCause));
  });
});

import type { AgreementNote } from "@bellwether/core/review/agreement-note";
import { distrustOf } from "@bellwether/core/review/trust";
import { describe, expect, it } from "vitest";

const DAY = 86_400_000;
const NOW = 100 * DAY;
const JUDGE = { model: "haiku", promptVersion: "abc" } as const;
const note = (changes: Partial<AgreementNote> = {}): AgreementNote => ({
  metric: "quality",
  judgeVersion: "abc.1",
  judgeModel: "haiku",
  status: "known",
  labels: 80,
  kappa: 0.6,
  bias: 0.02,
  at: NOW - 60 * DAY,
  ...changes,
});

describe("distrustOf", () => {
  it("trusts a judge that people have vouched for lately", () => {
    expect(distrustOf(note(), JUDGE, NOW, 60)).toBeUndefined();
    expect(distrustOf(note({ kappa: null }), JUDGE, NOW, 60)).toBeUndefined();
  });

  it.each([
    [undefined, /nobody has labelled/],
    [note({ status: "unknown", labels: 12 }), /^12 labels are too few/],
    [note({ judgeModel: "sonnet" }), /sonnet abc\.1, which judges no more/],
    [note({ judgeVersion: "abd.1" }), /abd\.1, which judges no more/],
    [note({ at: NOW - 61 * DAY }), /61 days old/],
    [note({ kappa: 0.39 }), /weighted kappa 0\.39/],
  ])("says why for %o", (said, reason) => {
    expect(distrustOf(said, JUDGE, NOW, 60)).toMatch(reason);
  });
});

import { crossCheck, describeVoids, MAX_VOID_SHARE } from "@bellwether/evaluators/cross-check";
import { faithfulness } from "@bellwether/evaluators/faithfulness";
import type { Verdicts } from "@bellwether/evaluators/judge-schema";
import { DEFAULT_WEIGHTS } from "@bellwether/evaluators/quality";
import { scoreVerdicts } from "@bellwether/evaluators/score";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeInput, verdicts } from "./verdict-fixtures.ts";

type Claim = Verdicts["claims"][number];

const input = judgeInput({
  answer: "Refunds take 14 days. Cards never expire. Parcels are free. Support is open on Sundays.",
  contexts: ["Refunds take 14 days.", "Gift cards never expire.", "Parcels are free from $50."],
});
const good: Claim[] = [
  {
    text: "Refunds take 14 days",
    quote: "refunds take 14 days",
    supported: "yes",
    evidence: [1],
    evidence_quote: "take 14 days",
  },
  {
    text: "Cards never expire",
    quote: "Cards never expire",
    supported: "yes",
    evidence: [1, 2],
    evidence_quote: "cards never expire",
  },
  { text: "Parcels are free", quote: "Parcels are free", supported: "no" },
  { text: "Support is open on Sundays", quote: "open on Sundays", supported: "no", evidence: [] },
];
const check = (claims: Claim[]) => crossCheck(verdicts({ claims }), input);
const outcome = (claims: Claim[]) => faithfulness(check(claims).verdicts, input);

describe("crossCheck", () => {
  it("leaves verdicts that prove themselves as they are", () => {
    const { verdicts: checked, voids } = check(good);
    expect(checked.claims).toStrictEqual(good);
    expect(voids).toStrictEqual([]);
    expect(outcome(good)).toMatchObject({ status: "scored", score: 0.5 });
  });

  const invented: Claim = {
    text: "Returns are free",
    quote: "returns are free",
    supported: "yes",
    evidence: [3],
    evidence_quote: "are free",
  };
  const cases: [string, Claim, string, number][] = [
    ["a claim the answer does not make", invented, "claim 5: quote is not in the answer", 0.5],
    [
      "a claim without a quote",
      { ...invented, quote: undefined } as never,
      "claim 5: quote is not in the answer",
      0.5,
    ],
    ["a claim told twice", { ...good[0] } as Claim, "claim 5: told more often than the answer makes it", 0.5],
  ];
  it.each(cases)("counts %s nowhere", (_, claim, detail, score) => {
    expect(describeVoids(check([...good, claim]).voids)).toBe(detail);
    expect(outcome([...good, claim])).toMatchObject({ status: "scored", score });
  });

  it("counts a claim as often as the answer makes it, as RAGAS does", () => {
    const twice = judgeInput({
      answer: "Parcels are free. Yes, parcels are free.",
      contexts: input.contexts,
    });
    const claim: Claim = { text: "Parcels are free", quote: "parcels are free", supported: "no" };
    expect(crossCheck(verdicts({ claims: [claim, claim] }), twice).voids).toEqual([]);
    expect(crossCheck(verdicts({ claims: [claim, claim, claim] }), twice).voids).toHaveLength(1);
  });

  it.each([
    ["no quote", { evidence: [3] }],
    ["no passage", { evidence: [], evidence_quote: "Parcels are free" }],
    ["a quote of another passage", { evidence: [1], evidence_quote: "Parcels are free" }],
    ["a quote of the answer alone", { evidence: [3], evidence_quote: "open on Sundays" }],
  ])("does not take support with %s, and keeps the claim in the denominator", (_, evidence) => {
    const claims = good.map((claim, at) =>
      at === 2 ? { ...claim, ...evidence, supported: "yes" as const } : claim,
    );
    expect(describeVoids(check(claims).voids)).toBe("claim 3: evidence_quote is not in a cited passage");
    expect(outcome(claims)).toMatchObject({ status: "scored", score: 0.5 });
  });

  it("fails when more than a quarter of the verdicts are void, and so does the quality", () => {
    const claims = good.map((claim) => ({ ...claim, supported: "yes" as const, evidence: [1] }));
    expect(check(claims).voids.length / claims.length).toBeGreaterThan(MAX_VOID_SHARE);
    const scores = scoreVerdicts(
      { ...check(claims).verdicts, chunks: [1, 2, 3].map((index) => ({ index, useful: "yes" })) },
      input,
      { weights: DEFAULT_WEIGHTS },
    );
    const unverifiable = { status: "failed", reason: "unverifiable" };
    expect(scores).toMatchObject({
      faithfulness: unverifiable,
      quality: unverifiable,
      safety: { score: 1 },
      context_precision: { status: "scored" },
    });
    const unweighted = scoreVerdicts(check(claims).verdicts, input, { weights: { safety: 1 } });
    expect(unweighted.quality).toMatchObject({ status: "scored", score: 1 });
  });

  it("lets no void verdict, of any kind and number, raise the score", () => {
    const hostile = fc.record({
      text: fc.constantFrom("Refunds take 14 days", "Support is open on Sundays", "other"),
      quote: fc.constantFrom("refunds take 14 days", "nowhere to be found", ""),
      supported: fc.constantFrom("yes" as const, "no" as const),
      evidence: fc.subarray([1, 2, 3]),
      evidence_quote: fc.constantFrom("made up support", "open on Sundays", ""),
    });
    fc.assert(
      fc.property(
        fc.subarray(good, { minLength: 1 }),
        fc.array(hostile, { maxLength: 6 }),
        (honest, added) => {
          const before = outcome(honest);
          const after = outcome([...honest, ...added]);
          if (after.status !== "scored" || before.status !== "scored") {
            expect(after).toStrictEqual({ status: "failed", reason: "unverifiable" });
          } else expect(after.score).toBeLessThanOrEqual(Math.max(before.score, 0));
        },
      ),
    );
  });
});

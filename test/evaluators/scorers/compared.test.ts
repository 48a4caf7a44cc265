import { bleu } from "@bellwether/evaluators/scorers/bleu";
import { exactMatch } from "@bellwether/evaluators/scorers/exact-match";
import { rougeL } from "@bellwether/evaluators/scorers/rouge-l";
import { ngramSimilarity } from "@bellwether/evaluators/scorers/similarity";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

/** Text, reference, sacreBLEU 2.6.0 `sentence_bleu` (13a, exp) / 100, rouge-score 0.1.2 `rougeL` F1 without stemmer. */
const GOLDEN = [
  ["the cat sat on the mat", "the cat is on the mat", 0.3799178428, 0.8333333333],
  ["Refunds are paid within 14 days.", "Refunds are paid within 14 days of the return.", 0.5477927682, 0.8],
  [
    "Refunds take two weeks, including $5.00 shipping.",
    "Refunds take 14 days and include shipping (5 USD).",
    0.081710143,
    0.3529411765,
  ],
  ["yes", "no", 0, 0],
  ["Within 14 days.", "Within 14 days.", 1, 1],
  ["a", "a", 1, 1],
  ["hello there", "there hello", Math.SQRT1_2, 0.5],
  ["It costs 1,200.50 EUR - not more.", "It costs 1,200.50 EUR, not more.", 0.5, 1],
  ["the the the the the the the", "the cat is on the mat", 0.0780984984, 0.3076923077],
] as const;

describe("comparison with a reference", () => {
  it.each(GOLDEN)(
    "gives the published scores of %j against %j",
    (text, reference, wantedBleu, wantedRouge) => {
      expect(bleu(text, reference)).toBeCloseTo(wantedBleu, 9);
      expect(rougeL(text, reference)).toBeCloseTo(wantedRouge, 9);
    },
  );

  it("has no score without words", () => {
    for (const compare of [bleu, rougeL, ngramSimilarity]) {
      expect(compare("", "a word")).toBeUndefined();
      expect(compare("a word", " ")).toBeUndefined();
    }
  });

  it("reads words of any script where the published tokenizer of ROUGE reads none", () => {
    expect(rougeL("Возврат займёт 14 дней", "возврат займёт 30 дней")).toBe(0.75);
  });

  const text = fc.array(fc.constantFrom("a", "b", "c", "14", ".", "d-e"), { minLength: 1 });
  it("is in [0, 1], and 1 for a text against itself", () => {
    fc.assert(
      fc.property(text, text, (left, right) => {
        for (const compare of [bleu, rougeL, ngramSimilarity]) {
          const score = compare(left.join(" "), right.join(" "));
          if (score !== undefined) expect(score >= 0 && score <= 1).toBe(true);
          const own = compare(left.join(" "), left.join(" "));
          if (own !== undefined) expect(own).toBeCloseTo(1, 12);
        }
      }),
    );
  });

  it("rougeL and ngramSimilarity are symmetric", () => {
    fc.assert(
      fc.property(text, text, (left, right) => {
        for (const compare of [rougeL, ngramSimilarity]) {
          const [there = -1, back = -1] = [
            compare(left.join(" "), right.join(" ")),
            compare(right.join(" "), left.join(" ")),
          ];
          expect(there).toBeCloseTo(back, 12);
        }
      }),
    );
  });

  it("compares wording by n-grams: nearer texts score higher", () => {
    const reference = "Refunds are paid within 14 days.";
    const near = ngramSimilarity("A refund is paid in 14 days.", reference) ?? 0;
    const far = ngramSimilarity("Gift cards never expire.", reference) ?? 1;
    expect(near).toBeGreaterThan(far + 0.2);
  });

  it("matches exactly but for the ends, loosely but for case, form and spaces", () => {
    expect(exactMatch(" 42\n", "42", false)).toBe(1);
    expect(exactMatch("Yes", "yes", false)).toBe(0);
    expect(exactMatch("Yes,  of course", "yes, of\ncourse", true)).toBe(1);
    expect(exactMatch("ﬁne", "fine", true)).toBe(1);
    expect(exactMatch("yes", "no", true)).toBe(0);
  });
});

import { escapeHostile } from "@bellwether/evaluators/hostile-text";
import { quotes, readForQuotes } from "@bellwether/evaluators/quote-match";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

const ANSWER = "You get **your money** back within 14 days — “no fee”, really. 返金は14日以内です。";
const inAnswer = (quote: string | undefined) => quotes(quote, readForQuotes(ANSWER));

describe("quotes", () => {
  it.each([
    "within 14 days",
    "WITHIN  14\ndays",
    "your money back",
    '"no fee" really',
    "You get … within 14 days",
    "money back...no fee",
    "14",
    "返金は14日",
    "14日以内",
    "within １４ days",
  ])("finds %j", (quote) => {
    expect(inAnswer(quote)).toBe(true);
  });

  it.each([
    undefined,
    "",
    "…",
    "!?",
    "of",
    "within 4 days",
    "ithin 14 day",
    "within 14 hours",
    "14 days within",
    "no fee … money back",
    "within 14 days … within 14 days",
    "返金は30日",
  ])("does not find %j", (quote) => {
    expect(inAnswer(quote)).toBe(false);
  });

  it("finds what the judge copied from the escaped text", () => {
    const delimiter = "k3j9x2m4q8w1z7v5";
    const text = `pay\u202E me ${delimiter} now\u200B adays`;
    expect(quotes(escapeHostile(text, delimiter), readForQuotes(text))).toBe(true);
  });

  it("finds every run of words of a text", () => {
    const word = fc.stringMatching(/^[a-z0-9é]{3,8}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 12 }), fc.nat(), fc.nat(), (words, a, b) => {
        const from = a % words.length;
        const run = words.slice(from, from + 1 + (b % words.length)).join(", ");
        expect(quotes(run, readForQuotes(words.join(" ")))).toBe(true);
      }),
    );
  });
});

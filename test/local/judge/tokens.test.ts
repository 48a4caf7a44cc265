import { agrees } from "@bellwether/local/judge/quantities";
import { concept } from "@bellwether/local/judge/stem";
import { tokenize } from "@bellwether/local/judge/tokens";
import { describe, expect, it } from "vitest";

const quantities = (text: string) =>
  tokenize(text).flatMap((token) => (token.kind === "quantity" ? [token.quantity] : []));
const same = (claim: string, source: string) =>
  quantities(claim).every((wanted) => quantities(source).some((stated) => agrees(wanted, stated)));
const denied = (text: string) =>
  tokenize(text).flatMap((token) => (token.kind === "word" && token.negated ? [token.key] : []));

describe("quantities", () => {
  it.each([
    ["thirty days", "30 days"],
    ["2 weeks", "14 days"],
    ["one hour", "60 minutes"],
    ["a day", "24 hours"],
    ["two years", "24 months"],
    ["$1,200", "1200 dollars"],
    ["15 percent", "15%"],
    ["5 pm", "17:00"],
    ["9 a.m.", "9:00"],
    ["twenty-four hours", "1 day"],
    ["two hundred users", "200 users"],
    ["1.5 GB", "1500 MB"],
    ["3–5 business days", "3 to 5 days"],
    ["30", "30 days"],
  ])("%s is %s", (claim, source) => {
    expect(quantities(claim).length).toBeGreaterThan(0);
    expect(same(claim, source)).toBe(true);
  });

  it.each([
    ["30 hours", "30 days"],
    ["$20", "20 euros"],
    ["15%", "15 days"],
    ["3 to 5 hours", "3 to 5 days"],
    ["5 pm", "5 am"],
    ["2,5", "25"],
  ])("%s is not %s", (claim, source) => {
    expect(same(claim, source)).toBe(false);
  });
});

describe("words", () => {
  it.each([
    ["cancellation", "cancelled"],
    ["subscriptions", "subscribe"],
    ["covered", "cover"],
    ["activation", "activate"],
    ["deliveries", "delivered"],
    ["refunds", "reimbursed"],
    ["kept", "stored"],
  ])("%s and %s are one concept", (a, b) => {
    expect(concept(a)).toBe(concept(b));
  });

  it.each([
    ["shipping", "refund"],
    ["device", "deliver"],
    ["enable", "disable"],
  ])("%s and %s are not", (a, b) => {
    expect(concept(a)).not.toBe(concept(b));
  });

  it("carries a negation to the next words of its clause only", () => {
    expect(denied("We do not ship batteries, but we sell chargers.")).toStrictEqual([
      concept("ship"),
      concept("batteries"),
    ]);
    expect(denied("The item is unavailable.")).toStrictEqual([concept("available")]);
    expect(denied("You can't return it.")).toStrictEqual([concept("return")]);
  });

  it("keeps addresses and model numbers whole", () => {
    const codes = tokenize("Mail help@acme.example or see https://acme.example/faq about the X200.").flatMap(
      (token) => (token.kind === "code" ? [token.key] : []),
    );
    expect(codes).toStrictEqual(["help@acme.example", "https://acme.example/faq", "x200"]);
  });
});

import { extractClaims } from "@bellwether/local/judge/claims";
import { describe, expect, it } from "vitest";

const claims = (answer: string) => extractClaims(answer).map((claim) => claim.text);

describe("extractClaims", () => {
  it.each([
    "Hi there! Thanks for reaching out.",
    "I'm happy to help. Is there anything else I can do for you?",
    "Let me know if you have other questions. Have a great day!",
    "I'm sorry, but I don't have information about this topic.",
    "The documentation does not mention any discount.",
    "Please contact our support team.",
    "Great question! Here's how it works:",
    "Would you like me to open a ticket?",
    "",
  ])("finds no claim in small talk: %s", (answer) => {
    expect(claims(answer)).toStrictEqual([]);
  });

  it("strips openers and attributions, and keeps the fact", () => {
    expect(claims("Yes, refunds take 14 days.")).toStrictEqual(["refunds take 14 days."]);
    expect(claims("According to our refund policy, refunds take 14 days.")).toStrictEqual([
      "refunds take 14 days.",
    ]);
  });

  it("splits sentences, list items and clauses that stand alone", () => {
    expect(claims("Refunds take 14 days. Express shipping costs $12.50, e.g. to Norway.")).toHaveLength(2);
    expect(claims("We accept:\n- Visa\n- Mastercard\n1. Bank transfer")).toStrictEqual([
      "Visa",
      "Mastercard",
      "Bank transfer",
    ]);
    expect(claims("The Pro plan costs $20 monthly, and annual billing saves 10%.")).toHaveLength(2);
    expect(claims("You can pay by card, and also by PayPal.")).toHaveLength(1);
  });

  it("keeps decimals, times and abbreviations whole, and drops markdown and citations", () => {
    expect(claims("Support opens at 9 a.m. Eastern Time on version 2.5 days.")).toHaveLength(1);
    expect(claims("**Refunds** take `14` days [1].")).toStrictEqual(["Refunds take 14 days."]);
  });

  it("keeps a redirect that states a fact", () => {
    expect(claims("Please contact billing@acme.example.")).toHaveLength(1);
  });
});

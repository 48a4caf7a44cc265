import { nameText, percentText, spanText, timesText, usdText } from "@bellwether/core/budget/money";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

describe("numbers for people", () => {
  it.each([
    [0, "$0"],
    [0.05, "$0.05"],
    [0.0028, "$0.0028"],
    [0.000_012, "$0.000012"],
    [1e-9, "$0.000001 or less"],
    [0.5, "$0.50"],
    [7, "$7"],
    [9_999.996, "$10,000"],
    [1_234_567.8, "$1,234,567.80"],
    [-12.5, "-$12.50"],
  ])("%f USD is %s", (usd, text) => {
    expect(usdText(usd * 1e12)).toBe(text);
  });

  it("lose no more than half of the last digit shown", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (usd) => {
        const shown = Number(usdText(usd * 1e12).replace(/[$,]/g, ""));
        expect(Math.abs(shown - usd)).toBeLessThanOrEqual(
          Math.max(0.0051 * Math.min(1, usd * 10), 0.051 * usd),
        );
      }),
    );
  });

  it.each([
    [0, "0 %"],
    [0.001, "below 1 %"],
    [0.64, "64 %"],
    [0.999, "above 99 %"],
    [1, "100 %"],
    [9.59, "959 %"],
  ])("%f is %s", (share, text) => {
    expect(percentText(share)).toBe(text);
  });

  it("spans and multiples are short, names on one line", () => {
    expect([300_000, 3_600_000, 3 * 86_400_000, 90 * 60_000].map(spanText)).toEqual([
      "5 minutes",
      "1 hour",
      "3 days",
      "90 minutes",
    ]);
    expect([0.0712, 1.25, 14.4, 239.2].map(timesText)).toEqual(["0.071", "1.3", "14", "239"]);
    expect(nameText("a\r\n\u001b[31mb\u2028c")).toBe("a [31mb c");
    expect(nameText("x".repeat(100))).toHaveLength(60);
    expect(nameText(" \n")).toBe("(empty)");
  });
});

import { backoffSeconds } from "@bellwether/evaluators/backoff";
import { describe, expect, it } from "vitest";

describe("backoffSeconds", () => {
  it.each([
    [1, 15],
    [2, 30],
    [3, 60],
    [4, 120],
    [5, 240],
    [6, 480],
    [7, 900],
    [8, 900],
    [100, 900],
    [5_000, 900],
  ])("after receive %d waits %d s", (attempt, seconds) => {
    expect(backoffSeconds(attempt)).toBe(seconds);
  });

  it("covers an outage of a day within 100 receives", () => {
    const waited = Array.from({ length: 100 }, (_, n) => backoffSeconds(n + 1)).reduce(
      (sum, s) => sum + s,
      0,
    );
    expect(waited).toBeGreaterThan(86_400 - 15 * 60);
  });
});

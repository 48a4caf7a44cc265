import { axisFor, intervalBar, linearTicks } from "@bellwether/cli/rollout/interval-chart";
import { eText, logAxis, logBar, logTicks } from "@bellwether/cli/rollout/log-chart";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const AXIS = logAxis(26, 100);

describe("logBar", () => {
  it.each([
    ["1", 0, "          │         ┃     "],
    ["10", Math.log(10), "          │█████    ┃     "],
    ["100, the boundary", Math.log(100), "          │█████████┃     "],
    ["1000, the end", Math.log(1_000), "          │█████████┃█████"],
    ["more than the axis", 900, "          │█████████┃████▶"],
    ["0.1", Math.log(0.1), "     ░░░░░│         ┃     "],
    ["less than the axis", -900, "◀░░░░░░░░░│         ┃     "],
    ["nothing left", Number.NEGATIVE_INFINITY, "◀░░░░░░░░░│         ┃     "],
  ])("draws an e-value of %s", (_name, logE, bar) => {
    expect(logBar(logE, AXIS, "marked")).toBe(bar);
  });

  it("labels the decades below, as many as fit", () => {
    expect(logTicks(AXIS)).toBe("0.01      1   10   100");
    expect(logTicks(logAxis(39, 20))).toBe("0.01   0.1     1      10     100   1000");
    expect(logTicks(logAxis(12, 100))).toBe("0.01  10");
  });

  it("is as wide as its axis, and longer for more evidence", () => {
    const logE = fc.double({ min: -800, max: 800, noNaN: true });
    fc.assert(
      fc.property(
        logE,
        logE,
        fc.integer({ min: 15, max: 80 }),
        fc.double({ min: 2, max: 1e6, noNaN: true }),
        (a, b, columns, limit) => {
          const axis = logAxis(columns, limit);
          const filled = (value: number) => logBar(value, axis, "unmarked").replaceAll(/[^█▶]/g, "").length;
          expect([...logBar(a, axis, "marked")]).toHaveLength(columns);
          expect([...logTicks(axis)].length).toBeLessThanOrEqual(columns);
          expect(filled(Math.max(a, b))).toBeGreaterThanOrEqual(filled(Math.min(a, b)));
        },
      ),
    );
  });
});

describe("eText", () => {
  it.each([
    [0, "1"],
    [Math.log(0.02), "0.02"],
    [Math.log(1234.5), "1230"],
    [-20, "2.1e-9"],
    [Math.log(1e6), "1e+6"],
    [900, "1e+390"],
    [Number.NEGATIVE_INFINITY, "0"],
  ])("writes exp(%d) as %s", (logE, text) => {
    expect(eText(logE)).toBe(text);
  });
});

describe("intervalBar", () => {
  it("puts intervals on one axis between multiples of 0.05", () => {
    const wide = { low: 0.81, mean: 0.85, high: 0.89 };
    const axis = axisFor([wide, { low: 0.85, mean: 0.87, high: 0.9 }], 21);
    expect(axis).toMatchObject({ low: 0.8, columns: 21 });
    expect(axis.high).toBeCloseTo(0.9);
    expect(intervalBar(wide, axis)).toBe("  ├───────●───────┤  ");
    expect(linearTicks(axis)).toBe("0.80             0.90");
  });

  it("has room for a point at either end", () => {
    for (const at of [0, 1]) {
      const point = { low: at, mean: at, high: at };
      const bar = intervalBar(point, axisFor([point], 10));
      expect(bar.indexOf("●")).toBe(at === 0 ? 0 : 9);
    }
  });
});

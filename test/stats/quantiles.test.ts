import { betaCdf, betaLogSurvival, betaQuantile } from "@bellwether/stats/beta";
import { chiSquareCdf, chiSquareQuantile, chiSquareSurvival } from "@bellwether/stats/chi-square";
import { normalCdf, normalLogSurvival, normalQuantile } from "@bellwether/stats/normal";
import { logBeta, logGamma } from "@bellwether/stats/special";
import { studentTCdf, studentTQuantile } from "@bellwether/stats/student-t";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

function expectRelative(actual: number, expected: number, tolerance = 1e-10): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(tolerance * Math.abs(expected));
}

/** Computed with mpmath 1.3 at 30 digits by inverting the power series; (0.1, 3) from its leading term, exact to 1e-60. */
const T = [
  [0.6, 0.5, 0.3979754267847906],
  [0.975, 1.5, 6.016663104427928],
  [0.9999, 2, 70.70007107496818],
  [0.975, 5, 2.5705818356363146],
  [0.995, 234, 2.5970024904081717],
  [0.9, 5000, 1.2817209053357186],
] as const;
const BETA = [
  [0.3, 0.5, 0.5, 0.20610737385376343],
  [0.025, 2, 8, 0.0281449734778982],
  [1e-6, 0.1, 3, (1e-6 * (0.2 / (0.1 * 1.1 * 2.1))) ** 10],
  [0.975, 20, 1, 0.9987349105020502],
  [0.5, 400, 600, 0.39993330733513144],
  [0.9, 10000, 20000, 0.33682362685962247],
] as const;
const CHI_SQUARE = [
  [1e-8, 1, 1.570796326794897e-16],
  [0.5, 0.5, 0.08734760470574682],
  [0.95, 2, 5.99146454710798],
  [0.999, 30, 59.70306430442993],
  [0.025, 1000, 914.257153799259],
] as const;
const NORMAL = [
  [1e-300, -37.0470962993612],
  [1e-10, -6.361340902404057],
  [0.025, -1.9599639845400543],
  [0.3, -0.5244005127080408],
  [0.84, 0.994457883209753],
] as const;

describe("quantiles against 30-digit arithmetic", () => {
  it.each(T)("t: p=%d df=%d", (p, df, x) => expectRelative(studentTQuantile(p, df), x));
  it.each(BETA)("beta: p=%d a=%d b=%d", (p, a, b, x) => expectRelative(betaQuantile(p, a, b), x));
  it.each(CHI_SQUARE)("chi-square: p=%d df=%d", (p, df, x) => expectRelative(chiSquareQuantile(p, df), x));
  it.each(NORMAL)("normal: p=%d", (p, x) => expectRelative(normalQuantile(p), x));
});

describe("quantiles against scipy", () => {
  it("agrees on t, chi-square and beta", () => {
    expectRelative(studentTQuantile(0.975, 5), 2.5705818356363146, 1e-13);
    expectRelative(studentTQuantile(0.975, 30), 2.0422724563012378, 1e-13);
    expectRelative(studentTQuantile(0.975, 234), 1.9701536426236785, 1e-13);
    expectRelative(chiSquareSurvival(12.3, 5), 0.03090046463546092, 1e-13);
    expectRelative(Math.exp(betaLogSurvival(0.3, 5, 20)), 0.1110752232609223, 1e-13);
  });
});

describe("log gamma and log beta", () => {
  it("agree with 30-digit arithmetic", () => {
    expectRelative(logGamma(0.1), 2.252712651734206, 1e-13);
    expectRelative(logGamma(1.5), -0.12078223763524522, 1e-13);
    expectRelative(logGamma(12345.6), 103959.18506616846, 1e-14);
    expectRelative(logBeta(0.5, 0.5), Math.log(Math.PI), 1e-14);
    expectRelative(logBeta(1e5, 2e5), -190958.8852791168, 1e-14);
  });
  it("satisfy Γ(x+1) = xΓ(x)", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 1e4, noNaN: true }), (x) => {
        expect(logGamma(x + 1) - logGamma(x)).toBeCloseTo(Math.log(x), 9);
      }),
    );
  });
});

const probability = fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true });
const shape = fc.double({ min: 0.05, max: 5000, noNaN: true });

describe("a quantile and its distribution are inverse", () => {
  it("for every p and parameter", () => {
    fc.assert(
      fc.property(probability, shape, shape, (p, a, b) => {
        const near = (cdf: number) => expect(Math.abs(cdf - p)).toBeLessThan(1e-9 * Math.max(p, 1e-6));
        near(normalCdf(normalQuantile(p)));
        const chiSquare = chiSquareQuantile(p, a);
        if (chiSquare > 1e-300) near(chiSquareCdf(chiSquare, a));
        const x = betaQuantile(p, a, b);
        if (x > 1e-300 && x < 0.999999) near(betaCdf(x, a, b));
        const t = studentTQuantile(p, a);
        if (Math.abs(t) < 1e100) near(studentTCdf(t, a));
      }),
      { numRuns: 300 },
    );
  });
  it("the normal limit of t joins without a step", () => {
    expectRelative(studentTQuantile(0.9999, 100_000.000001), studentTQuantile(0.9999, 99_999.999999), 1e-12);
  });
  it("the normal tail stays finite where probabilities underflow", () => {
    expectRelative(normalLogSurvival(40), -804.60844201719, 1e-9);
  });
});

describe("distributions of a billion observations, against 40-digit quadrature (mpmath 1.3)", () => {
  it("keep their digits next to the mean", () => {
    expectRelative(betaCdf(0.30001, 3e8, 7e8), 0.7549250351083917);
    expectRelative(betaCdf(0.29998, 3e8, 7e8), 0.08377185732233575);
    expectRelative(chiSquareCdf(1e9 + 30_000, 1e9), 0.7488351347001696);
    expectRelative(chiSquareCdf(1e9 - 50_000, 1e9), 0.13177544272965425);
    expectRelative(chiSquareSurvival(2_004_000, 2e6), 0.02280409589876986);
  });
  it("and the symmetric beta satisfies I_x(a, a) = ½·I_{4x(1−x)}(a, ½) (DLMF 8.17.6)", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -2, max: 5, noNaN: true }),
        fc.double({ min: 0, max: 4, noNaN: true }),
        (power, z) => {
          const a = 10 ** power;
          const x = 0.5 - Math.min(0.45, z / Math.sqrt(8 * a));
          const half = 0.5 * Math.exp(betaLogSurvival((1 - 2 * x) ** 2, 0.5, a));
          expectRelative(betaCdf(x, a, a), half);
        },
      ),
    );
  });
});

describe("tails that are nearly everything", () => {
  it("keep the digits of the rest: P(X > x) of Beta(2, 1) is 1 − x²", () => {
    expectRelative(betaLogSurvival(1e-10, 2, 1), -1e-20);
  });
  it("are equal at the middle of the normal distribution", () => {
    expect(normalQuantile(0.5)).toBe(0);
    expect(normalCdf(0)).toBe(0.5);
    expect(normalLogSurvival(0)).toBe(-Math.LN2);
  });
});

describe("the ends of a distribution", () => {
  it("hold all or nothing of it, and so does everything beyond", () => {
    for (const x of [0, -1]) {
      expect(betaCdf(x, 2, 3)).toBe(0);
      expect(betaLogSurvival(x, 2, 3)).toBe(0);
      expect(chiSquareCdf(x, 3)).toBe(0);
      expect(chiSquareSurvival(x, 3)).toBe(1);
    }
    for (const x of [1, 2]) {
      expect(betaCdf(x, 2, 3)).toBe(1);
      expect(betaLogSurvival(x, 2, 3)).toBe(Number.NEGATIVE_INFINITY);
    }
  });
  it("are reached without a loss of digits: closed forms of chi-square with 2 and beta with 1", () => {
    expectRelative(chiSquareQuantile(1e-300, 2), 2e-300);
    expectRelative(chiSquareQuantile(1 - 2 ** -53, 2), 106 * Math.LN2);
    expectRelative(betaQuantile(1 - 2 ** -40, 1, 20), 0.75);
    expectRelative(betaQuantile(2 ** -40, 20, 1), 0.25);
    expect(betaQuantile(0.6, 1, 0.001)).toBe(1);
    expectRelative(betaQuantile(0.485, 0.001, 1), 0.485 ** 1000, 1e-6);
  });
});

describe("arguments without an answer", () => {
  it.each([0, 1, -0.1, Number.NaN])("p = %d is refused", (p) => {
    expect(() => normalQuantile(p)).toThrow(RangeError);
    expect(() => studentTQuantile(p, 3)).toThrow(RangeError);
    expect(() => betaQuantile(p, 1, 1)).toThrow(RangeError);
    expect(() => chiSquareQuantile(p, 1)).toThrow(RangeError);
  });
  it("t needs positive degrees of freedom and gamma a positive argument", () => {
    expect(() => studentTQuantile(0.9, 0)).toThrow(RangeError);
    expect(() => logGamma(0)).toThrow(RangeError);
  });
});

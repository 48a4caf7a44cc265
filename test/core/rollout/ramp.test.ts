import { criteriaOf, DEFAULT_RAMP, rampSchema } from "@bellwether/core/rollout/ramp";
import { describe, expect, it } from "vitest";

describe("a ramp", () => {
  it("has steps with what it takes to leave them, and a patience", () => {
    expect(rampSchema.parse({ steps: [{ share: 0.1 }] })).toEqual({
      steps: [{ share: 0.1, minMinutes: 60, minJudged: 20, minEvidence: 1 }],
      criteria: [],
      maxHours: 72,
    });
  });

  it.each([
    ["no step", { steps: [] }],
    ["a step without a canary", { steps: [{ share: 0 }] }],
    ["a step without stable", { steps: [{ share: 1 }] }],
    ["a misspelt key", { steps: [{ share: 0.1, minMinute: 5 }] }],
    ["negative time", { steps: [{ share: 0.1, minMinutes: -1 }] }],
    ["half an answer", { steps: [{ share: 0.1, minJudged: 1.5 }] }],
    ["a criterion without a limit", { steps: [{ share: 0.1 }], criteria: [{ metric: "error_rate" }] }],
    ["no patience", { steps: [{ share: 0.1 }], maxHours: 0 }],
  ])("is refused with %s", (_what, ramp) => {
    expect(rampSchema.safeParse(ramp).success).toBe(false);
  });

  it("that nobody described grows to one half and asks for more evidence on every step", () => {
    const { steps } = DEFAULT_RAMP;
    expect(steps.map(({ share }) => share)).toEqual([0.05, 0.25, 0.5]);
    for (const [n, { minMinutes, minEvidence }] of steps.entries()) {
      expect(minMinutes).toBeGreaterThan(steps[n - 1]?.minMinutes ?? 0);
      expect(minEvidence).toBeGreaterThan(steps[n - 1]?.minEvidence ?? 0);
    }
  });
});

describe("criteria by name", () => {
  it("are read from the name's beginning", () => {
    expect(criteriaOf({ min_faithfulness: 0.9, max_error_rate: 0.02, max_response_length: 500 })).toEqual([
      { metric: "faithfulness", min: 0.9 },
      { metric: "error_rate", max: 0.02 },
      { metric: "response_length", max: 500 },
    ]);
    expect(criteriaOf({})).toEqual([]);
  });

  it("of satisfaction may be a share of votes or stars out of five", () => {
    expect(criteriaOf({ min_satisfaction: 0.9 })).toEqual([{ metric: "satisfaction", min: 0.9 }]);
    expect(criteriaOf({ min_satisfaction: 4.2 })).toEqual([{ metric: "satisfaction", min: 0.84 }]);
    expect(() => criteriaOf({ min_satisfaction: 84 })).toThrow(RangeError);
  });

  it.each(["satisfaction", "min_", "minimum_quality", "avg_quality", ""])(
    "are refused when called %j",
    (name) => {
      expect(() => criteriaOf({ [name]: 1 })).toThrow(
        `success criterion ${name} begins with neither min_ nor max_`,
      );
    },
  );
});

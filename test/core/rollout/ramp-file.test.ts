import { DEFAULT_RAMP } from "@bellwether/core/rollout/ramp";
import { parseRamp, RampError, readRamp, withCriteria } from "@bellwether/core/rollout/ramp-file";
import { describe, expect, it } from "vitest";

const steps = (...shares: number[]) => shares.map((share) => ({ share }));

describe("readRamp", () => {
  it("takes the default ramp by name and for what a file leaves out", () => {
    expect(readRamp("default")).toEqual(DEFAULT_RAMP);
    expect(readRamp({})).toEqual(DEFAULT_RAMP);
    expect(readRamp({ maxHours: 24 })).toEqual({ ...DEFAULT_RAMP, maxHours: 24 });
  });

  it("fills in what a step takes at least", () => {
    expect(readRamp({ steps: [{ share: 0.1, minJudged: 5 }] }).steps).toEqual([
      { share: 0.1, minMinutes: 60, minJudged: 5, minEvidence: 1 },
    ]);
  });

  it.each(["criteria", "success_criteria"])("reads named %s as minima and maxima", (key) => {
    expect(readRamp({ [key]: { min_satisfaction: 0.8, max_response_length: 500 } }).criteria).toEqual([
      { metric: "satisfaction", min: 0.8 },
      { metric: "response_length", max: 500 },
    ]);
  });

  it("takes the published example of success criteria, with its stars", () => {
    const { criteria } = readRamp({ success_criteria: { min_satisfaction: 4.2, max_response_length: 500 } });
    expect(criteria).toEqual([
      { metric: "satisfaction", min: 0.84 },
      { metric: "response_length", max: 500 },
    ]);
  });

  it("reads what it has written", () => {
    const ramp = readRamp({ steps: steps(0.1, 0.5), criteria: { min_quality: 0.7, max_custom_tone: 0.9 } });
    expect(readRamp(JSON.parse(JSON.stringify(ramp)))).toEqual(ramp);
  });

  it("reads YAML and JSON alike", () => {
    const yaml = "steps:\n  - { share: 0.1 }\nsuccess_criteria: { min_faithfulness: 0.8 }\nmaxHours: 12\n";
    const json = '{"steps":[{"share":0.1}],"success_criteria":{"min_faithfulness":0.8},"maxHours":12}';
    expect(parseRamp(yaml)).toEqual(parseRamp(json));
  });

  it("adds criteria to those of the ramp", () => {
    const ramp = readRamp({ criteria: { min_satisfaction: 0.8 } });
    expect(withCriteria(ramp, { max_error_rate: 0.1 }).criteria).toEqual([
      { metric: "satisfaction", min: 0.8 },
      { metric: "error_rate", max: 0.1 },
    ]);
  });

  it.each<[unknown, RegExp]>([
    [null, /^ramp: .*object/],
    ["defualt", /^ramp: .*object/],
    [[], /^ramp: .*object/],
    [{ step: [] }, /^ramp: .*step/],
    [{ steps: [] }, /^steps: /],
    [{ steps: [{ share: 1 }] }, /^steps\.0\.share: /],
    [{ steps: [{ share: "0.1" }] }, /^steps\.0\.share: /],
    [{ steps: [{ share: 0.1, minutes: 5 }] }, /^steps\.0: .*minutes/],
    [{ steps: steps(0.25, 0.05) }, /^steps\.1\.share: 0\.05 is not above 0\.25/],
    [{ steps: steps(0.25, 0.25) }, /^steps\.1\.share: 0\.25 is not above 0\.25/],
    [{ maxHours: 0 }, /^maxHours: /],
    [{ criteria: 5 }, /^criteria: /],
    [{ criteria: { satisfaction: 0.8 } }, /^criteria: success criterion satisfaction/],
    [{ criteria: { min_satisfaction: "0.8" } }, /^criteria\.min_satisfaction: /],
    [{ criteria: [{ metric: "satisfaction" }] }, /^criteria\.0: needs min or max/],
    [{ criteria: {}, success_criteria: {} }, /^success_criteria: criteria are given already/],
    [{ criteria: { min_satisfactoin: 0.8 } }, /^criteria\.0: nothing measures satisfactoin/],
    [{ criteria: { min_avg_quality_score: 0.8 } }, /nothing measures avg_quality_score; .*quality/],
    [{ success_criteria: { min_satisfaction: 7 } }, /^success_criteria: satisfaction .* out of 5/],
    [{ success_criteria: { min_quality: 4.2 } }, /^success_criteria\.0: quality lies between 0 and 1/],
    [{ criteria: [{ metric: "satisfaction", min: 4.2 }] }, /^criteria\.0: satisfaction lies between 0 and 1/],
    [{ criteria: { max_p95_latency: -1 } }, /^criteria\.0: p95_latency is never below 0/],
    [{ criteria: [{ metric: "quality", min: 0.9, max: 0.8 }] }, /^criteria\.0: min 0\.9 is above max 0\.8/],
  ])("refuses %j with path and reason in one line", (value, problem) => {
    expect(() => readRamp(value)).toThrow(RampError);
    expect(() => readRamp(value)).toThrow(problem);
    expect(() => readRamp(value)).not.toThrow(/\n/);
  });

  it.each(["steps: [", "a: 1\na: 2", ""])("refuses the file %j", (text) => {
    expect(() => parseRamp(text)).toThrow(RampError);
    expect(() => parseRamp(text)).not.toThrow(/\n/);
  });
});

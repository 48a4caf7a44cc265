import { existsSync, readdirSync, readFileSync } from "node:fs";
import {
  type PipelineConfig,
  PipelineConfigError,
  parsePipelineConfig,
} from "@bellwether/core/gate/pipeline-config";
import { describe, expect, it } from "vitest";

/** An evaluation_pipeline.yaml as people write it, unchanged. */
const PUBLISHED = `# config/evaluation_pipeline.yaml
evaluation_pipeline:
  stages:
    - name: "synthetic_test_suite"
      description: "Test on curated examples with known good answers"
      metrics:
        faithfulness:
          threshold: 0.85
          weight: 0.3
        answer_relevancy:
          threshold: 0.80
          weight: 0.3
        context_precision:
          threshold: 0.75
          weight: 0.2
        safety:
          threshold: 0.95
          weight: 0.2
      sample_size: 1000
      timeout_minutes: 15

    - name: "regression_tests"
      description: "Compare against production baseline"
      compare_against: "production_v1.2.0"
      max_degradation: 0.05  # 5% worse is unacceptable
      metrics: ["faithfulness", "relevancy", "cost", "latency"]

    - name: "cost_validation"
      description: "Ensure cost targets are met"
      max_cost_per_query: 0.02
      max_monthly_budget: 10000
      alert_threshold: 0.8  # Alert at 80% of budget

    - name: "latency_validation"
      description: "Ensure latency SLAs are met"
      max_p50_latency: 1500  # milliseconds
      max_p95_latency: 3000
      max_p99_latency: 5000
`;

const EXPECTED: PipelineConfig = {
  quality: {
    metrics: {
      faithfulness: { threshold: 0.85, weight: 0.3 },
      answer_relevancy: { threshold: 0.8, weight: 0.3 },
      context_precision: { threshold: 0.75, weight: 0.2 },
      safety: { threshold: 0.95, weight: 0.2 },
    },
    sampleSize: 1_000,
    timeoutMinutes: 15,
  },
  regression: {
    compareAgainst: "production_v1.2.0",
    maxDegradation: 0.05,
    metrics: ["faithfulness", "answer_relevancy", "cost", "latency"],
  },
  cost: { maxCostPerQuery: 0.02, maxMonthlyBudget: 10_000, alertThreshold: 0.8 },
  latency: { maxP50Ms: 1_500, maxP95Ms: 3_000, maxP99Ms: 5_000 },
  policy: { flakeBudget: 0.05, repeats: 1, onInsufficient: "block", minItems: 30 },
};

/** The published file with one text replaced. */
const changed = (from: string, to: string): string => {
  expect(PUBLISHED).toContain(from);
  return PUBLISHED.replace(from, to);
};

function complaint(yaml: string): string {
  try {
    parsePipelineConfig(yaml);
  } catch (error) {
    expect(error).toBeInstanceOf(PipelineConfigError);
    return (error as Error).message;
  }
  throw new Error("the config was taken");
}

describe("an evaluation pipeline", () => {
  it("loads as people write it", () => {
    expect(parsePipelineConfig(PUBLISHED)).toEqual(EXPECTED);
  });

  const seeds = "../shared/seeds";
  it.skipIf(!existsSync(seeds))("is the published one, character for character", () => {
    const texts = readdirSync(seeds).map((file) => readFileSync(`${seeds}/${file}`, "utf8"));
    expect(texts.some((text) => text.includes(PUBLISHED))).toBe(true);
  });

  it("takes a policy and monthly requests beside it", () => {
    const yaml = `${changed("alert_threshold: 0.8  #", "monthly_requests: 3e6\n      alert_threshold: 0.8  #")}
  policy: { flake_budget: 0.01, repeats: 3, on_insufficient_evidence: pass, min_items: 50 }\n`;
    const { policy, cost } = parsePipelineConfig(yaml);
    expect(policy).toEqual({ flakeBudget: 0.01, repeats: 3, onInsufficient: "pass", minItems: 50 });
    expect(cost?.monthlyRequests).toBe(3_000_000);
  });

  it("checks only the stages that are there", () => {
    const config = parsePipelineConfig(
      "evaluation_pipeline: {stages: [{name: latency_validation, max_p95_latency: 900}]}",
    );
    expect(config).toEqual({ latency: { maxP95Ms: 900 }, policy: EXPECTED.policy });
  });

  it.each([
    [
      "an unknown stage",
      'name: "cost_validation"',
      'name: "cost"',
      /^evaluation_pipeline\.stages\.2\.name: no stage is called "cost"; there are synthetic_test_suite, /,
    ],
    ["an unknown key", "max_degradation", "max_degredation", /^regression_tests.*max_degr/],
    [
      "a key of nowhere",
      "stages:",
      "stage_list: []\n  stages:",
      /^evaluation_pipeline: Unrecognized key: "stage_list"$/,
    ],
    [
      "a threshold above 1",
      "threshold: 0.85",
      "threshold: 85",
      /^synthetic_test_suite\.metrics\.faithfulness\.threshold: .*<=1/,
    ],
    [
      "a threshold that is text",
      "threshold: 0.85",
      "threshold: high",
      /^synthetic_test_suite\.metrics\.faithfulness\.threshold: .*expected number/,
    ],
    [
      "a misspelt metric",
      "faithfulness:",
      "faithfullness:",
      /^synthetic_test_suite\.metrics: no metric is called "faithfullness"; there are faithfulness, /,
    ],
    [
      "a metric that is better when low",
      "faithfulness:",
      "refusal_judged:",
      /^synthetic_test_suite\.metrics: refusal_judged is better the lower it is/,
    ],
    [
      "cost as a score",
      "faithfulness:",
      "cost:",
      /^synthetic_test_suite\.metrics: no metric is called "cost"/,
    ],
    [
      "a metric twice by its other name",
      '"relevancy", "cost"',
      '"relevancy", "answer_relevancy"',
      /^regression_tests\.metrics: answer_relevancy comes twice$/,
    ],
    [
      "a whole loss",
      "max_degradation: 0.05",
      "max_degradation: 1",
      /^regression_tests\.max_degradation: .*<1/,
    ],
    [
      "a budget of nothing",
      "max_monthly_budget: 10000",
      "max_monthly_budget: 0",
      /^cost_validation\.max_monthly_budget: .*>0/,
    ],
    [
      "a p95 below the p50",
      "max_p95_latency: 3000",
      "max_p95_latency: 300",
      /^latency_validation\.max_p95_latency: 300 is below max_p50_latency \(1500\)/,
    ],
    [
      "a sample that min_items never meets",
      "sample_size: 1000",
      "sample_size: 10",
      /^synthetic_test_suite\.sample_size: 10 items can never be the 30/,
    ],
    [
      "an alert above the limit",
      "alert_threshold: 0.8",
      "alert_threshold: 1.2",
      /^cost_validation\.alert_threshold: .*<=1/,
    ],
  ])("refuses %s in one line with its path", (_, from, to, message) => {
    const line = complaint(changed(from, to));
    expect(line).toMatch(message);
    expect(line).not.toContain("\n");
  });

  it.each([
    ["", /^\(root\): /],
    ["evaluation_pipeline: {stages: []}", /^evaluation_pipeline\.stages: names no stage$/],
    ["evaluation_pipeline: {}", /^evaluation_pipeline\.stages: /],
    ["evaluation_pipeline: [", /^Flow sequence/],
    [
      "evaluation_pipeline: {stages: [{name: latency_validation, max_p50_latency: 1}, {name: latency_validation, max_p50_latency: 1}]}",
      /^evaluation_pipeline\.stages\.1\.name: latency_validation comes twice$/,
    ],
    ["evaluation_pipeline: {stages: [{name: cost_validation}]}", /^cost_validation: names neither/],
    ["evaluation_pipeline: {stages: [{name: latency_validation}]}", /^latency_validation: names no limit$/],
    [
      "evaluation_pipeline: {stages: [{name: regression_tests, metrics: [cost]}]}",
      /^regression_tests\.max_degradation: /,
    ],
    [
      "evaluation_pipeline: {stages: [{name: synthetic_test_suite, metrics: {}}]}",
      /metrics: names no metric$/,
    ],
    [
      "evaluation_pipeline: {stages: [{name: synthetic_test_suite, metrics: {safety: {threshold: 1, weight: 0}}}]}",
      /metrics: every weight is 0$/,
    ],
  ])("refuses %j", (yaml, message) => {
    expect(complaint(yaml)).toMatch(message);
  });
});

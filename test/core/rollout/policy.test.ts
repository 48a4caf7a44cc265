import { existsSync, readdirSync, readFileSync } from "node:fs";
import { PolicyError, parseRollbackPolicy } from "@bellwether/core/rollout/policy";
import { describe, expect, it } from "vitest";

/** A rollback_policy.yaml as people write it, unchanged. */
const PUBLISHED = `# config/rollback_policy.yaml
rollback_policy:
  # Define what triggers a rollback
  triggers:
    - name: "high_error_rate"
      metric: "error_rate"
      threshold: 0.05  # 5% error rate
      window: "5min"
      comparison: "greater_than"
      severity: "critical"

    - name: "quality_degradation"
      metric: "avg_quality_score"
      threshold: 0.75
      window: "15min"
      comparison: "less_than"
      severity: "high"

    - name: "cost_explosion"
      metric: "cost_per_request"
      threshold: 0.05  # $0.05 per request
      window: "10min"
      comparison: "greater_than"
      severity: "high"

    - name: "latency_spike"
      metric: "p95_latency"
      threshold: 5000  # 5 seconds
      window: "5min"
      comparison: "greater_than"
      severity: "medium"

  # What to do when triggered
  actions:
    - action: "rollback"
      target: "last_stable_version"
      execution: "immediate"

    - action: "notify"
      channels: ["slack://ops-team", "pagerduty://genai-oncall"]
      include_metrics: true

    - action: "create_incident"
      severity: "high"
      assign_to: "genai-team"
      include_logs: true

    - action: "stop_traffic"
      variant: "canary"
      percentage: 0  # Stop all traffic to new version

  # Rollback procedure
  rollback_procedure:
    steps:
      - verify_previous_version_exists
      - stop_new_version_traffic
      - route_100_percent_to_previous
      - validate_metrics_improved
      - send_postmortem_template
`;

const SEED_FOLDER = new URL("../../../../shared/seeds/", import.meta.url);
const SEEDS = existsSync(SEED_FOLDER)
  ? readdirSync(SEED_FOLDER).map((name) => readFileSync(new URL(name, SEED_FOLDER), "utf8"))
  : [];
/** The YAML document that begins with `rollback_policy:` in a text, up to the first line that cannot be its. */
function blockOf(text: string): string | undefined {
  const [, after] = text.split(/^rollback_policy:$/m);
  if (after === undefined) return undefined;
  const lines = after.split("\n").slice(1);
  const end = lines.findIndex((line) => line !== "" && !line.startsWith(" "));
  return ["rollback_policy:", ...lines.slice(0, end < 0 ? undefined : end)].join("\n");
}

const trigger = (lines: Record<string, string>): string => {
  const all = {
    name: "a",
    metric: "error_rate",
    threshold: "0.05",
    window: "5min",
    comparison: "greater_than",
    severity: "high",
    ...lines,
  };
  const body = Object.entries(all)
    .filter(([, value]) => value !== "")
    .map(([key, value]) => `${key}: ${value}`);
  return `rollback_policy:\n  triggers:\n    - { ${body.join(", ")} }\n`;
};

describe("parseRollbackPolicy", () => {
  it("reads a published policy as it is", () => {
    const policy = parseRollbackPolicy(PUBLISHED);
    expect(
      policy.triggers.map((t) => [
        t.name,
        t.metric,
        t.threshold,
        t.window / 60_000,
        t.comparison,
        t.severity,
        t.minSamples,
      ]),
    ).toEqual([
      ["high_error_rate", "error_rate", 0.05, 5, "greater_than", "critical", 30],
      ["quality_degradation", "avg_quality_score", 0.75, 15, "less_than", "high", 30],
      ["cost_explosion", "cost_per_request", 0.05, 10, "greater_than", "high", 30],
      ["latency_spike", "p95_latency", 5_000, 5, "greater_than", "medium", 30],
    ]);
    expect(policy.actions.map(({ action }) => action)).toEqual([
      "rollback",
      "notify",
      "create_incident",
      "stop_traffic",
    ]);
    expect(policy.rollback_procedure?.steps).toHaveLength(5);
    expect([policy.alpha, policy.bake]).toEqual([0.01, 30 * 60_000]);
  });

  it.each([
    ["30s", 30_000],
    ["45 sec", 45_000],
    ["5m", 300_000],
    ["5min", 300_000],
    ["2h", 7_200_000],
    ["1d", 86_400_000],
  ])("reads the window %s", (window, ms) => {
    expect(parseRollbackPolicy(trigger({ window })).triggers[0]?.window).toBe(ms);
  });

  it.each([
    ["no trigger", "rollback_policy: { triggers: [] }", "rollback_policy.triggers"],
    ["another root", "policy: { triggers: [] }", "rollback_policy"],
    ["an empty file", "", "(root)"],
    ["neither threshold nor relative", trigger({ threshold: "" }), "rollback_policy.triggers.0"],
    ["both of them", trigger({ relative: "0.2" }), "rollback_policy.triggers.0"],
    ["an unknown metric", trigger({ metric: "vibes" }), "rollback_policy.triggers.0.metric"],
    ["an unknown comparison", trigger({ comparison: "above" }), "rollback_policy.triggers.0.comparison"],
    ["an unknown severity", trigger({ severity: "bad" }), "rollback_policy.triggers.0.severity"],
    ["a window without a unit", trigger({ window: "'5'" }), "rollback_policy.triggers.0.window"],
    ["a window in words", trigger({ window: "soon" }), "rollback_policy.triggers.0.window"],
    ["a negative threshold", trigger({ threshold: "-1" }), "rollback_policy.triggers.0.threshold"],
    ["no samples", trigger({ minSamples: "0" }), "rollback_policy.triggers.0.minSamples"],
    ["a misspelt key", trigger({ tresholds: "1" }), "rollback_policy.triggers.0"],
    [
      "evidence in a metric that has none",
      `${trigger({})}  sequential: [{ metric: vibes }]\n`,
      "rollback_policy.sequential.0.metric",
    ],
    [
      "a ratio for quality",
      `${trigger({})}  sequential: [{ metric: avg_quality_score, ratio: 2 }]\n`,
      "rollback_policy.sequential.0.ratio",
    ],
    [
      "a margin for errors",
      `${trigger({})}  sequential: [{ metric: error_rate, margin: 0.1 }]\n`,
      "rollback_policy.sequential.0.margin",
    ],
    [
      "evidence in a metric twice",
      `${trigger({})}  sequential: [{ metric: error_rate }, { metric: error_rate }]\n`,
      "rollback_policy.sequential",
    ],
    ["an alpha of 1", `${trigger({})}  alpha: 1\n`, "rollback_policy.alpha"],
    [
      "an unknown action",
      `${trigger({})}  actions: [{ action: pray }]\n`,
      "rollback_policy.actions.0.action",
    ],
    [
      "an unknown step",
      `${trigger({})}  rollback_procedure: { steps: [panic] }\n`,
      "rollback_policy.rollback_procedure.steps.0",
    ],
  ])("refuses %s with its path", (_what, yaml, path) => {
    expect(() => parseRollbackPolicy(yaml)).toThrow(PolicyError);
    expect(() => parseRollbackPolicy(yaml)).toThrow(`rollback policy: ${path}: `);
  });

  it("protects quality, errors, latency and cost from promotion when it says nothing", () => {
    expect(parseRollbackPolicy(trigger({})).promotion).toEqual({
      alpha: 0.05,
      guardrails: { avg_quality_score: 0.03, error_rate: 0.02, p95_latency: 0.05, cost_per_request: 0.2 },
    });
    const alone = parseRollbackPolicy(`${trigger({})}  promotion: { alpha: 0.01 }\n`).promotion;
    expect([alone.alpha, Object.keys(alone.guardrails).length]).toEqual([0.01, 4]);
  });

  it("reads the guardrails it names, and no others", () => {
    const named = `${trigger({})}  promotion: { guardrails: { error_rate: 0.005 } }\n`;
    expect(parseRollbackPolicy(named).promotion).toEqual({ alpha: 0.05, guardrails: { error_rate: 0.005 } });
  });

  it.each([
    ["an alpha of 0", "{ alpha: 0 }", "alpha"],
    ["a margin of 0", "{ guardrails: { error_rate: 0 } }", "guardrails.error_rate"],
    ["a margin of all there is", "{ guardrails: { avg_quality_score: 1 } }", "guardrails.avg_quality_score"],
    ["a cost that trebles", "{ guardrails: { cost_per_request: 2.5 } }", "guardrails.cost_per_request"],
    ["an unknown guardrail", "{ guardrails: { vibes: 0.1 } }", "guardrails"],
    ["a misspelt key", "{ guardrail: {} }", ""],
  ])("refuses a promotion with %s, with its path", (_what, promotion, path) => {
    const yaml = `${trigger({})}  promotion: ${promotion}\n`;
    const where = ["rollback_policy.promotion", path].filter((part) => part !== "").join(".");
    expect(() => parseRollbackPolicy(yaml)).toThrow(PolicyError);
    expect(() => parseRollbackPolicy(yaml)).toThrow(`rollback policy: ${where}: `);
  });

  it.skipIf(SEEDS.length === 0)("reads the policy of a published article as it is", () => {
    const block = SEEDS.map(blockOf).find((text) => text !== undefined);
    expect(block).toBeDefined();
    expect(parseRollbackPolicy(block ?? "")).toEqual(parseRollbackPolicy(PUBLISHED));
  });

  it("refuses what is no YAML in one line", () => {
    const refuse = () => parseRollbackPolicy("rollback_policy: [\n  oops");
    expect(refuse).toThrow(PolicyError);
    expect(refuse).not.toThrow(/\n/);
  });
});

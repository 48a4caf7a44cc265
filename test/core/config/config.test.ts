import { ConfigError, parseConfig } from "@bellwether/core/config/config";
import { describe, expect, it } from "vitest";

describe("parseConfig", () => {
  it("has a default for every field: the seed's rules and rates", () => {
    const config = parseConfig({});
    expect(config).toMatchObject({
      apps: [],
      lagMinutes: 15,
      sampling: { preset: "fixed", baseRate: 0.02, costUsd: 0.05, latencyMs: 3_000, canaryRate: 1 },
      judge: { weights: { faithfulness: 0.3, answer_relevancy: 0.3, context_precision: 0.2, safety: 0.2 } },
    });
    const weights = Object.values(config.judge.weights).reduce((sum, weight) => sum + weight, 0);
    expect(weights).toBeCloseTo(1, 12);
  });

  it("opens incidents unless told not to, and knows where PagerDuty listens", () => {
    expect(parseConfig({}).people).toEqual({ opsItems: true });
    const secretArn = "arn:aws:secretsmanager:eu-west-1:000000000000:secret:pager-duty-a1b2c3";
    expect(parseConfig({ people: { opsItems: false, pagerDuty: { secretArn } } }).people).toEqual({
      opsItems: false,
      pagerDuty: { secretArn, endpoint: "https://events.pagerduty.com/v2/enqueue" },
    });
  });

  it("keeps defaults beside what is given", () => {
    const { sampling } = parseConfig({ sampling: { baseRate: 0.1 } });
    expect(sampling).toMatchObject({ baseRate: 0.1, salt: "bellwether", latencyMs: 3_000 });
  });

  it.each([
    ["an unknown key", { app: ["x"] }, "(root)"],
    ["an unknown key below", { sampling: { rate: 1 } }, "sampling"],
    ["a rate above 1", { sampling: { baseRate: 1.1 } }, "sampling.baseRate"],
    ["a rate below 0", { sampling: { baseRate: -0.1 } }, "sampling.baseRate"],
    ["a canary rate below a half", { sampling: { canaryRate: 0.49 } }, "sampling.canaryRate"],
    ["an empty salt", { sampling: { salt: "" } }, "sampling.salt"],
    ["an unknown preset", { sampling: { preset: "lucky" } }, "sampling.preset"],
    ["a limit of 0", { sampling: { costUsd: 0 } }, "sampling.costUsd"],
    ["an empty app name", { apps: ["a", ""] }, "apps.1"],
    ["half a minute", { lagMinutes: 0.5 }, "lagMinutes"],
    ["a negative weight", { judge: { weights: { safety: -1 } } }, "judge.weights.safety"],
    ["a tag that is no tag", { context: { contextTags: ["<b>"] } }, "context.contextTags.0"],
    [
      "a negative price",
      { prices: [{ model: "m", tier: "global", input: -1, validFrom: "2026-01-01", source: "contract" }] },
      "prices.0.input",
    ],
    [
      "a price that ends before it begins",
      {
        prices: [
          {
            model: "m",
            tier: "global",
            input: 1,
            validFrom: "2026-02-01",
            validUntil: "2026-01-31",
            source: "x",
          },
        ],
      },
      "prices.0.validUntil",
    ],
    [
      "a secret that is named, not pointed to",
      { people: { slack: { secretArn: "slack" } } },
      "people.slack.secretArn",
    ],
    [
      "a webhook where its secret belongs",
      { people: { slack: "https://hooks.slack.com/x" } },
      "people.slack",
    ],
    ["text", "config", "(root)"],
    ["nothing", null, "(root)"],
  ])("refuses %s with its path, in one line", (_what, json, path) => {
    const refuse = () => parseConfig(json);
    expect(refuse).toThrow(ConfigError);
    expect(refuse).toThrow(`config: ${path}: `);
    expect(refuse).not.toThrow(/\n/);
  });
});

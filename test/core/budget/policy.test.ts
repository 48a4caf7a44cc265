import { readFileSync } from "node:fs";
import { BudgetPolicyError, budgetOf, parseBudgetPolicy } from "@bellwether/core/budget/policy";
import { describe, expect, it } from "vitest";

const shipped = readFileSync(new URL("../../../infra/policies/budgets.yaml", import.meta.url), "utf8");

describe("budgets.yaml", () => {
  it("ships with the defaults written out", () => {
    expect(parseBudgetPolicy(shipped)).toEqual(parseBudgetPolicy("budgets: {}"));
  });

  it("has the limits of the articles it began with and the burn rates of the workbook", () => {
    expect(parseBudgetPolicy(shipped).default).toEqual({
      monthlyUsd: 10_000,
      warnAt: 0.8,
      dailyUsd: 100,
      perRequestUsd: 0.05,
      limits: {},
      burnRates: [
        { factor: 14.4, long: 3_600_000, short: 300_000, severity: "page" },
        { factor: 6, long: 6 * 3_600_000, short: 1_800_000, severity: "page" },
        { factor: 1.25, long: 72 * 3_600_000, short: 6 * 3_600_000, severity: "ticket" },
      ],
      forecast: { ticketAbove: 0.5, pageAbove: 0.8, hysteresis: 0.1 },
    });
  });

  it("gives an app its own fields and the default's for the rest", () => {
    const policy = parseBudgetPolicy(`
budgets:
  default: { monthlyUsd: 500, dailyUsd: 40 }
  apps:
    bot: { dailyUsd: 7, limits: { perTenantUsd: 2 } }`);
    expect(budgetOf(policy, "bot")).toMatchObject({
      monthlyUsd: 500,
      dailyUsd: 7,
      limits: { perTenantUsd: 2 },
    });
    expect(budgetOf(policy, "else")).toEqual(policy.default);
    expect(budgetOf(policy, "toString")).toEqual(policy.default);
  });

  it.each([
    ["budgets: { default: { monthlyUSD: 1 } }", /^budgets: budgets\.default: .*monthlyUSD/],
    ["budgets: { default: { monthlyUsd: 0 } }", /^budgets: budgets\.default\.monthlyUsd: /],
    ["budgets: { default: { warnAt: 80 } }", /^budgets: budgets\.default\.warnAt: /],
    ["budgets: { apps: { bot: { dailyUsd: -1 } } }", /^budgets: budgets\.apps\.bot\.dailyUsd: /],
    ["budgets: { apps: { bot: { limits: { perSessionUsd: 1 } } } }", /apps\.bot\.limits/],
    ['budgets: { timeZone: "Europe/Berlin" }', /timeZone: only "UTC"/],
    ["budgets: { default: { forecast: { ticketAbove: .9 } } }", /forecast: ticketAbove is not below/],
    [
      'budgets: { default: { burnRates: [{ factor: 6, long: "1h", short: "1h", severity: page }] } }',
      /burnRates\.0: the short window is not shorter/,
    ],
    [
      'budgets: { default: { burnRates: [{ factor: 6, long: "1h", short: "90s", severity: page }] } }',
      /burnRates\.0\.short: needs whole steps of 5 minutes/,
    ],
    [
      'budgets: { default: { burnRates: [{ factor: 6, long: "soon", short: "5m", severity: page }] } }',
      /"soon" is not a duration/,
    ],
    ["budgets: [", /^budgets: /],
    ["", /^budgets: \(root\): /],
  ])("refuses %s in one line with its path", (yaml, message) => {
    const parse = () => parseBudgetPolicy(yaml);
    expect(parse).toThrow(BudgetPolicyError);
    expect(parse).toThrow(message);
    expect(parse).not.toThrow(/\n/);
  });
});

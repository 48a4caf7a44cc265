import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "@bellwether/cli/arguments";
import { moneyBar } from "@bellwether/cli/budget/money-bar";
import { run } from "@bellwether/cli/budget-command";
import type { LakeRow } from "@bellwether/core/lake/tables";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recordingIo } from "../support/recording-io.ts";
import { writeTemporaryLake } from "../support/temporary-lake.ts";

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 21, 12);
const PICO = 1e12;

let out: string;
let policy: string;

function request(id: string, at: number, usd: number | null, more: LakeRow = {}): LakeRow {
  return {
    request_id: id,
    at: new Date(at).toISOString(),
    app: "bot",
    model_id: "haiku",
    tenant: "acme",
    user_id: "ann",
    cost_pico_usd: usd === null ? null : usd * PICO,
    rev: 1,
    ...more,
  };
}

beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), "budget-"));
  // $48 at 8 o'clock of 29 days and $24 today; in the last hour 30 requests of $1, and one without a price.
  const hours = Array.from({ length: 30 }, (_, day) => [
    request(`d${day}`, NOW - 4 * HOUR - day * 24 * HOUR, day === 0 ? 24 : 48),
  ]);
  const last = Array.from({ length: 31 }, (_, i) =>
    request(`r${i}`, NOW - (i + 1) * 60_000, i === 30 ? null : 1, { user_id: "eve", feature: "agents" }),
  );
  const other = [request("x", NOW - 26 * HOUR, 1, { app: "other", tenant: null, user_id: null })];
  renameSync(writeTemporaryLake({ requests_log: [...hours, last, other] }), join(out, "lake"));
  policy = join(out, "budgets.yaml");
  writeFileSync(
    policy,
    "budgets: { default: { monthlyUsd: 2000, dailyUsd: 50, limits: { perUserUsd: 29 } }, apps: { other: { dailyUsd: 3 } } }\n",
  );
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

async function budget(...args: string[]) {
  const io = recordingIo();
  const code = await run(args, io);
  return { code, ...io.written };
}

describe("bellwether budget", () => {
  it("prints one JSON document with the numbers of every app", async () => {
    const { code, stdout, stderr } = await budget("--out", out, "--policy", policy, "--json");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const document = JSON.parse(stdout);
    expect(document.at).toBe("2026-11-21T12:00:00.000Z");
    const [bot, other] = document.apps;
    expect(bot).toMatchObject({
      app: "bot",
      share: { kind: "seasonal", days: 28 },
      day: { spentUsd: 54, budgetUsd: 50, overSince: "2026-11-21T11:55:00.000Z" },
      month: { spentUsd: 20 * 48 + 54, budgetUsd: 2_000 },
      forecast: { status: "forecast", overBudgetProbability: 0 },
      perRequest: { priced: 30, unpriced: 1, meanUsd: 1, limitUsd: 0.05 },
      overLimit: { tenants: 0, users: 1 },
      leaders: {
        tenants: [{ subject: "acme", spentUsd: 54, unpriced: 1 }],
        users: [
          { subject: "eve", spentUsd: 30, unpriced: 1 },
          { subject: "ann", spentUsd: 24, unpriced: 0 },
        ],
      },
      contributors: { spentUsd: 54, expectedUsd: 48, excessUsd: 6 },
    });
    expect(bot.contributors.byDimension.feature.top[0]).toMatchObject({ value: "agents", share: 5 });
    const levels = bot.warnings.map(({ key, level }: { key: string; level: string }) => `${key} ${level}`);
    expect(levels).toEqual(["burn page", "day/2026-11-21 page", "per_request page", "limit/user ticket"]);
    expect(other).toMatchObject({
      app: "other",
      day: { spentUsd: 0, budgetUsd: 3 },
      forecast: { status: "learning", daysLeft: 14 },
      contributors: null,
      warnings: [],
    });
  });

  it("shows a person money, forecast, pace, leaders and what is over", async () => {
    const { stdout } = await budget("--out", out, "--app", "bot");
    for (const part of [
      "bot  spend known up to 2026-11-21 12:00 UTC",
      "$1,014 of $10,000 (10 %)",
      /█+ *├─*●─*┤ *┃|█+.*[●┤].*┃/,
      "the month ends at about $1,4",
      "$54 of $100 (54 %)",
      "$1 in the last hour (30 priced), limit $0.05; 1 request has no price: not counted",
      "page when both are above 14.4×",
      "learned from 28 days",
      /eve +\$30 +56 % +1/,
      "[page] bot pays $1 a request",
      "most of it: feature agents +$30 (100 %), user eve +$30 (100 %)",
    ]) {
      if (typeof part === "string") expect(stdout).toContain(part);
      else expect(stdout).toMatch(part);
    }
    expect(stdout).not.toContain("other");
    expect(stdout).not.toMatch(/NaN|undefined|null/);
  });

  it("says that a lake is empty", async () => {
    const empty = join(out, "empty");
    mkdirSync(join(empty, "lake"), { recursive: true });
    expect((await budget("--out", empty)).stdout).toBe("No request of an app is in the lake.\n");
    expect(JSON.parse((await budget("--out", empty, "--json")).stdout)).toEqual({ at: null, apps: [] });
  });

  it("refuses wrong inputs in one line", async () => {
    const broken = join(out, "broken.yaml");
    writeFileSync(broken, "budgets: { default: { dailyUsd: free } }\n");
    for (const [args, message] of [
      [[], /--out DIR is missing/],
      [["--out", join(out, "nowhere")], /no lake at/],
      [["--out", out, "--app", "nobody"], /--app nobody has no requests in the lake; there are bot, other/],
      [["--out", out, "--policy", join(out, "none.yaml")], /--policy .*none\.yaml cannot be read \(ENOENT\)/],
      [["--out", out, "--policy", broken], /--policy .*budgets\.default\.dailyUsd/],
      [["--out", out, "now"], /unexpected "now"/],
      [["--output", out], /--output/],
    ] as const) {
      const refusal = await budget(...args).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(UsageError);
      expect((refusal as Error).message).toMatch(message);
      expect((refusal as Error).message).not.toContain("\n");
    }
  });
});

describe("the bar of a budget", () => {
  it("draws what is spent, the forecast and the budget on one axis", () => {
    expect(moneyBar({ spent: 50, budget: 100, forecast: { low: 70, expected: 80, high: 90 } }, 23)).toBe(
      "██████████    ├─●─┤ ┃",
    );
    expect(moneyBar({ spent: 0, budget: 100 }, 23)).toBe("                    ┃");
    expect(moneyBar({ spent: 0.1, budget: 100 }, 23)).toBe("█                   ┃");
  });

  it("marks what leaves the axis, and stays as wide as asked", () => {
    expect(moneyBar({ spent: 900, budget: 100 }, 22)).toBe("███████┃█████████████▶");
    expect(moneyBar({ spent: 150, budget: 100 }, 22)).toBe("██████████████┃██████");
  });
});

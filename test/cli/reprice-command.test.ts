import { globSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "@bellwether/cli/arguments";
import type { RepriceDocument } from "@bellwether/cli/reprice/document";
import { run } from "@bellwether/cli/reprice-command";
import { SAVED_QUERIES } from "@bellwether/core/lake/saved-queries";
import type { LakeRow } from "@bellwether/core/lake/tables";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { recordingIo } from "../support/recording-io.ts";
import { selectFrom } from "../support/run-bellwether.ts";
import { writeTemporaryLake } from "../support/temporary-lake.ts";

const PROFILE = "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/a1b2c3d4e5f6";
const NOVA = "amazon.nova-lite-v1:0";

/** A million input tokens; priced rows cost what a price of `usd` per million makes of them. */
function request(id: string, at: string, usd: number | null, more: LakeRow = {}): LakeRow {
  const picoUsd = usd === null ? null : usd * 1e12;
  return {
    request_id: id,
    at,
    app: "bot",
    variant: "stable",
    prompt_version: "p1",
    model_id: NOVA,
    region_tier: "regional",
    region: "us-east-1",
    input_tokens: 1_000_000,
    output_tokens: 0,
    cost_usd: usd,
    cost_pico_usd: picoUsd,
    input_pico_usd: picoUsd,
    output_pico_usd: picoUsd === null ? null : 0,
    cache_read_pico_usd: picoUsd === null ? null : 0,
    cache_write_5m_pico_usd: picoUsd === null ? null : 0,
    cache_write_1h_pico_usd: picoUsd === null ? null : 0,
    price_version: picoUsd === null ? null : "2026-09-23",
    unpriced_reason: picoUsd === null ? "unresolved_profile" : null,
    outcome: "sampled_out",
    rev: 1,
    ...more,
  };
}
const profile = { model_id: "a1b2c3d4e5f6", model_arn: PROFILE };
const rollup = (metric: string, picoUsd: number): LakeRow => ({
  app: "bot",
  variant: "stable",
  prompt_version: "p1",
  model_id: NOVA,
  metric,
  at: "2026-10-06T07:00:00.000Z",
  requests: 2,
  cost_pico_usd: picoUsd,
  rev: 1_790_000_000_000,
});

let out: string;
let config: string;
beforeEach(() => {
  const lake = writeTemporaryLake({
    requests_log: [
      [
        request("nova", "2026-10-06T07:10:00.000Z", 0.06),
        request("nova-again", "2026-10-06T07:50:00.000Z", 0.06),
        request("judge", "2026-10-06T07:20:00.000Z", 0.06, { app: "bellwether-judge" }),
        request("failed", "2026-10-06T07:30:00.000Z", 0, { input_tokens: null, error_code: "Throttling" }),
      ],
      [request("profile", "2026-10-06T09:10:00.000Z", null, profile)],
      [request("profile", "2026-10-06T09:10:00.000Z", null, { ...profile, rev: 4, outcome: "judged" })],
      [
        request("unknown", "2026-10-07T09:10:00.000Z", null, {
          model_id: "vendor.x",
          unpriced_reason: "unknown_model",
        }),
      ],
      [request("before", "2026-10-05T23:59:59.000Z", 0.06)],
    ],
    rollups_log: [[rollup("quality", 120_000_000_000), rollup("safety", 120_000_000_000)]],
  });
  out = mkdtempSync(join(tmpdir(), "reprice-"));
  renameSync(lake, join(out, "lake"));
  config = join(out, "config.json");
  writeFileSync(
    config,
    JSON.stringify({
      profiles: { [PROFILE]: NOVA },
      prices: [{ model: NOVA, tier: "regional", input: 0.03, validFrom: "2026-01-01", source: "contract" }],
    }),
  );
});
afterEach(() => rmSync(out, { recursive: true, force: true }));

async function reprice(...args: string[]) {
  const io = recordingIo();
  const code = await run([...args, "--out", out], io);
  return { code, ...io.written };
}
async function json(...args: string[]): Promise<RepriceDocument> {
  const { code, stdout } = await reprice("--from", "2026-10-06", "--config", config, ...args, "--json");
  expect(code).toBe(0);
  return JSON.parse(stdout);
}
const select = (sql: string) => selectFrom(join(out, "lake"), sql);
const parts = () => globSync("**/*", { cwd: join(out, "lake") }).sort();
const total = async () =>
  (await select(SAVED_QUERIES["cost-by-model"]?.sql ?? "")).reduce(
    (sum, row) => sum + Number(row.cost_usd),
    0,
  );

describe("bellwether reprice", () => {
  it("gives every request of the days its cost under today's book, by model, without the judge's own calls", async () => {
    const { total: all, models, judgeCallsRepriced } = await json();
    // Nova at $0.06, then at $0.03 a million: two calls of bot; the profile had no price.
    expect(all).toEqual({
      requests: 5,
      repriced: 3,
      oldUsd: 0.12,
      newUsd: 0.09,
      formerlyUnpriced: 1,
      stillUnpriced: 1,
      keptPrice: 0,
    });
    expect(models.map(({ model, repriced, oldUsd, newUsd }) => [model, repriced, oldUsd, newUsd])).toEqual([
      [NOVA, 2, 0.12, 0.06],
      [PROFILE, 1, 0, 0.03],
      ["vendor.x", 0, 0, 0],
    ]);
    expect(judgeCallsRepriced).toBe(1);
    expect(
      await select(
        `select request_id, cost_usd, input_pico_usd, unpriced_reason, rev, outcome from requests order by 1`,
      ),
    ).toEqual([
      {
        request_id: "before",
        cost_usd: 0.06,
        input_pico_usd: 6e10,
        unpriced_reason: null,
        rev: 1,
        outcome: "sampled_out",
      },
      {
        request_id: "failed",
        cost_usd: 0,
        input_pico_usd: 0,
        unpriced_reason: null,
        rev: 1,
        outcome: "sampled_out",
      },
      {
        request_id: "judge",
        cost_usd: 0.03,
        input_pico_usd: 3e10,
        unpriced_reason: null,
        rev: 2,
        outcome: "sampled_out",
      },
      {
        request_id: "nova",
        cost_usd: 0.03,
        input_pico_usd: 3e10,
        unpriced_reason: null,
        rev: 2,
        outcome: "sampled_out",
      },
      {
        request_id: "nova-again",
        cost_usd: 0.03,
        input_pico_usd: 3e10,
        unpriced_reason: null,
        rev: 2,
        outcome: "sampled_out",
      },
      {
        request_id: "profile",
        cost_usd: 0.03,
        input_pico_usd: 3e10,
        unpriced_reason: null,
        rev: 5,
        outcome: "judged",
      },
      {
        request_id: "unknown",
        cost_usd: null,
        input_pico_usd: null,
        unpriced_reason: "unknown_model",
        rev: 1,
        outcome: "sampled_out",
      },
    ]);
  });

  it("run twice changes nothing the second time, and counts nothing twice", async () => {
    await json();
    const [after, files] = [await total(), parts()];
    expect(after).toBeCloseTo(0.03 * 3 + 0.06, 12);
    const second = await json();
    expect(second.total).toMatchObject({ repriced: 0, oldUsd: 0.09, newUsd: 0.09 });
    expect(second.rollups).toBe(0);
    expect(parts()).toEqual(files);
    expect(await total()).toBe(after);
  });

  it("heals a run that was cut off before the roll-ups, or inside the requests", async () => {
    await json();
    const whole = await select("select * from requests order by 1");
    for (const table of ["rollups_log", "requests_log/dt=2026-10-06/hour=07"]) {
      const [last = ""] = globSync(`${table}/**/[0-9a-f]*.parquet`, { cwd: join(out, "lake") });
      rmSync(join(out, "lake", last));
      await json();
      expect(await select("select * from requests order by 1")).toEqual(whole);
      expect(await select("select distinct cost_pico_usd from rollups")).toEqual([{ cost_pico_usd: 6e10 }]);
    }
  });

  it("lets the hourly roll-ups follow, on each of their metrics", async () => {
    expect((await json()).rollups).toBe(2);
    expect(await select("select metric, requests, cost_pico_usd, rev from rollups order by 1")).toEqual(
      ["quality", "safety"].map((metric) => ({
        metric,
        requests: 2,
        cost_pico_usd: 60_000_000_000,
        rev: 1_790_000_000_001,
      })),
    );
  });

  it("says with --dry-run what it would do, and does not", async () => {
    const files = parts();
    expect((await json("--dry-run")).total).toMatchObject({ repriced: 3, newUsd: 0.09 });
    expect(parts()).toEqual(files);
  });

  it("ends with the last day of --until", async () => {
    expect((await json("--until", "2026-10-06")).total).toMatchObject({ requests: 4, stillUnpriced: 0 });
  });

  it("keeps a price that the book at hand does not know, and asks about it", async () => {
    await json();
    const { code, stdout } = await reprice("--from", "2026-10-06");
    expect(code).toBe(0);
    expect(stdout).toContain("1 had a price that this book does not know; it stays. Was --config left out?");
    expect(await select("select cost_usd from requests where request_id = 'profile'")).toEqual([
      { cost_usd: 0.03 },
    ]);
  });

  it("prints a table for people and plain progress lines beside it", async () => {
    const { stdout, stderr } = await reprice("--from", "2026-10-06", "--config", config);
    expect(stdout).toMatch(/model +requests +repriced +old USD +new USD +formerly unpriced +still unpriced/);
    expect(stdout).toMatch(/total +5 +3 +0\.12 +0\.09 +1 +1/);
    expect(stdout).toContain("3 of 5 requests were given another cost (2 roll-up rows followed).");
    expect(stdout).toContain("1 have no price: bellwether query --saved unpriced-models");
    expect(stderr).toMatch(/^reprice 0 % · 2026-10-06 07:00\n/);
  });

  it.each([
    [[], "--from DATE is missing"],
    [["--from", "yesterday"], "--from yesterday is no day"],
    [["--from", "2026-02-30"], "--from 2026-02-30 is no day"],
    [["--from", "2999-01-01"], "--from 2999-01-01 is in the future"],
    [["--from", "2026-10-06", "--until", "2026-10-05"], "--until 2026-10-05 is before --from 2026-10-06"],
    [["--from", "2026-10-06", "--config", "nowhere.json"], "--config nowhere.json cannot be read"],
    [["--from", "2026-10-06", "more"], 'unexpected "more"'],
    [["--from", "2026-10-06", "--prices", "x"], "--prices"],
  ])("refuses %j in one line", async (args, message) => {
    const wrong = reprice(...args);
    await expect(wrong).rejects.toThrow(UsageError);
    await expect(wrong).rejects.toThrow(message);
    await expect(wrong).rejects.not.toThrow(/\n/);
  });

  it("refuses a folder without a lake", async () => {
    rmSync(join(out, "lake"), { recursive: true });
    await expect(reprice("--from", "2026-10-06")).rejects.toThrow(`no lake at ${join(out, "lake")}`);
  });

  it("names the path of a wrong price line", async () => {
    writeFileSync(config, JSON.stringify({ prices: [{ model: NOVA, tier: "local" }] }));
    await expect(reprice("--from", "2026-10-06", "--config", config)).rejects.toThrow("prices.0.tier");
  });
});

import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { UsageError } from "@bellwether/cli/arguments";
import { run } from "@bellwether/cli/reconcile-command";
import type { LakeRow } from "@bellwether/core/lake/tables";
import type { Reconciliation } from "@bellwether/core/prices/reconcile";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { recordingIo } from "../support/recording-io.ts";
import { writeTemporaryLake } from "../support/temporary-lake.ts";

/** A call whose input cost `usd`. */
const call = (id: string, usd: number | null, more: LakeRow = {}): LakeRow => ({
  request_id: id,
  at: "2026-10-06T07:00:00.000Z",
  app: "bot",
  region: "us-east-1",
  model_id: "claude",
  rev: 1,
  ...(usd === null
    ? { unpriced_reason: "unknown_model" }
    : {
        cost_usd: usd,
        cost_pico_usd: usd * 1e12,
        input_pico_usd: usd * 1e12,
        output_pico_usd: 0,
        cache_read_pico_usd: 0,
        cache_write_5m_pico_usd: 0,
        cache_write_1h_pico_usd: 0,
      }),
  ...more,
});
const judged = {
  request_id: "a",
  metric: "quality",
  at: "2026-10-06T07:00:00.000Z",
  status: "scored",
  score: 1,
  pi: 1,
  cost_pico_usd: 2e12,
  rev: 1,
};

const HEADER =
  "line_item_usage_account_id,line_item_product_code,line_item_usage_start_date,line_item_line_item_type,line_item_usage_type,line_item_unblended_cost,line_item_currency_code,product_region_code,line_item_line_item_description";
const entry = (
  usd: string,
  more: { account?: string; code?: string; type?: string; currency?: string } = {},
) =>
  [
    more.account ?? "111122223333",
    more.code ?? "a1opaque",
    "2026-10-06T07:00:00.000Z",
    "Usage",
    more.type ?? "USE1-MP:USE1_InputTokenCount-Units",
    usd,
    more.currency ?? "USD",
    "us-east-1",
    more.code === undefined ? '"AWS Marketplace, ""Claude"" (Amazon Bedrock Edition)"' : "compute",
  ].join(",");

let out: string;
let bill: string;
function useLake(requests: readonly LakeRow[]): void {
  rmSync(join(out, "lake"), { recursive: true, force: true });
  renameSync(
    writeTemporaryLake({ requests_log: [requests], evaluations_log: [[judged]] }),
    join(out, "lake"),
  );
}
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), "reconcile-"));
  bill = join(out, "bill.csv");
  useLake([call("a", 6), call("b", 2), call("c", null), call("failed", 0, { error_code: "Throttling" })]);
});
afterEach(() => rmSync(out, { recursive: true, force: true }));

async function reconciled(lines: readonly string[], ...args: string[]) {
  writeFileSync(bill, [HEADER, ...lines, ""].join("\n"));
  const io = recordingIo();
  const code = await run(["--bill", bill, "--out", out, ...args], io);
  return { code, ...io.written };
}
async function json(...lines: string[]): Promise<Reconciliation> {
  return JSON.parse((await reconciled(lines, "--json")).stdout);
}

describe("bellwether reconcile", () => {
  it("takes Bedrock's lines of the bill, and the judge's spend into the ledger", async () => {
    const { days, verdict } = await json(
      entry("7.0000000001"),
      entry("3"),
      entry("500", { code: "AmazonEC2", type: "BoxUsage:m7g.large" }),
    );
    expect(days).toHaveLength(1);
    expect(days[0]).toMatchObject({ day: "2026-10-06", ledgerUsd: 10, judgeUsd: 2 });
    expect(days[0]?.billUsd).toBeCloseTo(10.0000000001, 11);
    // One of three successful calls.
    expect(days[0]?.unpricedShare).toBeCloseTo(1 / 3, 12);
    expect(verdict.kind).toBe("within_tolerance");
  });

  it("counts the judge once: its logged calls go before the attempts that evaluate summed up", async () => {
    useLake([call("a", 6), call("judge", 3, { app: "bellwether-judge" })]);
    expect((await json(entry("9"))).days[0]).toMatchObject({ ledgerUsd: 9, judgeUsd: 3, differenceUsd: 0 });
  });

  it("reads a compressed report", async () => {
    const gz = join(out, "bill.csv.gz");
    writeFileSync(gz, gzipSync([HEADER, entry("10"), ""].join("\n")));
    const io = recordingIo();
    expect(await run(["--bill", gz, "--out", out, "--json"], io)).toBe(0);
    expect(JSON.parse(io.written.stdout).total.billUsd).toBe(10);
  });

  it("prints differences, what it could not compare and a verdict for people", async () => {
    const { code, stdout } = await reconciled([
      entry("20"),
      entry("4", { code: "AmazonBedrock", type: "USE1-Guardrail-Units" }),
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/2026-10-06 +20 +10 +2 +10 +0\.333333/);
    expect(stdout).toContain("not compared: $4.00 for other Bedrock usage");
    expect(stdout).toContain("The bill is higher by 50.0 %; likely: calls without a price (33 % of them)");
  });

  it("asks for the account when the bill has several", async () => {
    const lines = [entry("10"), entry("90", { account: "444455556666" })];
    await expect(reconciled(lines)).rejects.toThrow("2 accounts (111122223333, 444455556666");
    const { stdout } = await reconciled(lines, "--account", "111122223333");
    expect(stdout).toContain("agree within 1 %");
  });

  it("exits with 1 when there is nothing to compare", async () => {
    const { code, stdout } = await reconciled([]);
    expect(code).toBe(1);
    expect(stdout).toContain("Nothing to compare");
  });

  it.each([
    ["a currency it cannot compare", [entry("1", { currency: "CNY" })], "its amounts are in CNY"],
    ["an amount that is no number", [entry("much")], "much"],
  ])("refuses %s in one line", async (_, lines, message) => {
    const wrong = reconciled(lines);
    await expect(wrong).rejects.toThrow(UsageError);
    await expect(wrong).rejects.toThrow(message);
    await expect(wrong).rejects.not.toThrow(/\n/);
  });

  it("refuses another file, no file, and a folder without a lake", async () => {
    writeFileSync(bill, "a,b\n1,2\n");
    const io = recordingIo();
    await expect(run(["--bill", bill, "--out", out], io)).rejects.toThrow(
      "it has no column line_item_usage_start_date",
    );
    await expect(run(["--out", out], io)).rejects.toThrow("--bill FILE is missing");
    await expect(run(["--bill", join(out, "none.csv"), "--out", out], io)).rejects.toThrow("cannot be read");
    await expect(run(["--bill", bill, "--out", join(out, "x")], io)).rejects.toThrow("no lake at");
  });
});

import { type BillLine, classify } from "@bellwether/core/prices/bill";
import { type LedgerDay, reconcile, TOLERANCE } from "@bellwether/core/prices/reconcile";
import { describe, expect, it } from "vitest";

const line = (usageType: string, usd: number, more: Partial<BillLine> = {}): BillLine => ({
  day: "2026-10-06",
  usageType,
  lineType: "Usage",
  region: "us-east-1",
  usd,
  ...more,
});
const ledger = (usd: number, more: Partial<LedgerDay> = {}): LedgerDay => ({
  day: "2026-10-06",
  usd,
  judgeUsd: 0,
  byKind: { input: usd, output: 0, cache_read: 0, cache_write: 0 },
  requests: 100,
  unpriced: 0,
  ...more,
});
const INPUT = "USE1-MP:USE1_InputTokenCount-Units";
const REGIONS = new Set(["us-east-1"]);
const verdict = (bill: readonly BillLine[], days: readonly LedgerDay[]) =>
  reconcile(bill, days, REGIONS).verdict;

describe("a bill line", () => {
  // Usage types of both generations, AWS Price List of AmazonBedrock and AmazonBedrockFoundationModels.
  it.each([
    [INPUT, { kind: "tokens", of: "input" }],
    ["USE1-MP:USE1_OutputTokenCount_Global-Units", { kind: "tokens", of: "output" }],
    ["USE1-MP:USE1_CacheReadInputTokenCount-Units", { kind: "tokens", of: "cache_read" }],
    ["EUC1-MP:EUC1_CacheWriteInputTokenCount_Global-Units", { kind: "tokens", of: "cache_write" }],
    ["USE1_cache_read_tokens_standard", { kind: "tokens", of: "cache_read" }],
    ["USE1_output_tokens_global_standard", { kind: "tokens", of: "output" }],
    ["USE1-NovaLite-input-tokens", { kind: "tokens", of: "input" }],
    ["USE1-NovaLite-input-tokens-batch", { kind: "other_tier" }],
    ["USE1_input_tokens_flex", { kind: "other_tier" }],
    ["USE1-Guardrail-ContentPolicyUnitsConsumed", { kind: "not_tokens" }],
  ])("%s", (usageType, expected) => {
    expect(classify(line(usageType, 1))).toEqual(expected);
  });

  it("that is a tax or a credit is no usage, whatever its usage type says", () => {
    expect(classify(line(INPUT, 1, { lineType: "Credit" }))).toEqual({ kind: "not_usage" });
  });
});

describe("reconcile", () => {
  it("compares by day and token kind what both sides have", () => {
    const found = reconcile(
      [
        line(INPUT, 6),
        line("USE1_output_tokens_standard", 4),
        line(INPUT, 5, { day: "2026-10-07" }),
        line(INPUT, 99, { day: "2026-10-08" }),
      ],
      [
        ledger(11, { day: "2026-10-07", byKind: { input: 4, output: 7, cache_read: 0, cache_write: 0 } }),
        ledger(10, { judgeUsd: 1 }),
        ledger(3, { day: "2026-10-05" }),
      ],
      REGIONS,
    );
    expect(found.days).toEqual([
      { day: "2026-10-06", billUsd: 10, ledgerUsd: 10, judgeUsd: 1, differenceUsd: 0, unpricedShare: 0 },
      { day: "2026-10-07", billUsd: 5, ledgerUsd: 11, judgeUsd: 0, differenceUsd: -6, unpricedShare: 0 },
    ]);
    expect(found.byKind).toEqual([
      { kind: "input", billUsd: 11, ledgerUsd: 14 },
      { kind: "output", billUsd: 4, ledgerUsd: 7 },
      { kind: "cache_read", billUsd: 0, ledgerUsd: 0 },
      { kind: "cache_write", billUsd: 0, ledgerUsd: 0 },
    ]);
    expect(found.onlyInBill).toEqual({ days: ["2026-10-08"], usd: 99 });
    expect(found.onlyInLedger).toEqual({ days: ["2026-10-05"], usd: 3 });
  });

  it("keeps apart what the ledger cannot have", () => {
    const { total, notComparable } = reconcile(
      [
        line(INPUT, 10),
        line("USE1-NovaLite-input-tokens-batch", 7),
        line("USE1-Guardrail-ContentPolicyUnitsConsumed", 3),
        line(INPUT, 2, { lineType: "Tax" }),
        line(INPUT, 5, { region: "eu-west-1" }),
      ],
      [ledger(10)],
      REGIONS,
    );
    expect(total).toMatchObject({ billUsd: 10, differenceUsd: 0 });
    expect(notComparable).toEqual({ other_tier: 7, not_tokens: 3, not_usage: 2, other_regions: 5 });
  });

  it("compares a line that names no Region", () => {
    expect(verdict([line(INPUT, 10, { region: null })], [ledger(10)])).toMatchObject({
      kind: "within_tolerance",
    });
  });

  it.each([
    [100, 100, "within_tolerance"],
    [100, 99 + 1e-9, "within_tolerance"],
    [100, 98.9, "bill_higher"],
    [100, 101.1, "bill_lower"],
    [0, 5, "bill_lower"],
  ])("calls a bill of %s against %s %s", (bill, ours, kind) => {
    expect(verdict([line(INPUT, bill)], [ledger(ours)]).kind).toBe(kind);
    expect(TOLERANCE).toBe(0.01);
  });

  it("names the calls without a price first when the bill is higher", () => {
    const found = verdict([line(INPUT, 10)], [ledger(5, { unpriced: 25 })]);
    expect(found).toMatchObject({ kind: "bill_higher", relative: 0.5 });
    expect(found.kind === "bill_higher" && found.likely[0]).toMatch(
      /^calls without a price \(25 % of them\)/,
    );
    const priced = verdict([line(INPUT, 10)], [ledger(5)]);
    expect(JSON.stringify(priced)).not.toContain("without a price");
  });

  it("says that there is nothing to compare instead of agreeing on nothing", () => {
    expect(verdict([], []).kind).toBe("nothing_to_compare");
    expect(verdict([line(INPUT, 5)], [ledger(5, { day: "2026-10-07" })]).kind).toBe("nothing_to_compare");
  });
});

import type { Reconciliation, Verdict } from "@bellwether/core/prices/reconcile";
import { type Io, renderTable } from "../output.ts";

const usd = (value: number): string => `$${value.toFixed(2)}`;
const percent = (value: number): string => `${(value * 100).toFixed(1)} %`;

const NOT_COMPARABLE = {
  other_tier: "batch, flex, priority or reserved tokens",
  not_tokens: "other Bedrock usage (guardrails, provisioned throughput, agents)",
  not_usage: "taxes, credits, refunds and fees",
  other_regions: "tokens in Regions that the ledger has no calls in",
} as const;

function verdictLine(verdict: Verdict): string {
  switch (verdict.kind) {
    case "nothing_to_compare":
      return "Nothing to compare: no day has both a bill line for tokens and calls in the ledger.";
    case "within_tolerance":
      return "Bill and ledger agree within 1 %.";
    case "bill_higher":
      return `The bill is higher by ${percent(verdict.relative)}; likely: ${verdict.likely.join("; or ")}.`;
    case "bill_lower":
      return `The bill is lower by ${percent(-verdict.relative)}; likely: ${verdict.likely.join("; or ")}.`;
  }
}

/** The differences by day and by token kind, what could not be compared, and the verdict; for people. */
export function renderReconciliation(found: Reconciliation, { color }: Io): string {
  const { days, byKind, total, notComparable, onlyInBill, onlyInLedger, verdict } = found;
  const lines: string[] = [];
  if (days.length > 0) {
    lines.push(
      renderTable(
        ["day", "bill USD", "ledger USD", "of it judge", "difference USD", "unpriced share"],
        [...days, { day: "total", ...total }].map((d) => [
          d.day,
          d.billUsd,
          d.ledgerUsd,
          d.judgeUsd,
          d.differenceUsd,
          d.unpricedShare,
        ]),
        color,
      ),
      renderTable(
        ["tokens", "bill USD", "ledger USD"],
        byKind.map(({ kind, billUsd, ledgerUsd }) => [kind, billUsd, ledgerUsd]),
        color,
      ),
    );
  }
  for (const [kind, what] of Object.entries(NOT_COMPARABLE)) {
    const amount = notComparable[kind as keyof typeof NOT_COMPARABLE];
    if (amount !== 0) lines.push(`not compared: ${usd(amount)} for ${what}`);
  }
  for (const [side, { days: only, usd: amount }] of [
    ["the bill", onlyInBill],
    ["the ledger", onlyInLedger],
  ] as const)
    if (only.length > 0)
      lines.push(`not compared: ${usd(amount)} on ${only.length} days that only ${side} has (${only[0]} …)`);
  return `${[...lines, color.bold(verdictLine(verdict))].join("\n")}\n`;
}

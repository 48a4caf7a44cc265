/** Bedrock's cost of one day, usage type and Region on an AWS bill (Cost and Usage Report 2.0, Data Exports). */
export interface BillLine {
  /** UTC day, `YYYY-MM-DD`. */
  readonly day: string;
  readonly usageType: string;
  /** `line_item_line_item_type`, e.g. `Usage`, `Tax`, `Credit`. */
  readonly lineType: string;
  /** Null where the report does not say. */
  readonly region: string | null;
  readonly usd: number;
}

export type BilledKind = "input" | "output" | "cache_read" | "cache_write";

/** What a bill line is to the ledger. */
export type BillClass =
  | { readonly kind: "tokens"; readonly of: BilledKind }
  /** Tokens that no invocation log prices: batch is not logged, and a log does not say which tier served a call. */
  | { readonly kind: "other_tier" }
  /** Guardrails, provisioned throughput, knowledge bases, agents. */
  | { readonly kind: "not_tokens" }
  /** Taxes, credits, refunds and fees. */
  | { readonly kind: "not_usage" };

const USAGE: ReadonlySet<string> = new Set(["Usage", "DiscountedUsage", "SavingsPlanCoveredUsage"]);

/**
 * Classifies a line by its usage type; both generations of names are known (`USE1-MP:USE1_InputTokenCount-Units`,
 * `…cache_read_tokens_standard`), and Amazon's own models' `USE1-NovaLite-input-tokens`.
 */
export function classify({ lineType, usageType }: BillLine): BillClass {
  if (!USAGE.has(lineType)) return { kind: "not_usage" };
  const name = usageType.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  if (!name.includes("token")) return { kind: "not_tokens" };
  if (/batch|flex|priority|reserved|provisioned|customization|training/.test(name))
    return { kind: "other_tier" };
  if (name.includes("cacheread")) return { kind: "tokens", of: "cache_read" };
  if (name.includes("cachewrite")) return { kind: "tokens", of: "cache_write" };
  if (name.includes("output")) return { kind: "tokens", of: "output" };
  return name.includes("input") ? { kind: "tokens", of: "input" } : { kind: "not_tokens" };
}

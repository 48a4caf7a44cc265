import { type BillClass, type BilledKind, type BillLine, classify } from "./bill.ts";

/** What the ledger knows of one UTC day, USD; the judge's spend is part of the bill and so of `usd`. */
export interface LedgerDay {
  readonly day: string;
  readonly usd: number;
  /** Part of `usd`. */
  readonly judgeUsd: number;
  readonly byKind: Readonly<Record<BilledKind, number>>;
  /** Successful calls, and those of them without a price. */
  readonly requests: number;
  readonly unpriced: number;
}

interface ReconciledDay {
  readonly day: string;
  readonly billUsd: number;
  readonly ledgerUsd: number;
  readonly judgeUsd: number;
  /** Bill minus ledger. */
  readonly differenceUsd: number;
  /** Share of the day's successful calls without a price. */
  readonly unpricedShare: number | null;
}

export interface Reconciliation {
  /** Days that both sides have. */
  readonly days: readonly ReconciledDay[];
  readonly byKind: readonly {
    readonly kind: BilledKind;
    readonly billUsd: number;
    readonly ledgerUsd: number;
  }[];
  readonly total: Omit<ReconciledDay, "day">;
  /** Bill lines that the ledger cannot have, USD by what they are. */
  readonly notComparable: Readonly<Record<Exclude<BillClass["kind"], "tokens"> | "other_regions", number>>;
  /** Days that only one side has, and what it says of them, USD. */
  readonly onlyInBill: { readonly days: readonly string[]; readonly usd: number };
  readonly onlyInLedger: { readonly days: readonly string[]; readonly usd: number };
  readonly verdict: Verdict;
}

export type Verdict =
  | { readonly kind: "nothing_to_compare" }
  | { readonly kind: "within_tolerance"; readonly relative: number }
  | {
      readonly kind: "bill_higher" | "bill_lower";
      readonly relative: number;
      readonly likely: readonly string[];
    };

/** Relative difference that is called equal. */
export const TOLERANCE = 0.01;

const KINDS: readonly BilledKind[] = ["input", "output", "cache_read", "cache_write"];
const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0);
const share = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);
const percent = (value: number): string => `${(value * 100).toPrecision(2)} %`;

interface Unexplained {
  readonly unpricedShare: number | null;
  readonly otherTierUsd: number;
}

function verdictOf(
  billUsd: number,
  ledgerUsd: number,
  { unpricedShare, otherTierUsd }: Unexplained,
): Verdict {
  if (billUsd === 0 && ledgerUsd === 0) return { kind: "nothing_to_compare" };
  const relative = billUsd === 0 ? -1 : (billUsd - ledgerUsd) / billUsd;
  if (Math.abs(relative) <= TOLERANCE) return { kind: "within_tolerance", relative };
  if (relative > 0) {
    const likely = [
      "calls that no invocation log has (bedrock-mantle, before logging was on, other Regions)",
      "logs of the last day that are still to come",
    ];
    if (unpricedShare !== null && unpricedShare > 0)
      likely.unshift(
        `calls without a price (${percent(unpricedShare)} of them): add one, then bellwether reprice`,
      );
    return { kind: "bill_higher", relative, likely };
  }
  const likely = ["a discount: put your own prices into the configuration, then bellwether reprice"];
  if (otherTierUsd > 0)
    likely.unshift("calls served as flex or priority, which a log cannot tell from standard ones");
  return {
    kind: "bill_lower",
    relative,
    likely: [...likely, "a bill that is not final: AWS revises it until the month is closed"],
  };
}

/**
 * Compares the token lines of a bill with the ledger, day by day, on the days and in the Regions that both have;
 * `regions` are those of the ledger, and a line that names no Region is compared.
 */
export function reconcile(
  bill: readonly BillLine[],
  ledger: readonly LedgerDay[],
  regions: ReadonlySet<string>,
): Reconciliation {
  const notComparable = { other_tier: 0, not_tokens: 0, not_usage: 0, other_regions: 0 };
  const billed = new Map<string, Map<BilledKind, number>>();
  for (const line of bill) {
    const found = classify(line);
    if (found.kind !== "tokens") notComparable[found.kind] += line.usd;
    else if (line.region !== null && !regions.has(line.region)) notComparable.other_regions += line.usd;
    else {
      const day = billed.get(line.day) ?? new Map<BilledKind, number>();
      billed.set(line.day, day.set(found.of, (day.get(found.of) ?? 0) + line.usd));
    }
  }
  const billUsd = (day: string): number => sum([...(billed.get(day)?.values() ?? [])], (usd) => usd);
  const common = ledger.filter(({ day }) => billed.has(day)).toSorted((a, b) => (a.day < b.day ? -1 : 1));
  const days = common.map(
    ({ day, usd, judgeUsd, requests, unpriced }): ReconciledDay => ({
      day,
      billUsd: billUsd(day),
      ledgerUsd: usd,
      judgeUsd,
      differenceUsd: billUsd(day) - usd,
      unpricedShare: share(unpriced, requests),
    }),
  );
  const known = new Set(common.map(({ day }) => day));
  const onlyInBill = [...billed.keys()].filter((day) => !known.has(day)).sort();
  const onlyInLedger = ledger.filter(({ day }) => !known.has(day));
  const total = {
    billUsd: sum(days, (day) => day.billUsd),
    ledgerUsd: sum(days, (day) => day.ledgerUsd),
    judgeUsd: sum(days, (day) => day.judgeUsd),
    differenceUsd: sum(days, (day) => day.differenceUsd),
    unpricedShare: share(
      sum(common, ({ unpriced }) => unpriced),
      sum(common, ({ requests }) => requests),
    ),
  };
  const unexplained = { unpricedShare: total.unpricedShare, otherTierUsd: notComparable.other_tier };
  return {
    days,
    byKind: KINDS.map((kind) => ({
      kind,
      billUsd: sum(common, ({ day }) => billed.get(day)?.get(kind) ?? 0),
      ledgerUsd: sum(common, ({ byKind }) => byKind[kind]),
    })),
    total,
    notComparable,
    onlyInBill: { days: onlyInBill, usd: sum(onlyInBill, billUsd) },
    onlyInLedger: {
      days: onlyInLedger.map(({ day }) => day).sort(),
      usd: sum(onlyInLedger, ({ usd }) => usd),
    },
    verdict: verdictOf(total.billUsd, total.ledgerUsd, unexplained),
  };
}

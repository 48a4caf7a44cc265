/** Agreement beyond chance with its standard error. */
export interface Kappa {
  /** 1 = complete, 0 = as by chance; at most 1. */
  readonly kappa: number;
  readonly standardError: number;
  /** Observed (weighted) agreement in [0, 1]. */
  readonly observed: number;
  /** Agreement expected from the margins in [0, 1]. */
  readonly expected: number;
}

export type AgreementWeights = "nominal" | "linear" | "quadratic";

function creditOf(weights: AgreementWeights, a: number, b: number, categories: number): number {
  if (weights === "nominal") return a === b ? 1 : 0;
  const distance = Math.abs(a - b) / (categories - 1);
  return weights === "linear" ? 1 - distance : 1 - distance * distance;
}

/**
 * Cohen's kappa (nominal) or weighted kappa (linear, quadratic) of a K×K table of counts, rows one rater and columns
 * the other, with the large-sample standard error of Fleiss, Cohen & Everitt 1969.
 *
 * Entries may be weighted; then give the effective number of items as `nEff`. Undefined for an empty table or when
 * chance agreement is complete (one category only); throws RangeError when the table is not square or has an
 * entry below 0.
 */
export function kappaOf(
  table: readonly (readonly number[])[],
  { weights = "nominal", nEff }: { readonly weights?: AgreementWeights; readonly nEff?: number } = {},
): Kappa | undefined {
  const K = table.length;
  const total = table.flat().reduce((sum, count) => sum + count, 0);
  for (const row of table) {
    if (row.length !== K) throw new RangeError("a table of agreement is square");
    if (row.some((count) => !(count >= 0))) throw new RangeError("a table of agreement holds counts ≥ 0");
  }
  if (K < 2 || total === 0) return undefined;
  const cells = table.flatMap((row, a) =>
    row.map((count, b) => ({ a, b, p: count / total, credit: creditOf(weights, a, b, K) })),
  );
  const rowShare = table.map((row) => row.reduce((sum, count) => sum + count, 0) / total);
  const columnShare = table.map((_, b) => table.reduce((sum, row) => sum + (row[b] ?? 0), 0) / total);
  const chance = (a: number, b: number) => (rowShare[a] ?? 0) * (columnShare[b] ?? 0);
  const observed = cells.reduce((sum, { p, credit }) => sum + p * credit, 0);
  const expected = cells.reduce((sum, { a, b, credit }) => sum + chance(a, b) * credit, 0);
  if (expected >= 1) return undefined;
  const kappa = (observed - expected) / (1 - expected);
  const rowCredit = rowShare.map((_, a) =>
    columnShare.reduce((sum, share, b) => sum + share * creditOf(weights, a, b, K), 0),
  );
  const columnCredit = columnShare.map((_, b) =>
    rowShare.reduce((sum, share, a) => sum + share * creditOf(weights, a, b, K), 0),
  );
  const second = cells.reduce((sum, { a, b, p, credit }) => {
    const margin = (rowCredit[a] ?? 0) + (columnCredit[b] ?? 0);
    return sum + p * (credit - margin * (1 - kappa)) ** 2;
  }, 0);
  const first = kappa - expected * (1 - kappa);
  const variance = Math.max(0, second - first * first) / ((nEff ?? total) * (1 - expected) ** 2);
  return { kappa, standardError: Math.sqrt(variance), observed, expected };
}

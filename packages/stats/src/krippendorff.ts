export type MeasurementLevel = "nominal" | "ordinal" | "interval";

/** δ²(c, k) between the c-th and k-th of the sorted values, whose pairable counts are `totals`. */
function squaredDistance(
  level: MeasurementLevel,
  values: readonly number[],
  totals: readonly number[],
  c: number,
  k: number,
): number {
  if (c === k) return 0;
  if (level === "nominal") return 1;
  if (level === "interval") return ((values[c] ?? 0) - (values[k] ?? 0)) ** 2;
  const [from, to] = [Math.min(c, k), Math.max(c, k)];
  const between = totals.slice(from, to + 1).reduce((sum, n) => sum + n, 0);
  return (between - ((totals[c] ?? 0) + (totals[k] ?? 0)) / 2) ** 2;
}

/**
 * Krippendorff's alpha 1 − D_o/D_e for any number of raters and missing ratings; 1 = complete agreement, 0 = chance.
 *
 * `units` holds the ratings of each unit, undefined where a rater gave none (Krippendorff 2011, "Computing
 * Krippendorff's Alpha-Reliability"). Undefined when fewer than two ratings can be paired or all are equal.
 */
export function krippendorffAlpha(
  units: readonly (readonly (number | undefined)[])[],
  level: MeasurementLevel,
): number | undefined {
  const pairable = units
    .map((unit) => unit.filter((rating) => rating !== undefined))
    .filter((unit) => unit.length > 1);
  const values = [...new Set(pairable.flat())].toSorted((a, b) => a - b);
  const rank = new Map(values.map((value, i) => [value, i]));
  const coincidences = values.map(() => values.map(() => 0));
  for (const unit of pairable) {
    for (const [i, rating] of unit.entries()) {
      for (const [j, other] of unit.entries()) {
        const row = coincidences[rank.get(rating) ?? -1];
        const column = rank.get(other) ?? -1;
        if (i !== j && row !== undefined) row[column] = (row[column] ?? 0) + 1 / (unit.length - 1);
      }
    }
  }
  const totals = coincidences.map((row) => row.reduce((sum, o) => sum + o, 0));
  const n = totals.reduce((sum, count) => sum + count, 0);
  let observed = 0;
  let expected = 0;
  for (const [c, row] of coincidences.entries()) {
    for (const [k, o] of row.entries()) {
      const distance = squaredDistance(level, values, totals, c, k);
      observed += o * distance;
      expected += (totals[c] ?? 0) * (totals[k] ?? 0) * distance;
    }
  }
  return expected === 0 ? undefined : 1 - ((n - 1) * observed) / expected;
}

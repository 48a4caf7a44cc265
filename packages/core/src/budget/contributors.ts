/** Dimensions that a rise of spend is broken down by, in the order in which equals are named. */
export const DIMENSIONS = ["feature", "prompt_version", "model", "tenant", "user"] as const;
type Dimension = (typeof DIMENSIONS)[number];

/** Spend of one value of a dimension over a span, 1e-12 USD; a value is `null` where requests name none. */
export interface DimensionSpend {
  readonly dimension: Dimension;
  readonly value: string | null;
  readonly picoUsd: number;
}

/** A value whose spend is above what was expected of it. */
export interface Contributor extends DimensionSpend {
  readonly expectedPicoUsd: number;
  readonly excessPicoUsd: number;
  /** Part of the whole excess, > 0; above 1 where others spent less than expected. */
  readonly share: number;
}

interface Breakdown {
  /** The largest excess first, all positive. */
  readonly top: readonly Contributor[];
  /** Excess of all other values together, of either sign. */
  readonly otherPicoUsd: number;
}

/** Where spend above expectation comes from; `excessPicoUsd` ≤ 0 has no contributors. */
export interface Contributors {
  readonly spentPicoUsd: number;
  readonly expectedPicoUsd: number;
  readonly excessPicoUsd: number;
  readonly byDimension: Readonly<Record<Dimension, Breakdown>>;
}

const keyOf = ({ dimension, value }: DimensionSpend): string => JSON.stringify([dimension, value]);

function sumByKey(rows: readonly DimensionSpend[]): Map<string, DimensionSpend> {
  const sums = new Map<string, DimensionSpend>();
  for (const row of rows) {
    const key = keyOf(row);
    sums.set(key, { ...row, picoUsd: row.picoUsd + (sums.get(key)?.picoUsd ?? 0) });
  }
  return sums;
}

/** Largest excess first; of equals the one that names its value, then by name. */
const byExcess = (a: Contributor, b: Contributor): number =>
  b.excessPicoUsd - a.excessPicoUsd ||
  Number(a.value === null) - Number(b.value === null) ||
  ((a.value ?? "") < (b.value ?? "") ? -1 : 1);

/** Every dimension divides the same spend, so the whole is the largest of their sums: the one that misses nothing. */
const wholeOf = (rows: Iterable<DimensionSpend>): number => {
  const sums = new Map<Dimension, number>();
  for (const { dimension, picoUsd } of rows) sums.set(dimension, (sums.get(dimension) ?? 0) + picoUsd);
  return Math.max(0, ...sums.values());
};

/**
 * Contributors to spend(recent) − expected, where expected is the mean spend of `days` earlier spans whose rows are
 * together in `earlier`; at most `most` a dimension.
 */
export function contributorsOf(
  recent: readonly DimensionSpend[],
  earlier: readonly DimensionSpend[],
  { days, most }: { readonly days: number; readonly most: number },
): Contributors {
  const [now, before] = [sumByKey(recent), sumByKey(earlier)];
  const expectedOf = (picoUsd: number): number => (days > 0 ? picoUsd / days : 0);
  const spentPicoUsd = wholeOf(now.values());
  const expectedPicoUsd = expectedOf(wholeOf(before.values()));
  const excess = spentPicoUsd - expectedPicoUsd;
  const contributors = [...new Set([...now.keys(), ...before.keys()])].flatMap((key): Contributor[] => {
    const row = now.get(key) ?? before.get(key);
    if (row === undefined) return [];
    const [picoUsd, expected] = [now.get(key)?.picoUsd ?? 0, expectedOf(before.get(key)?.picoUsd ?? 0)];
    const own = picoUsd - expected;
    return [{ ...row, picoUsd, expectedPicoUsd: expected, excessPicoUsd: own, share: own / excess }];
  });
  const breakdown = (dimension: Dimension): Breakdown => {
    if (!(excess > 0)) return { top: [], otherPicoUsd: excess };
    const top = contributors
      .filter((each) => each.dimension === dimension && each.excessPicoUsd > 0)
      .sort(byExcess)
      .slice(0, most);
    return { top, otherPicoUsd: excess - top.reduce((sum, each) => sum + each.excessPicoUsd, 0) };
  };
  const byDimension = Object.fromEntries(DIMENSIONS.map((name) => [name, breakdown(name)])) as Record<
    Dimension,
    Breakdown
  >;
  return { spentPicoUsd, expectedPicoUsd, excessPicoUsd: excess, byDimension };
}

/** Parts of the excess that a value must explain to be named, and by which this must exceed its part of ordinary spend. */
const [LEAST_SHARE, LEAST_SURPRISE] = [0.2, 0.1];

/**
 * The contributors to name first: of every dimension the largest, if it explains at least a fifth of the excess and
 * more of it than of ordinary spend (the only model in use explains nothing).
 */
export function leadersOf({ byDimension, expectedPicoUsd: whole }: Contributors): Contributor[] {
  return DIMENSIONS.flatMap((dimension) => byDimension[dimension].top[0] ?? [])
    .filter(({ value, share, expectedPicoUsd }) => {
      const usual = whole > 0 ? expectedPicoUsd / whole : 0;
      return value !== null && share >= LEAST_SHARE && share - usual >= LEAST_SURPRISE;
    })
    .sort((a, b) => b.excessPicoUsd - a.excessPicoUsd);
}

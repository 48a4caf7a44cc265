import { goodnessOfFit, jensenShannon } from "@bellwether/stats/distribution-distance";
import { type Calibration, calibrate, rank, roundedZ } from "./calibration.ts";
import { DAY_MS, SEASONAL_CELLS, seasonalCell } from "./cell.ts";
import type { CategoryPoint } from "./points.ts";
import type { FitOptions, Fitted, Look } from "./scalar.ts";
import { daysLeft, trailing } from "./trailing.ts";

/** Which shares are normal: plain JSON, frozen until the next fit. */
export interface CategoryBaseline extends Calibration {
  /** known categories, sorted */
  readonly categories: readonly string[];
  /** counts per seasonal cell, in the order of `categories`; `null` where fewer than two days are known */
  readonly cells: readonly (readonly number[] | null)[];
  /** mean of G over the calibration */
  readonly meanG: number;
}

export interface Contribution {
  readonly category: string;
  /** signed square root of the category's part of G: positive where there is more than expected */
  readonly residual: number;
}

/** `z` is G, `residual` what it is above its usual value `expected`. */
export interface CategoryLook extends Look {
  /** Jensen-Shannon divergence of the bucket from the seasonal shares, bits; a small bucket has some by chance */
  readonly js: number;
  /** the three categories that contribute most, largest first */
  readonly contributions: readonly Contribution[];
}

/** Half an observation of a category that the cell never saw (Dirichlet prior). */
const PRIOR = 0.5;
const TOP = 3;

const totalOf = (counts: ArrayLike<number>): number =>
  Array.from(counts).reduce((sum, count) => sum + count, 0);

/** Shares of the known categories, and last of all unknown ones; half an observation for each that the cell never saw. */
function sharesOf(counts: ArrayLike<number>, row: ArrayLike<number>): number[] {
  // Room for what is not there would make G depend on how much is known of the cell, and a mix that never changes drift.
  const room = Array.from(counts, (count) => (count > 0 ? count : PRIOR));
  const unknown = (row[counts.length] ?? 0) > 0 ? PRIOR : 0;
  const total = totalOf(room) + unknown;
  return [...room.map((count) => count / total), unknown / total];
}

/** G of a row of counts against the counts of its cell. */
function compare(row: readonly number[], counts: ArrayLike<number>) {
  const shares = sharesOf(counts, row);
  const known = shares.at(-1) === 0 ? -1 : undefined;
  return { shares, ...goodnessOfFit(row.slice(0, known), shares.slice(0, known)) };
}

/** Counts in the order of `categories`, and last of all other ones. */
function aligned({ counts }: CategoryPoint, indexOf: ReadonlyMap<string, number>): number[] {
  const row = new Array<number>(indexOf.size + 1).fill(0);
  for (const [category, count] of Object.entries(counts)) {
    const index = indexOf.get(category) ?? indexOf.size;
    row[index] = (row[index] ?? 0) + count;
  }
  return row;
}

const indexOf = (categories: readonly string[]): Map<string, number> =>
  new Map(categories.map((category, index) => [category, index]));

const usable = ({ counts }: CategoryPoint): boolean => Object.values(counts).some((count) => count > 0);

/** Adds (or takes away) one row of counts to another. */
function add(target: Float64Array, row: ArrayLike<number>, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) + factor * (row[i] ?? 0);
}

/** Seasonal shares and the calibration of G from the trailing days, each bucket against the other days of its cell. */
export function fitCategories(
  points: readonly CategoryPoint[],
  options: FitOptions,
): Fitted<CategoryBaseline> {
  const used = trailing(points.filter(usable), options);
  const left = daysLeft(used, options);
  if (left > 0) return { status: "learning", daysLeft: left };
  const categories = [...new Set(used.flatMap(({ counts }) => Object.keys(counts)))].sort();
  const index = indexOf(categories);
  const totals = Array.from({ length: SEASONAL_CELLS }, () => new Float64Array(categories.length));
  const slots = new Map<string, Float64Array>();
  const rows = used.map((point) => {
    const cell = seasonalCell(point.at);
    const key = `${Math.floor(point.at / DAY_MS)} ${cell}`;
    const slot = slots.get(key) ?? new Float64Array(categories.length);
    slots.set(key, slot);
    const row = aligned(point, index);
    add(slot, row, 1);
    add(totals[cell] as Float64Array, row, 1);
    return { cell, slot, row };
  });
  const cells = new Array<readonly number[] | null>(SEASONAL_CELLS).fill(null);
  const g = rows.flatMap(({ cell, slot, row }) => {
    const others = Float64Array.from(totals[cell] as Float64Array);
    add(others, slot, -1);
    if (totalOf(others) <= 0) return [];
    cells[cell] ??= Array.from(totals[cell] as Float64Array);
    return [compare(row, others).g];
  });
  const meanG = g.length > 0 ? totalOf(g) / g.length : 0;
  return { status: "ready", baseline: { categories, cells, meanG, ...calibrate(g) } };
}

/**
 * What a new bucket's mix looks like, ties split by u in [0, 1), `levels` from the detector's state.
 *
 * `undefined` when nothing is known about its cell.
 */
export function lookCategories(
  baseline: CategoryBaseline,
  point: CategoryPoint,
  u: number,
  levels: readonly number[],
): CategoryLook | undefined {
  const cell = baseline.cells[seasonalCell(point.at)] ?? null;
  if (cell === null || !usable(point)) return undefined;
  const row = aligned(point, indexOf(baseline.categories));
  const { shares, g, residuals } = compare(row, cell);
  // A mix that was always one thing, and still is, says nothing; ranking its ties by chance would only make noise.
  if (g === 0 && baseline.calibration.at(-1) === 0) return undefined;
  const unknown = Object.keys(point.counts).filter((category) => !baseline.categories.includes(category));
  const names = [...baseline.categories, unknown.sort().join(", ") || "(unknown)"];
  return {
    ...rank(baseline, g, u, levels[0] ?? 0),
    z: roundedZ(g),
    residual: g - baseline.meanG,
    expected: baseline.meanG,
    js: jensenShannon({ reference: shares, current: row }),
    contributions: residuals
      .map((residual, i) => ({ category: names[i] ?? "", residual }))
      .sort((a, b) => Math.abs(b.residual) - Math.abs(a.residual))
      .slice(0, TOP),
  };
}

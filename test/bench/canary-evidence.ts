import { type BettingGrid, bettingIncrement, promotionGrid, qualityGrid } from "@bellwether/stats/betting";
import { logMeanExp } from "@bellwether/stats/log-sum-exp";
import { logEvidence } from "@bellwether/stats/start-mixture";
import { CELL_MINUTES, combinedWithQuality, SHIPPED_MARGIN } from "../support/simulate-arms.ts";
import { type Detector, PROMOTION_MARGIN, SD } from "./canary-scenarios.ts";
import { TOP_BIN } from "./canary-scores.ts";
import type { Minute } from "./canary-stream.ts";

export const ALPHA_ROLLBACK = 0.01;
export const ALPHA_PROMOTE = 0.05;

interface Settings {
  readonly grid: (q: number, baseline: number) => BettingGrid;
  readonly start: "any cell" | "first cell";
  /** ln of the e-value that is held against 1/alpha. */
  readonly held: (logE: number) => number;
  readonly alpha: number;
}

const same = (logE: number): number => logE;
const rollback =
  (delta: number) =>
  (q: number, baseline: number): BettingGrid =>
    qualityGrid({ q, baseline, sd: SD, delta });
const SETTINGS: Readonly<Record<Detector, Settings>> = {
  quality: { grid: rollback(0), start: "any cell", held: same, alpha: ALPHA_ROLLBACK },
  from_start: { grid: rollback(0), start: "first cell", held: same, alpha: ALPHA_ROLLBACK },
  with_margin: { grid: rollback(SHIPPED_MARGIN), start: "any cell", held: same, alpha: ALPHA_ROLLBACK },
  as_shipped: {
    grid: rollback(SHIPPED_MARGIN),
    start: "any cell",
    held: combinedWithQuality,
    alpha: ALPHA_ROLLBACK,
  },
  promotion: {
    grid: (q, baseline) =>
      promotionGrid({ q, baseline, sd: SD, margin: PROMOTION_MARGIN, harm: "lower_is_harm" }),
    start: "first cell",
    held: same,
    alpha: ALPHA_PROMOTE,
  },
};

/** Largest distance allowed between the running sums and the product's function on the same cells. */
const TOLERANCE = 1e-9;
/** Weight of a start at cell k, as logEvidence has it; a mistake here is refused by the comparison. */
const weightOf = (cell: number): number => (cell === 1 ? 0.8 : 0.2 / (cell * (cell - 1)));

/** The product's increments of one value per bet, arm and hundredth. */
function incrementColumns(grid: BettingGrid): Float64Array[] {
  const rows = (["stable", "canary"] as const).flatMap((arm) =>
    Array.from({ length: TOP_BIN + 1 }, (_, bin) =>
      bettingIncrement(grid, [{ arm, value: bin / TOP_BIN, count: 1 }]),
    ),
  );
  return grid.lam.map((_, j) => Float64Array.from(rows, (row) => row[j] ?? Number.NaN));
}

/** A test that looks every minute: `observe` says whether its evidence has reached 1/alpha. */
export interface Watch {
  readonly observe: (minute: Minute) => boolean;
  /** Compares the running sums with the product's function; throws when they differ. */
  readonly check: () => void;
}

const columnsOf = new Map<string, Float64Array[]>();

/**
 * Looks at the product's e-value once a minute without computing every start anew: with A_j = Σ_k w_k exp(Σ of closed
 * cells ≥ k), E = mean_j A_j·exp(open cell) + .2/K. What decides is logEvidence itself, asked when that comes near.
 */
export function watch(detector: Detector, q: number, baseline: number): Watch {
  const { grid, start, held, alpha } = SETTINGS[detector];
  const key = `${detector} ${q} ${baseline}`;
  const columns = columnsOf.get(key) ?? incrementColumns(grid(q, baseline));
  columnsOf.set(key, columns);
  const bets = columns.length;
  const threshold = Math.log(1 / alpha);
  const mixes = start === "any cell";
  let open = new Float64Array(bets);
  const cells = [open];
  const started = new Float64Array(bets).fill(mixes ? weightOf(1) : 1);
  let largest = Math.log(started[0] ?? 0);
  let minutes = 0;

  const running = (): number => {
    let sum = 0;
    for (let j = 0; j < bets; j++) sum += (started[j] ?? 0) * Math.exp(open[j] ?? 0);
    return Math.log(sum / bets + (mixes ? 0.2 / cells.length : 0));
  };
  const exact = (): number => {
    if (mixes) return logEvidence(cells.map((cell) => [...cell]));
    return logMeanExp(Array.from(open, (_, j) => cells.reduce((sum, cell) => sum + (cell[j] ?? 0), 0)));
  };
  const compared = (): number => {
    const logE = exact();
    if (!(Math.abs(logE - running()) <= TOLERANCE * Math.max(1, Math.abs(logE))))
      throw new Error(`${detector}: ${running()} instead of ${logE}`);
    return logE;
  };
  const closeCell = (): void => {
    for (let j = 0; j < bets; j++) started[j] = (started[j] ?? 0) * Math.exp(open[j] ?? 0);
    open = new Float64Array(bets);
    cells.push(open);
    if (mixes) for (let j = 0; j < bets; j++) started[j] = (started[j] ?? 0) + weightOf(cells.length);
    largest = Math.log(Math.max(...started));
  };
  return {
    observe: ({ count, judged }) => {
      if (minutes > 0 && minutes % CELL_MINUTES === 0) closeCell();
      minutes += 1;
      let best = Number.NEGATIVE_INFINITY;
      for (let j = 0; j < bets; j++) {
        const column = columns[j] ?? open;
        let sum = open[j] ?? 0;
        for (let i = 0; i < count; i++) sum += column[judged[i] ?? 0] ?? 0;
        open[j] = sum;
        if (sum > best) best = sum;
      }
      // Far below the threshold even if every bet stood where the best one stands, and .2/K at its largest.
      if (largest + best < threshold - 1) return false;
      return running() >= threshold - TOLERANCE && held(compared()) >= threshold;
    },
    check: () => void compared(),
  };
}

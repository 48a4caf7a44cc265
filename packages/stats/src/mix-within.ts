/** One cell (a topic, a template) in two periods: items and their mean. */
export interface CellShift {
  readonly reference: { readonly n: number; readonly mean: number };
  readonly current: { readonly n: number; readonly mean: number };
}

export interface ShiftParts {
  /** current mean − reference mean */
  readonly total: number;
  /** what other shares of the cells explain */
  readonly mix: number;
  /** what changed inside the cells */
  readonly within: number;
}

/**
 * Splits a change of the mean into mix Σ(q−p)·m̄ and within Σp̄·(m_cur−m_ref); mix + within = total (Kitagawa 1955).
 *
 * The mean of a period without items in a cell is ignored: a cell that is new or gone is all mix. `undefined` when a
 * period has no items at all.
 */
export function mixWithin(cells: readonly CellShift[]): ShiftParts | undefined {
  let before = 0;
  let after = 0;
  for (const { reference, current } of cells) {
    before += reference.n;
    after += current.n;
  }
  if (!(before > 0 && after > 0)) return undefined;
  let mix = 0;
  let within = 0;
  for (const { reference, current } of cells) {
    if (reference.n === 0 && current.n === 0) continue;
    const was = reference.n === 0 ? current.mean : reference.mean;
    const is = current.n === 0 ? reference.mean : current.mean;
    const p = reference.n / before;
    const q = current.n / after;
    mix += ((q - p) * (was + is)) / 2;
    within += ((p + q) / 2) * (is - was);
  }
  return { total: mix + within, mix, within };
}

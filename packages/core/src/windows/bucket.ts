/** Width of a window bucket, ms. */
export const BUCKET_MS = 5 * 60_000;

/** Width of a fold cell (and of an e-process start cell), ms. */
export const CELL_MS = 60 * 60_000;

/** Start of the 5-minute bucket that holds `at`. */
export const bucketOf = (at: number): number => Math.floor(at / BUCKET_MS) * BUCKET_MS;

/** Start of the hour cell that holds `at`. */
export const cellOf = (at: number): number => Math.floor(at / CELL_MS) * CELL_MS;

/** Sortable key of an instant to the minute, e.g. `2026-10-06T07:55Z`. */
export const instantKey = (at: number): string => `${new Date(at).toISOString().slice(0, 16)}Z`;

/** Inverse of `instantKey`. */
export const instantOf = (key: string): number => Date.parse(`${key.slice(0, 16)}:00Z`);

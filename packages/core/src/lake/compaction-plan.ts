import { partitionOf } from "./tables.ts";

/** A Parquet object of the lake as a listing shows it. */
export interface LakePart {
  readonly key: string;
  readonly bytes: number;
}

/** Rows of a part at most, as writers hold to. */
const MERGED_ROWS = 10_000;
/** Bytes of a merged part at most, and of what is read at once to make it. */
const MERGED_BYTES = 64 * 1024 ** 2;
/** Feedback may change a request's rows for this long; then its hour is closed. */
const OPEN_MS = 72 * 3_600_000;

const MERGED = /\/merged-(\d+)-[0-9a-f]+\.parquet$/;

/** Key of a merged part; `name` tells its sources. Its rows are in the key, so that a full part is not read again to see that. */
export const mergedKey = (folder: string, rows: number, name: string): string =>
  `${folder}/merged-${rows}-${name}.parquet`;

/** `<table>/dt=/hour=` of a part. */
export const folderOf = (key: string): string => key.slice(0, key.lastIndexOf("/"));

/** The first partition that is still open: every `dt=/hour=` that sorts before it has ended 72 hours and the lag ago. */
export const firstOpenPartition = (now: number, lagMs: number): string => partitionOf(now - OPEN_MS - lagMs);

/** Could two of them be one? A part of more than half is as good as full. */
function hasRoom({ key, bytes }: LakePart): boolean {
  const rows = MERGED.exec(key)?.[1];
  return bytes < MERGED_BYTES / 2 && (rows === undefined || Number(rows) < MERGED_ROWS / 2);
}

/**
 * What to merge among the parts of one hour: batches of at least two parts and at most 64 MiB, in key order. Nothing for
 * an hour with one part, or whose parts are full.
 */
export function planCompaction(parts: readonly LakePart[]): readonly (readonly LakePart[])[] {
  const batches: LakePart[][] = [];
  let bytes = 0;
  for (const part of parts.filter(hasRoom).sort((a, b) => (a.key < b.key ? -1 : 1))) {
    const last = batches.at(-1);
    if (last === undefined || bytes + part.bytes > MERGED_BYTES) {
      batches.push([part]);
      bytes = part.bytes;
    } else {
      last.push(part);
      bytes += part.bytes;
    }
  }
  return batches.filter((batch) => batch.length > 1);
}

/**
 * The batch once its row counts are known, cut into groups of at most 10,000 rows in the same order. A merged part
 * alone stays as it is; a part of a writer alone becomes a merged one, which need not be read again.
 */
export function groupByRows<Part extends { readonly key: string; readonly rows: number }>(
  parts: readonly Part[],
): readonly (readonly Part[])[] {
  const groups: Part[][] = [];
  let rows = 0;
  for (const part of parts) {
    const last = groups.at(-1);
    if (last === undefined || rows + part.rows > MERGED_ROWS) {
      groups.push([part]);
      rows = part.rows;
    } else {
      last.push(part);
      rows += part.rows;
    }
  }
  return groups.filter(([first, ...more]) => more.length > 0 || !MERGED.test(first?.key ?? ""));
}

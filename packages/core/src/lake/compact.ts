import type { Gauge } from "../metrics.ts";
import {
  firstOpenPartition,
  folderOf,
  groupByRows,
  type LakePart,
  mergedKey,
  planCompaction,
} from "./compaction-plan.ts";
import { type DecodedPart, extraColumns, type PartCodec } from "./part-codec.ts";
import { LAKE_TABLES, type LakeRow, type LakeTable } from "./tables.ts";

export interface CompactDeps extends PartCodec {
  /** Parts of a table in key order. */
  readonly listParts: (table: LakeTable) => AsyncIterable<LakePart>;
  readonly readPart: (
    key: string,
  ) => Promise<{ readonly bytes: Uint8Array; readonly etag: string } | undefined>;
  readonly writePart: (key: string, bytes: Uint8Array) => Promise<void>;
  /** False when the object is no longer the one with this etag; true when it is gone. */
  readonly deletePart: (key: string, etag: string) => Promise<boolean>;
  readonly outOfTime: () => boolean;
}

export interface CompactStage {
  readonly lagMs: number;
  readonly partName: (...identity: string[]) => string;
}

/** What a run did; counts of parts unless it says otherwise. */
export interface Compacted {
  /** Small parts that are gone. */
  merged: number;
  written: number;
  rows: number;
  /** Rows that were in the lake more than once. */
  repeated: number;
  /** Changed while they were merged: they stay for the next run. */
  changed: number;
  /** Cannot be merged: damaged, or with a column of another type; they stay. */
  unmergeable: { readonly key: string; readonly error: string }[];
  /** Parts that wait for the next run, for time ran out. */
  left: number;
}

/** What a run did as gauges. */
export const compactGauges = ({ merged, unmergeable, left }: Compacted): readonly Gauge[] => [
  { metric: "LakePartsMerged", dimensions: {}, value: merged },
  { metric: "LakePartsLeft", dimensions: {}, value: left + unmergeable.length },
  { metric: "DetectorTicks", dimensions: { detector: "compact" }, value: 1 },
];

/** Objects read or deleted at the same time. */
const CONCURRENCY = 16;

const empty = (): Compacted => ({
  merged: 0,
  written: 0,
  rows: 0,
  repeated: 0,
  changed: 0,
  unmergeable: [],
  left: 0,
});

async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += CONCURRENCY)
    results.push(...(await Promise.all(items.slice(from, from + CONCURRENCY).map(work))));
  return results;
}

interface Source {
  readonly key: string;
  readonly etag: string;
  readonly bytes: Uint8Array;
  readonly rows: number;
}

async function readSources(
  batch: readonly LakePart[],
  deps: CompactDeps,
  done: Compacted,
): Promise<readonly Source[]> {
  const read = await inTurns(batch, async ({ key }): Promise<Source | undefined> => {
    const part = await deps.readPart(key);
    // Somebody else has merged it since the listing.
    if (part === undefined) return undefined;
    try {
      return { key, ...part, rows: deps.rowCount(part.bytes) };
    } catch (error) {
      done.unmergeable.push({ key, error: String(error) });
      return undefined;
    }
  });
  return read.filter((source) => source !== undefined);
}

/** Equal in every column, so with the same key and the same rev. */
function withoutRepeats(names: readonly string[], rows: readonly LakeRow[]): readonly LakeRow[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const content = JSON.stringify(names.map((name) => row[name] ?? null));
    return !seen.has(content) && seen.add(content);
  });
}

/** The parts that can be merged at all: one that contradicts the table must not hold up its neighbours. */
async function decodeAll(
  table: LakeTable,
  sources: readonly Source[],
  deps: CompactDeps,
  done: Compacted,
): Promise<{ source: Source; part: DecodedPart }[]> {
  const decoded: { source: Source; part: DecodedPart }[] = [];
  for (const source of sources) {
    try {
      const part = await deps.decode(source.bytes);
      extraColumns(table, [part]);
      decoded.push({ source, part });
    } catch (error) {
      done.unmergeable.push({ key: source.key, error: String(error) });
    }
  }
  return decoded;
}

/** Writes one part in the place of several. Nothing is deleted before the new part was read back whole. */
async function mergeGroup(
  table: LakeTable,
  group: readonly Source[],
  stage: CompactStage,
  deps: CompactDeps,
  done: Compacted,
): Promise<void> {
  const decoded = await decodeAll(table, group, deps, done);
  const [first] = decoded;
  if (first === undefined) return;
  const parts = decoded.map(({ part }) => part);
  let extra: ReturnType<typeof extraColumns>;
  try {
    extra = extraColumns(table, parts);
  } catch (error) {
    for (const { source } of decoded) done.unmergeable.push({ key: source.key, error: String(error) });
    return;
  }
  const names = [...LAKE_TABLES[table].columns, ...extra].map(({ name }) => name);
  const all = parts.flatMap(({ rows }) => rows);
  const rows = withoutRepeats(names, all);
  const bytes = deps.encode(table, rows, extra);
  // A source that was written anew makes another name: a merged part never replaces one with other rows.
  const identity = decoded.flatMap(({ source }) => [source.key, source.etag]);
  const key = mergedKey(folderOf(first.source.key), rows.length, stage.partName("merged", ...identity));
  await deps.writePart(key, bytes);
  const back = await deps.readPart(key);
  const found = back === undefined ? 0 : (await deps.decode(back.bytes)).rows.length;
  if (found !== rows.length)
    throw new Error(
      `${key} was written with ${rows.length} rows and read back with ${found}: nothing is deleted`,
    );
  done.written += 1;
  done.rows += rows.length;
  done.repeated += all.length - rows.length;
  const gone = await inTurns(decoded, ({ source }) => deps.deletePart(source.key, source.etag));
  done.merged += gone.filter((deleted) => deleted).length;
  done.changed += gone.filter((deleted) => !deleted).length;
}

/** Parts of one table, hour by hour, as long as the hour is closed. */
async function* closedHours(
  table: LakeTable,
  firstOpen: string,
  deps: CompactDeps,
): AsyncGenerator<readonly LakePart[]> {
  let hour: LakePart[] = [];
  for await (const part of deps.listParts(table)) {
    const folder = folderOf(part.key);
    if (folder >= `${table}/${firstOpen}`) break;
    if (hour[0] !== undefined && folderOf(hour[0].key) !== folder) {
      yield hour;
      hour = [];
    }
    hour.push(part);
  }
  if (hour.length > 0) yield hour;
}

/**
 * Merges the small parts of closed hours of every table. Safe to run twice, two at once, and to be cut off anywhere: the
 * worst that remains is a row that is there twice, which no view counts.
 */
export async function compactLake(now: number, stage: CompactStage, deps: CompactDeps): Promise<Compacted> {
  const done = empty();
  const firstOpen = firstOpenPartition(now, stage.lagMs);
  for (const table of Object.keys(LAKE_TABLES) as LakeTable[]) {
    for await (const hour of closedHours(table, firstOpen, deps)) {
      for (const batch of planCompaction(hour)) {
        if (deps.outOfTime()) {
          done.left += batch.length;
          continue;
        }
        const groups = groupByRows(await readSources(batch, deps, done));
        for (const group of groups) await mergeGroup(table, group, stage, deps, done);
      }
    }
  }
  return done;
}

import { BUCKET_MS, cellOf } from "./bucket.ts";
import { type Fold, foldItems } from "./fold.ts";
import type { WindowItem } from "./items.ts";
import { foldProfiles, type Profiles } from "./profiles.ts";

/** A bucket that was written since it was last folded, and the marks that say so. */
export interface DirtyMark {
  readonly bucket: number;
  readonly tokens: readonly string[];
}

/** What the items of a bucket come to. */
export interface FoldedBucket {
  readonly fold: Fold;
  readonly profiles: Profiles;
}

/** What folding needs from the world; several functions fold, and any of them may be first. */
export interface FoldDeps {
  /** Buckets written since they were last folded, oldest first, from an instant on. */
  readonly dirtyMarks: (app: string, from: number, limit: number) => Promise<DirtyMark[]>;
  readonly clearMarks: (app: string, marks: readonly DirtyMark[]) => Promise<void>;
  /** Items of a bucket in key order. */
  readonly readBucket: (app: string, bucket: number) => Promise<WindowItem[]>;
  /** How often the fold of a bucket was stored; 0 for never. */
  readonly foldVersion: (app: string, bucket: number) => Promise<number>;
  /** Stores the fold of a bucket while its version is `expected`; false when somebody else was faster. */
  readonly saveFold: (
    app: string,
    bucket: number,
    folded: FoldedBucket,
    expected: number,
    now: number,
  ) => Promise<boolean>;
  /** Notes that folds of an app changed (`token` is new each time), and the hours in which. */
  readonly noteFolded: (
    app: string,
    note: { readonly token: string; readonly newest: number; readonly hours: readonly number[] },
    now: number,
  ) => Promise<void>;
  readonly newToken: () => string;
}

export interface Folded {
  /** Events before this instant are folded. */
  readonly watermark: number;
  /** Whether anything was folded. */
  readonly changed: boolean;
  /** Start of the next dirty bucket that was left alone; null without one. */
  readonly open: number | null;
  /** Marks may be left that this call did not read. */
  readonly backlog: boolean;
}

/** Marks read at a time; a backlog is worked off over several calls. */
const MARKS_PER_CALL = 3_000;
const MAX_TRIES = 8;

/** Folds what the bucket holds now; whoever read it later wins. */
async function foldBucket(app: string, bucket: number, now: number, deps: FoldDeps): Promise<void> {
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const version = await deps.foldVersion(app, bucket);
    const items = await deps.readBucket(app, bucket);
    const folded = { fold: foldItems(items), profiles: foldProfiles(items) };
    if (await deps.saveFold(app, bucket, folded, version, now)) return;
  }
  throw new Error(`the fold of ${app} at ${new Date(bucket).toISOString()} changed ${MAX_TRIES} times`);
}

/**
 * Folds every dirty bucket of an app that begins at or after `from` and ends by `until`; marks go last, so a crash
 * folds the same buckets again, and a bucket that is written meanwhile stays dirty.
 */
export async function foldDirty(
  app: string,
  { from, until, now }: { readonly from: number; readonly until: number; readonly now: number },
  deps: FoldDeps,
): Promise<Folded> {
  const marks = await deps.dirtyMarks(app, from, MARKS_PER_CALL);
  const due = marks.filter(({ bucket }) => bucket + BUCKET_MS <= until);
  const open = marks.find(({ bucket }) => bucket + BUCKET_MS > until);
  await Promise.all(due.map(({ bucket }) => foldBucket(app, bucket, now, deps)));
  const last = due.at(-1);
  if (last !== undefined) {
    const hours = [...new Set(due.map(({ bucket }) => cellOf(bucket)))];
    await deps.noteFolded(app, { token: deps.newToken(), newest: last.bucket, hours }, now);
    await deps.clearMarks(app, due);
  }
  const read = marks.reduce((sum, { tokens }) => sum + tokens.length, 0);
  const backlog = read >= MARKS_PER_CALL && open === undefined && last !== undefined;
  return {
    // Of the last bucket some marks may be unread; it is folded again with them.
    watermark: backlog ? last.bucket : until,
    changed: last !== undefined,
    open: open?.bucket ?? null,
    backlog,
  };
}

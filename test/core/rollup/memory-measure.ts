import type { LakeRow } from "@bellwether/core/lake/tables";
import type { Rollout } from "@bellwether/core/rollout/document";
import { type MeasureDeps, measureApp } from "@bellwether/core/rollup/measure";
import type { TimedFold } from "@bellwether/core/rollup/spans";
import { BUCKET_MS } from "@bellwether/core/windows/bucket";
import type { DirtyMark, FoldedBucket } from "@bellwether/core/windows/fold-dirty";
import type { WindowItem } from "@bellwether/core/windows/items";

const STAGE = { lagMs: 15 * 60_000, partName: (...identity: string[]) => identity.join("/") };

/** A world in memory in which measure can tick. */
export function measureWorld(rollout?: Rollout) {
  const items = new Map<number, WindowItem[]>();
  const folds = new Map<number, FoldedBucket & { readonly start: number }>();
  const versions = new Map<number, number>();
  const hours = new Map<number, TimedFold>();
  const dirty = new Map<number, Set<string>>();
  const dirtyHours = new Map<number, Set<string>>();
  const lake = new Map<string, readonly LakeRow[]>();
  const operations = new Map<string, readonly LakeRow[]>();
  let measured: number | undefined;
  let tokens = 0;
  const marksOf = (marks: Map<number, Set<string>>, limit: number): DirtyMark[] =>
    [...marks]
      .sort(([a], [b]) => a - b)
      .slice(0, limit)
      .map(([bucket, names]) => ({ bucket, tokens: [...names] }));
  const clear = (marks: Map<number, Set<string>>, seen: readonly DirtyMark[]): void => {
    for (const { bucket, tokens: names } of seen) {
      for (const name of names) marks.get(bucket)?.delete(name);
      if (marks.get(bucket)?.size === 0) marks.delete(bucket);
    }
  };
  const between = <Part extends TimedFold>(parts: Map<number, Part>, from: number, until: number): Part[] =>
    [...parts.values()].filter(({ start }) => start >= from && start < until);
  const volumes: number[] = [];
  const deps: MeasureDeps = {
    dirtyMarks: async (_app, from, limit) => marksOf(dirty, limit).filter(({ bucket }) => bucket >= from),
    clearMarks: async (_app, seen) => clear(dirty, seen),
    readBucket: async (_app, bucket) => items.get(bucket) ?? [],
    foldVersion: async (_app, bucket) => versions.get(bucket) ?? 0,
    saveFold: async (_app, bucket, folded, expected) => {
      if ((versions.get(bucket) ?? 0) !== expected) return false;
      versions.set(bucket, expected + 1);
      folds.set(bucket, { start: bucket, ...folded });
      return true;
    },
    noteFolded: async (_app, note) => {
      for (const hour of note.hours)
        dirtyHours.set(hour, (dirtyHours.get(hour) ?? new Set()).add(note.token));
    },
    newToken: () => `t${++tokens}`,
    getRollout: async () => rollout,
    readFoldedBuckets: async (_app, from, until) => between(folds, from, until),
    dirtyHours: async (_app, limit) => marksOf(dirtyHours, limit),
    clearHours: async (_app, seen) => clear(dirtyHours, seen),
    saveHour: async (_app, hour, { total }) => void hours.set(hour, { start: hour, fold: total }),
    readHours: async (_app, from, until) => between(hours, from, until),
    measuredUntil: async () => measured,
    noteVolume: async (_app, perDay) => void volumes.push(perDay),
    noteMeasured: async (_app, watermark) => {
      measured = watermark;
    },
    writeLake: async (table, part, rows) =>
      void (table === "operations_log" ? operations : lake).set(part, rows),
  };
  return {
    deps,
    volumes,
    put: (...parts: readonly { start: number; items: readonly WindowItem[] }[]): void => {
      for (const { start, items: more } of parts) {
        items.set(start, [...(items.get(start) ?? []), ...more]);
        dirty.set(start, (dirty.get(start) ?? new Set()).add(`w${++tokens}`));
      }
    },
    /** Ticks when the bucket `index` × 5 minutes after `from` has closed. */
    tick: (from: number, index: number) =>
      measureApp("bot", from + (index + 1) * BUCKET_MS + STAGE.lagMs, STAGE, deps),
    lake,
    operations,
  };
}

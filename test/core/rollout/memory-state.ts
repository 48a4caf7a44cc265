import type { Baseline } from "@bellwether/core/rollout/baseline";
import type { Rollout } from "@bellwether/core/rollout/document";
import type { Finding } from "@bellwether/core/rollout/finding";
import type { TickDeps, TickStage } from "@bellwether/core/rollout/tick";
import { BUCKET_MS, bucketOf } from "@bellwether/core/windows/bucket";
import type { Fold } from "@bellwether/core/windows/fold";
import { addTo, binOf } from "@bellwether/core/windows/histogram";
import { type CountItem, type WindowItem, zeroCounts } from "@bellwether/core/windows/items";
import { segmentWith } from "../../support/segment.ts";
import { POLICY } from "./arms.ts";

export const LAG_MS = 15 * 60_000;
export const STAGE: TickStage = {
  policy: POLICY,
  lagMs: LAG_MS,
  judge: { model: "haiku", promptVersion: "j" },
  staleDays: 60,
  partName: (...identity) => identity.join("/"),
};

/** Window items, dirty marks, folds, baselines and findings in maps, as the tables keep them. */
export interface MemoryState {
  rollout: Rollout | undefined;
  readonly items: Map<number, Map<string, WindowItem>>;
  readonly marks: Map<number, Set<string>>;
  readonly folds: Map<number, { readonly fold: Fold; readonly version: number }>;
  note: { readonly token: string; readonly newest: number } | undefined;
  readonly baselines: Map<number, Baseline>;
  readonly findings: Map<number, Finding>;
  readonly lake: Map<string, readonly unknown[]>;
  readonly raised: string[];
  /** Buckets read, in order. */
  readonly read: number[];
  /** Overwrites an item and leaves a mark, as a writer does. */
  readonly write: (item: CountItem, token: string) => void;
  readonly deps: TickDeps;
}

/** `n` calls of a variant at `at`, of which `errors` failed, from one part of a log object. */
export function calls(variant: string, at: number, n: number, errors = 0, part = "p"): CountItem {
  const cost = new Map<number, number>();
  addTo(cost, binOf(4e9), n - errors);
  const counts = { ...zeroCounts(), n, errors, costPicoUsd: 4e9 * (n - errors) };
  const segment = segmentWith({ variant, promptVersion: variant, model: "haiku" });
  return { kind: "count", bucket: bucketOf(at), segment, part, counts, latency: new Map(), cost };
}

export function memoryState(rollout?: Rollout): MemoryState {
  const state: Omit<MemoryState, "deps" | "write"> = {
    rollout,
    items: new Map(),
    marks: new Map(),
    folds: new Map(),
    note: undefined,
    baselines: new Map(),
    findings: new Map(),
    lake: new Map(),
    raised: [],
    read: [],
  };
  const { items, marks, folds, baselines, findings } = state;
  let tokens = 0;
  const deps: TickDeps = {
    getRollout: async () => state.rollout,
    getAgreement: async () => undefined,
    dirtyMarks: async (_app, from, limit) => {
      const found: { bucket: number; tokens: string[] }[] = [];
      let left = limit;
      for (const bucket of [...marks.keys()].filter((at) => at >= from).toSorted((a, b) => a - b)) {
        const tokens = [...(marks.get(bucket) ?? [])].slice(0, left);
        left -= tokens.length;
        if (tokens.length > 0) found.push({ bucket, tokens });
      }
      return found;
    },
    clearMarks: async (_app, cleared) => {
      for (const { bucket, tokens } of cleared) {
        for (const token of tokens) marks.get(bucket)?.delete(token);
        if (marks.get(bucket)?.size === 0) marks.delete(bucket);
      }
    },
    readBucket: async (_app, bucket) => {
      state.read.push(bucket);
      return [...(items.get(bucket) ?? [])].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
    },
    foldVersion: async (_app, bucket) => folds.get(bucket)?.version ?? 0,
    saveFold: async (_app, bucket, { fold }, expected) => {
      if ((folds.get(bucket)?.version ?? 0) !== expected) return false;
      folds.set(bucket, { fold, version: expected + 1 });
      return true;
    },
    noteFolded: async (_app, { token, newest }) => {
      state.note = { token, newest: Math.max(newest, state.note?.newest ?? newest) };
    },
    foldNote: async () => state.note,
    newToken: () => `token-${tokens++}`,
    readFolds: async (_app, from, until) =>
      [...folds]
        .filter(([start]) => start >= from && start + BUCKET_MS <= until)
        .toSorted(([a], [b]) => a - b)
        .map(([start, { fold }]) => ({ start, fold })),
    getBaseline: async (_app, run) => baselines.get(run),
    freezeBaselineOnce: async (_app, run, baseline) => {
      const first = baselines.get(run) ?? baseline;
      baselines.set(run, first);
      return first;
    },
    getFinding: async (_app, run) => findings.get(run),
    saveFinding: async (finding) => {
      findings.set(finding.run, finding);
    },
    writeLake: async (table, part, rows) => {
      state.lake.set(`${table}/${part}`, rows);
    },
    raise: async (detailType, detail) => {
      state.raised.push(`${detailType} ${JSON.stringify(detail)}`);
    },
  };
  const write = (item: CountItem, token: string): void => {
    const { bucket, segment, part } = item;
    items.set(bucket, (items.get(bucket) ?? new Map()).set(`${segment.variant}#${part}`, item));
    marks.set(bucket, (marks.get(bucket) ?? new Set()).add(token));
  };
  return Object.assign(state, { deps, write });
}

import type { BudgetDeps, BudgetStage } from "@bellwether/core/budget/budget-tick";
import type { BudgetWatch } from "@bellwether/core/budget/budget-watch";
import type { CostDeps } from "@bellwether/core/budget/cost-ticks";
import { budgetOf, parseBudgetPolicy } from "@bellwether/core/budget/policy";
import { type BucketSpend, spendOf, totalPicoUsd } from "@bellwether/core/budget/spend-series";
import type { DriftState } from "@bellwether/core/drift/state";
import type { LakeRow } from "@bellwether/core/lake/tables";
import type { Notice } from "@bellwether/core/notices/notice";
import type { TimedFold } from "@bellwether/core/rollup/spans";
import { BUCKET_MS, CELL_MS, cellOf } from "@bellwether/core/windows/bucket";
import { foldItems } from "@bellwether/core/windows/fold";
import { addTo, binOf } from "@bellwether/core/windows/histogram";
import { type CountItem, zeroCounts } from "@bellwether/core/windows/items";
import { seededUniform as seeded } from "@bellwether/stats/uniform";
import { segmentWith } from "../../support/segment.ts";

export const APP = "bot";
export const HOUR = CELL_MS;
export const DAY = 24 * HOUR;
export const LAG = 15 * 60_000;

/** Requests of a bucket and what they cost together. */
export interface Traffic {
  readonly n: number;
  readonly usd: number;
  readonly unpriced?: number;
}

/** A world in memory in which an app spends money; `traffic` is asked for every 5-minute bucket from `start` on. */
export interface SpendingWorld {
  readonly start: number;
  readonly lake: Map<string, readonly LakeRow[]>;
  readonly notices: Notice[];
  readonly documents: Map<string, string>;
  readonly asked: string[];
  readonly unanswered: string[];
  traffic: (bucket: number) => Traffic;
  watch: BudgetWatch | undefined;
  drift: DriftState | undefined;
  /** Hours before this one have their sums; the others are marked. */
  sumsUntil: number;
  /** Hours that were written since their sum was made. */
  readonly late: Set<number>;
  runSql: BudgetDeps["runSql"];
}

export const newWorld = (start: number, traffic: SpendingWorld["traffic"]): SpendingWorld => ({
  start,
  lake: new Map(),
  notices: [],
  documents: new Map(),
  asked: [],
  unanswered: [],
  traffic,
  watch: undefined,
  drift: undefined,
  sumsUntil: start,
  late: new Set(),
  runSql: async () => ({ columns: [], rows: [] }),
});

export const stageOf = (yaml = ""): BudgetStage => {
  const policy = parseBudgetPolicy(`budgets: { default: { ${yaml} } }`);
  return { lagMs: LAG, budgetOf: (app) => budgetOf(policy, app), partName: (...parts) => parts.join("/") };
};

/** One count item: costs spread around their mean, seeded by the bucket. */
function foldOf(start: number, { n, usd, unpriced = 0 }: Traffic): TimedFold {
  const next = seeded(start / BUCKET_MS);
  const cost = new Map<number, number>();
  const pico = Math.round(usd * 1e12);
  for (let i = 0; i < n; i++) addTo(cost, binOf((pico / n) * Math.exp(next() - 0.5)));
  const item: CountItem = {
    kind: "count",
    bucket: start,
    segment: { ...segmentWith({}), app: APP },
    part: "part",
    counts: { ...zeroCounts(), n: n + unpriced, unpriced, costPicoUsd: pico },
    latency: new Map(),
    cost,
  };
  return { start, fold: n + unpriced === 0 ? new Map() : foldItems([item]) };
}

export function depsOf(world: SpendingWorld): CostDeps {
  const foldAt = (start: number): TimedFold => foldOf(start, world.traffic(start));
  const folds = (from: number, until: number): TimedFold[] => {
    const found: TimedFold[] = [];
    for (let at = Math.max(from, world.start); at < until; at += BUCKET_MS) {
      const one = foldAt(at);
      if (one.fold.size > 0) found.push(one);
    }
    return found;
  };
  const spend = (at: number): BucketSpend => {
    const { n, usd, unpriced = 0 } = world.traffic(at);
    return { start: at, picoUsd: Math.round(usd * 1e12), priced: n, unpriced, judgePicoUsd: 0 };
  };
  const spends = (from: number, until: number): BucketSpend[] => {
    const found: BucketSpend[] = [];
    for (let at = Math.max(from, world.start); at < Math.min(until, world.sumsUntil); at += BUCKET_MS)
      found.push(spend(at));
    return found;
  };
  return {
    dirtyMarks: async () => [],
    clearMarks: async () => {},
    readBucket: async () => [],
    foldVersion: async () => 0,
    saveFold: async () => true,
    noteFolded: async () => {},
    newToken: () => "token",
    getRollout: async () => undefined,
    oldestFold: async () => world.start,
    readFolds: async (_app, from, until) => folds(from, until),
    dirtyHours: async () => {
      const open = [0, 1].map((n) => world.sumsUntil + n * HOUR);
      return [...new Set([...world.late, ...open])]
        .sort((a, b) => a - b)
        .map((bucket) => ({ bucket, tokens: [`${bucket}`] }));
    },
    readHourlySpend: async (_app, from, until) => {
      const hours = new Map<number, number>();
      for (let hour = Math.max(from, world.start); hour < Math.min(until, world.sumsUntil); hour += HOUR)
        // A sum that is not made anew yet is wrong, and must not be used.
        hours.set(hour, world.late.has(hour) ? -1e18 : totalPicoUsd(spends(hour, hour + HOUR)));
      return hours;
    },
    readBucketSpend: async (_app, from, until) =>
      spends(from, until).map((one) =>
        world.late.has(cellOf(one.start)) ? { ...one, picoUsd: -1e18 } : one,
      ),
    getBudgetWatch: async () => world.watch,
    saveBudgetWatch: async (_app, watch) => {
      if ((world.watch?.seq ?? 0) !== watch.seq - 1) return false;
      world.watch = structuredClone(watch);
      return true;
    },
    getDriftState: async () => world.drift,
    saveDriftState: async (_family, _app, state) => {
      if ((world.drift?.seq ?? 0) !== state.seq - 1) return false;
      world.drift = structuredClone(state);
      return true;
    },
    readDocument: async (key) => world.documents.get(key),
    writeDocument: async (key, text) => void world.documents.set(key, text),
    runSql: (sql) => {
      world.asked.push(sql);
      return world.runSql(sql);
    },
    noteUnanswered: (_app, error) => void world.unanswered.push(error.message),
    writeLake: async (table, part, rows) => void world.lake.set(`${table}/${part}`, rows),
    notify: async (notice) => void world.notices.push(notice),
  };
}

/** The fold that a bucket would have; for a test of the sums themselves. */
export const spendOfTraffic = (start: number, traffic: Traffic): BucketSpend =>
  spendOf(foldOf(start, traffic));

/** Lake rows of incidents, the newest revision of each. */
export function incidentsOf({ lake }: SpendingWorld): LakeRow[] {
  const newest = new Map<unknown, LakeRow>();
  const rows = [...lake].filter(([key]) => key.startsWith("incidents_log")).flatMap(([, part]) => part);
  for (const row of rows.sort((a, b) => Number(a.rev) - Number(b.rev))) newest.set(row.incident_id, row);
  return [...newest.values()];
}

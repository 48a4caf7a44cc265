import type { LakeRow, LakeTable } from "../lake/tables.ts";
import type { Gauge } from "../metrics.ts";
import type { Notice } from "../notices/notice.ts";
import { BUCKET_MS, bucketOf, CELL_MS, cellOf } from "../windows/bucket.ts";
import { type FoldDeps, foldDirty } from "../windows/fold-dirty.ts";
import { closedNotice, closedRow, openedNotices, openedRow, type Who } from "./budget-notice.ts";
import { type BudgetStep, factsAt, stepBudget } from "./budget-step.ts";
import { type BudgetWatch, newWatch } from "./budget-watch.ts";
import { DAY_MS, dayOf, type Period } from "./calendar.ts";
import { spendBetween } from "./history.ts";
import { historyAt, type KnownSpend, readKnownSpend, type SpendDeps, spendIn } from "./known-spend.ts";
import type { SubjectSpend } from "./limits.ts";
import type { Budget } from "./policy.ts";
import type { SpentReading } from "./reading.ts";
import { type RunSql, readSubjects, riseOf } from "./rise.ts";

/** What a look at an app's budget needs from the world. */
export interface BudgetDeps extends FoldDeps, SpendDeps {
  /** Start of the oldest bucket of an app that was ever folded. */
  readonly oldestFold: (app: string) => Promise<number | undefined>;
  readonly getBudgetWatch: (app: string) => Promise<BudgetWatch | undefined>;
  /** Stores it while the stored `seq` is one less; false when somebody else was faster. */
  readonly saveBudgetWatch: (app: string, watch: BudgetWatch) => Promise<boolean>;
  readonly runSql: RunSql;
  /** Counts a question that the lake did not answer. */
  readonly noteUnanswered: (app: string, error: Error) => void;
  readonly writeLake: (table: LakeTable, part: string, rows: readonly LakeRow[]) => Promise<void>;
  readonly notify: (notice: Notice) => Promise<void>;
}

export interface BudgetStage {
  readonly lagMs: number;
  readonly budgetOf: (app: string) => Budget;
  readonly partName: (...identity: string[]) => string;
}

export interface BudgetTick {
  readonly gauges: readonly Gauge[];
  /** Nothing changes before this instant unless new data arrives; `null` is for ever. */
  readonly settledUntil: number | null;
  /** Why nothing was decided although it is time; null otherwise. */
  readonly held: "folds_behind" | "sums_behind" | null;
}

/** Looked at in one tick, ms; a backlog is worked off over several. */
const SPAN_PER_TICK_MS = DAY_MS;

const errorOf = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)));

/** Spend of today by tenant and user, once an hour and only when somebody could be above a limit; undefined otherwise. */
async function subjectsWhenDue(
  app: string,
  at: number,
  spend: KnownSpend,
  { first, subjectsUntil }: BudgetWatch,
  { limits }: Budget,
  deps: BudgetDeps,
): Promise<readonly SubjectSpend[] | undefined> {
  const smallest = Math.min(...[limits.perTenantUsd, limits.perUserUsd].filter((usd) => usd !== undefined));
  if (!Number.isFinite(smallest) || cellOf(at) <= subjectsUntil) return undefined;
  const today = { from: dayOf(at - 1).from, until: at };
  if (spendBetween(historyAt(spend, first, at), today.from, at) <= smallest * 1e12) return undefined;
  return readSubjects(deps.runSql, app, today).catch((reason: unknown) => {
    deps.noteUnanswered(app, errorOf(reason));
    return undefined;
  });
}

/** The span that a page explains: the fastest window that burns too fast, else today. */
function explainedSpan({ opened, reading, at }: BudgetStep): Period {
  const burning = reading.burn.filter(({ standing }) => standing === "over").map(({ long }) => long.from);
  const from =
    opened.some(({ about }) => about.kind === "burn") && burning.length > 0
      ? Math.max(...burning, at - DAY_MS)
      : reading.day.from;
  return { from, until: at };
}

async function whoRose(app: string, step: BudgetStep, first: number, deps: BudgetDeps): Promise<Who> {
  if (step.opened.every(({ about }) => about.kind === "limit")) return null;
  return riseOf(deps.runSql, app, explainedSpan(step), first).catch((reason: unknown): Who => {
    deps.noteUnanswered(app, errorOf(reason));
    return "no_answer";
  });
}

const gaugesOf = ({ app, data, day, month }: SpentReading): Gauge[] => {
  if (data === "none") return [];
  const dimensions = { app };
  return [
    { metric: "SpendToday", dimensions, value: day.spentPicoUsd / 1e12 },
    { metric: "BudgetUsed", dimensions, value: (100 * month.spentPicoUsd) / month.budgetPicoUsd },
  ];
};

/** When an open incident can close without new data: its day or month ends, or a window leaves the spend behind. */
function nextChange({ incidents, until }: BudgetWatch, spend: KnownSpend, budget: Budget): number | null {
  const open = Object.values(incidents).filter(({ level }) => level !== null);
  const ends = open.flatMap((entry) => (entry.until === null ? [] : [entry.until + BUCKET_MS]));
  const reach = Math.max(CELL_MS, ...budget.burnRates.map(({ short }) => short)) + BUCKET_MS;
  const { priced, unpriced } = spendIn(spend, until - reach, until);
  const slides = open.some((entry) => entry.until === null) && priced + unpriced > 0;
  const instants = slides ? [...ends, until + BUCKET_MS] : ends;
  return instants.length === 0 ? null : Math.min(...instants);
}

interface Looked {
  readonly watch: BudgetWatch;
  readonly reading: SpentReading | undefined;
  readonly rows: readonly LakeRow[];
  readonly notices: readonly Notice[];
}

/** Looks at the ends of the buckets of [before.until, until) one by one, in order. */
async function lookOn(
  app: string,
  before: BudgetWatch,
  until: number,
  spend: KnownSpend,
  budget: Budget,
  deps: BudgetDeps,
): Promise<Looked> {
  const { first } = before;
  let watch = before;
  let reading: SpentReading | undefined;
  const rows: LakeRow[] = [];
  const notices: Notice[] = [];
  for (let at = before.until + BUCKET_MS; at <= until; at += BUCKET_MS) {
    const subjects = await subjectsWhenDue(app, at, spend, watch, budget, deps);
    const facts = factsAt(app, spend, { at, knownFrom: first }, subjects ?? []);
    const step = stepBudget(watch.incidents, facts, spend, budget);
    reading = step.reading;
    if (step.opened.length > 0) {
      const full = step.fullReading();
      const { judgePicoUsd } = spendIn(spend, full.day.from, at);
      notices.push(...openedNotices(step.opened, full, await whoRose(app, step, first, deps), judgePicoUsd));
      rows.push(...step.opened.map((incident) => openedRow(incident, full)));
    }
    for (const closed of step.closed) {
      const notice = closedNotice(closed, step.reading);
      if (notice !== undefined) notices.push(notice);
      rows.push(closedRow(closed, step.reading));
    }
    watch = {
      ...watch,
      until: at,
      incidents: step.state,
      subjectsUntil: subjects === undefined ? watch.subjectsUntil : at,
    };
  }
  return { watch: { ...watch, seq: before.seq + 1 }, reading, rows, notices };
}

const earliest = (instants: readonly (number | null)[]): number | null => {
  const known = instants.filter((at) => at !== null);
  return known.length === 0 ? null : Math.min(...known);
};

/**
 * One look of detect-cost at an app's budget: reads what it spent, opens and closes incidents bucket by bucket, and gives
 * the gauges. Everything but the state is an overwrite under a key of the buckets, and the state is written last and by
 * compare-and-set, so a tick that is lost or doubled is repeated with the same result.
 */
export async function budgetApp(
  app: string,
  now: number,
  stage: BudgetStage,
  deps: BudgetDeps,
): Promise<BudgetTick> {
  const watermark = bucketOf(now - stage.lagMs);
  const ready = (end: number): number => end + stage.lagMs;
  const stored = await deps.getBudgetWatch(app);
  if (stored !== undefined && stored.until >= watermark)
    return { gauges: [], settledUntil: ready(stored.until + BUCKET_MS), held: null };
  const folded = await foldDirty(app, { from: 0, until: watermark, now }, deps);
  if (folded.backlog) return { gauges: [], settledUntil: now, held: "folds_behind" };
  const open = folded.open === null ? null : ready(folded.open + BUCKET_MS);
  const first = stored?.first ?? (await deps.oldestFold(app));
  if (first === undefined || first >= watermark) return { gauges: [], settledUntil: open, held: null };
  // What happened before this was installed is history, and nobody is paged for it.
  const before = stored ?? { ...newWatch(first), until: Math.max(first, dayOf(watermark).from) };
  const until = Math.min(watermark, before.until + SPAN_PER_TICK_MS);
  const spend = await readKnownSpend(app, { from: before.until, until }, deps);
  if (spend === undefined) return { gauges: [], settledUntil: now, held: "sums_behind" };
  const budget = stage.budgetOf(app);
  const { watch, reading, rows, notices } = await lookOn(app, before, until, spend, budget, deps);
  const part = stage.partName("budget", app, String(before.until), String(until));
  if (rows.length > 0) await deps.writeLake("incidents_log", part, rows);
  for (const notice of notices) await deps.notify(notice);
  if (!(await deps.saveBudgetWatch(app, watch))) return { gauges: [], settledUntil: now, held: null };
  if (until < watermark) return { gauges: [], settledUntil: now, held: null };
  const change = nextChange(watch, spend, budget);
  return {
    gauges: reading === undefined ? [] : gaugesOf(reading),
    settledUntil: earliest([open, change === null ? null : ready(change)]),
    held: null,
  };
}
